import type { Choice, Screen } from '../../src/vscode/screen.ts';

/** Of a person who cancels everything that takes a while. */
export const impatient: Pick<Screen, 'busy'> = {
  busy(_title, work) {
    const working = new AbortController();
    const worked = work(working.signal, () => undefined);
    working.abort();
    return worked;
  },
};

/** Drawn as a person sees it: `label  description`, detail and buttons below. */
const drawn = <T>({ label, description, detail, buttons = [] }: Choice<T>): string =>
  [
    [label, description].filter(Boolean).join('  '),
    ...(detail ? [`  ${detail}`] : []),
    ...buttons.map(({ tooltip }) => `  [${tooltip}]`),
  ].join('\n');

/**
 * A screen with a person in front of it who gives these answers, one after the other: the label of a choice, words, or
 * undefined to leave. What was shown is in `shown`.
 */
export function fakeScreen(...answers: (string | undefined)[]): Screen & { readonly shown: string[] } {
  const shown: string[] = [];
  const answer = () => {
    if (answers.length === 0) throw new Error(`not expected to be asked:\n${shown.at(-1)}`);
    return answers.shift();
  };
  function choose<T>(choices: readonly Choice<T>[]): T | undefined {
    const label = answer();
    if (label === undefined) return undefined;
    const chosen = choices.find((choice) => choice.label === label);
    if (!chosen) throw new Error(`there is no choice ${label}`);
    return chosen.value;
  }
  return {
    shown,
    async pick(choices, { title, placeholder }) {
      shown.push([`${title}: ${placeholder}`, ...choices.map((choice) => drawn(choice))].join('\n'));
      return choose(choices);
    },
    async pickOrType(choices, { title, placeholder }) {
      shown.push([`${title}: ${placeholder}`, ...choices.map((choice) => drawn(choice))].join('\n'));
      return answer();
    },
    async input({ title, prompt }) {
      shown.push(`${title}: ${prompt}`);
      return answer();
    },
    async secret({ title, prompt }) {
      shown.push(`${title}: ${prompt}`);
      return answer();
    },
    async confirm(question, detail, titles) {
      shown.push(`${question} ${detail}${titles.map((title) => ` [${title}]`).join('')}`);
      const given = answer();
      return titles.find((title) => title === given);
    },
    notify({ severity, message, actions }) {
      shown.push(`${severity}: ${message}${actions.map(({ title }) => ` [${title}]`).join('')}`);
    },
    flash: (message) => void shown.push(message),
    busy: (_title, work) => work(new AbortController().signal, () => undefined),
    saveAs: async () => answer(),
    openCommandCenter: () => void shown.push('command center'),
    showDeadLetters: async () => void shown.push('dead letters'),
    openDeadLetter: async ({ group, sequence }) => void shown.push(`dead letter ${sequence} of ${group}`),
    editDeadLetter: async ({ group, sequence }) => void shown.push(`edit ${sequence} of ${group}`),
    openPlan: (taskId) => void shown.push(`plan of ${taskId}`),
    openFile: async (file) => void shown.push(`file ${file}`),
    comparePlans: async ({ title }) => void shown.push(`compare ${title}`),
    openOutput: (agentId) => void shown.push(`output of ${agentId}`),
    openChange: async ({ title, before, after }) =>
      void shown.push(`change ${title}: ${before ?? 'nothing'} → ${after ?? 'nothing'}`),
    openMerge: async (noteId) => void shown.push(`merge ${noteId}`),
    acceptMerge: async (noteId) => void shown.push(`merged ${noteId}`),
    openTaskChanges: async (taskId) => void shown.push(`changes of ${taskId}`),
    previewInstructions: async (paths) => void shown.push(`preview of ${paths.join(', ')}`),
    openInstructionChange: async (file) => void shown.push(`instructions of ${file}`),
    openEvents: async ({ title, format }) => void shown.push(`events of ${title} as ${format}`),
    openConfiguration: async () => void shown.push('configuration'),
    openWalkthrough: async () => void shown.push('walkthrough'),
    showOutput: () => void shown.push('output'),
  };
}
