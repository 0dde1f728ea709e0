/** A prompt of Lineclear, taken apart; see src/orchestrator/prompts.ts for how it is put together. */
export interface Prompt {
  readonly role: Role;
  /** The task without its directives. */
  readonly task: string;
  readonly directives: ReadonlyMap<string, string>;
  readonly contexts: readonly string[];
  /** Lines of a question with its answer. */
  readonly answers: readonly string[];
  readonly comments: readonly Comments[];
  readonly chunk: Chunk | undefined;
  /** Files that the work was about, for the reviewer. */
  readonly files: readonly string[];
  /** Whether a person is there to answer questions. */
  readonly interactive: boolean;
}

export type Role = 'planner' | 'coder' | 'reviewer';

export interface Comments {
  readonly revision: number;
  readonly comments: readonly string[];
}

export interface Chunk {
  readonly number: number;
  readonly title: string;
  readonly files: readonly string[];
  readonly description: string;
}

const SECTION =
  /^## (Task|Context|Answers|Plan|Chunks|Changed files|Seen on the disk|Answer|Comments on revision \d+|Chunk \d+ of \d+: .*)$/;
const DIRECTIVE =
  /\[(ask|elicit|permission|rate-limit|tokens|pace|outside|idle|slow|wordy|crash|garbage|hang|deaf|late|mute|vanish|fork|flood|no-plan|never-plan|script)(?::\s*([^\]]*))?\]/g;

/**
 * Reads a prompt. One without a role is a follow-up in an open session (an answer, or a request to answer again) and
 * goes on with the prompt before it.
 */
export function readPrompt(text: string, before: Prompt | undefined): Prompt {
  const sections = splitSections(text);
  const role = /^You are the (planner|coder|reviewer)\b/m.exec(text)?.[1];
  const answers = bullets(sections.get('Answers'));
  if (!isRole(role)) {
    if (before) return { ...before, answers: [...before.answers, ...answers] };
    return readPrompt(`You are the coder\n\n## Task\n${text}`, undefined);
  }
  const task = sections.get('Task') ?? '';
  const directives = new Map<string, string>();
  for (const [, name = '', value = ''] of task.matchAll(DIRECTIVE)) directives.set(name, value.trim());
  return {
    role,
    task: task
      .replaceAll(DIRECTIVE, '')
      .replaceAll(/[ \t]{2,}/g, ' ')
      .trim(),
    directives,
    contexts: bullets(sections.get('Context')),
    answers,
    comments: [...sections].flatMap(readComments),
    chunk: readChunk(sections),
    files: readFiles(sections),
    interactive: !/Nobody can answer questions/.test(text),
  };
}

const isRole = (name: string | undefined): name is Role =>
  name === 'planner' || name === 'coder' || name === 'reviewer';

function splitSections(text: string): Map<string, string> {
  const sections = new Map<string, string>();
  let title = '';
  for (const line of text.split('\n')) {
    const found = SECTION.exec(line.trimEnd())?.[1];
    if (found !== undefined && !sections.has(found)) title = found;
    else sections.set(title, `${sections.get(title) ?? ''}${line}\n`);
    if (found !== undefined && !sections.has(found)) sections.set(found, '');
  }
  return new Map([...sections].map(([name, body]) => [name, body.trim()]));
}

/** Items of a list; the lines that follow an item belong to it. */
function bullets(body = ''): string[] {
  return body
    .split(/^- /m)
    .slice(1)
    .map((item) => item.trim());
}

function readComments([title, body]: [string, string]): Comments[] {
  const revision = /^Comments on revision (\d+)$/.exec(title)?.[1];
  if (revision === undefined) return [];
  const [comments = ''] = body.split(/^### Revision \d+ was$/m);
  return [{ revision: Number(revision), comments: bullets(comments) }];
}

function readChunk(sections: ReadonlyMap<string, string>): Chunk | undefined {
  for (const [heading, body] of sections) {
    const [, number, title] = /^Chunk (\d+) of \d+: (.*)$/.exec(heading) ?? [];
    if (number === undefined || title === undefined) continue;
    const files = /^Files: (.*)$/m.exec(body)?.[1] ?? '';
    return {
      number: Number(number),
      title,
      files: splitList(files),
      description: body.replace(/^Files: .*\n?/m, '').trim(),
    };
  }
  return undefined;
}

function readFiles(sections: ReadonlyMap<string, string>): string[] {
  const planned = [...(sections.get('Chunks') ?? '').matchAll(/^\d+\. .*\(([^()]*)\)$/gm)];
  return [
    ...new Set([
      ...planned.flatMap(([, files = '']) => splitList(files)),
      ...bullets(sections.get('Changed files')),
    ]),
  ];
}

const splitList = (list: string): string[] =>
  list
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
