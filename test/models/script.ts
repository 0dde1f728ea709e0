/** What an agent asks of a model, whatever API it speaks. */
export interface Turn {
  /** The last words of the person: for Lineclear's agents, the prompt of the orchestrator. */
  readonly prompt: string;
  /** Results of tools since then. */
  readonly results: readonly string[];
  /** Names of the tools that it offers. */
  readonly tools: readonly string[];
}

/** What the model says and does next. */
export interface Step {
  readonly text: string;
  readonly call?: { readonly name: string; readonly args: Readonly<Record<string, unknown>> };
  /** The answer begins and never ends. */
  readonly hang?: boolean;
  /** The provider refuses the call: the quota of the day is used up. */
  readonly refused?: boolean;
}

interface Scene {
  readonly when: (turn: Turn) => boolean;
  readonly play: (turn: Turn) => Step;
}

const json = (value: unknown) => `\n\n\`\`\`json\n${JSON.stringify(value)}\n\`\`\`\n`;
const startsAs = (role: string) => (turn: Turn) => turn.prompt.includes(`You are the ${role} of a task`);

/**
 * The scenes, the first that fits is played. A coder writes the file that its chunk names, or runs the command of a
 * directive `[run: …]` in the task, and then says so; both need a permission.
 */
const scenes: readonly Scene[] = [
  { when: ({ prompt }) => prompt.includes('[hang]'), play: () => ({ text: 'Thinking', hang: true }) },
  { when: ({ prompt }) => prompt.includes('[quota]'), play: () => ({ text: '', refused: true }) },
  { when: startsAs('planner'), play: planIt },
  { when: startsAs('coder'), play: codeIt },
  {
    when: startsAs('reviewer'),
    play: () => ({ text: `I read it.${json({ verdict: 'approved', findings: [] })}` }),
  },
  { when: () => true, play: () => ({ text: 'Nothing to do.' }) },
];

/** Agents put words of their own before the prompt, such as a list of the workspace's files. */
function fromRole(prompt: string): string {
  const start = prompt.search(/^You are the \w+ of a task/m);
  return start === -1 ? prompt : prompt.slice(start);
}

export function decideStep(asked: Turn): Step {
  const turn = { ...asked, prompt: fromRole(asked.prompt) };
  const scene = scenes.find(({ when }) => when(turn));
  return scene ? scene.play(turn) : { text: '' };
}

function planIt({ prompt }: Turn): Step {
  const task = /^## Task\n(.*)$/m.exec(prompt)?.[1] ?? 'the task';
  const named = [...task.matchAll(/\b[\w-]+\.(?:md|txt|ts|js)\b/g)].map(([file]) => file);
  const files = named.length > 0 ? [...new Set(named)] : ['notes.txt'];
  const comments = [...prompt.matchAll(/^- (.*)$/gm)].map(([, comment = '']) => `> ${comment}`);
  const plan = ['# Plan', `Write ${files.join(' and ')} for: ${task}`, ...comments].join('\n\n');
  const chunks = files.map((file) => ({ title: `Write ${file}`, files: [file], description: task }));
  return { text: `${plan}${json({ chunks, estimated_cost: 0.02 })}` };
}

function codeIt({ prompt, results, tools }: Turn): Step {
  const command = /\[run: ([^\]]*)\]/.exec(prompt)?.[1];
  const file = /^Files: ([^,\n]*)/m.exec(prompt)?.[1] ?? 'notes.txt';
  const [result] = results;
  if (result !== undefined) {
    const refused = /cancel|denied|declin|reject/i.test(result);
    return { text: refused ? 'I was not allowed to.' : `Done with ${command ?? file}.` };
  }
  if (command !== undefined) return { text: 'I run it.', call: { name: shellOf(tools), args: { command } } };
  const [name, path] = tools.includes('write') ? ['write', 'filePath'] : ['write_file', 'file_path'];
  const args = { [path]: file, content: 'Written by a scripted model.\nTwice.\n' };
  return { text: 'I write it.', call: { name, args } };
}

/** Each agent has a name of its own for its shell. */
const SHELLS = ['run_shell_command', 'bash', 'Bash', 'exec_command'];

const shellOf = (tools: readonly string[]): string =>
  SHELLS.find((name) => tools.includes(name)) ?? 'run_shell_command';
