import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { RequestError } from '@agentclientprotocol/sdk/unstable';
import { misbehaviours } from './misbehaviours.ts';
import fs from 'node:fs';
import path from 'node:path';
import type { Role } from './prompt.ts';
import type { Turn } from './turn.ts';

/** What a directive in a task makes the agent do before its work; true ends the turn there. */
export interface Behaviour {
  readonly role: Role;
  readonly run: (turn: Turn, value: string) => Promise<boolean>;
}

const behaviours: Readonly<Record<string, Behaviour>> = {
  ask: { role: 'planner', run: askInAnswer },
  elicit: { role: 'planner', run: askInForm },
  wordy: { role: 'planner', run: talkMuch },
  permission: { role: 'coder', run: askPermission },
  outside: { role: 'coder', run: writeOutside },
  idle: { role: 'coder', run: claimOnly },
  slow: { role: 'coder', run: workUntilCancelled },
  ...misbehaviours,
  'rate-limit': { role: 'coder', run: meetRateLimit },
  tokens: { role: 'coder', run: useTokens },
};

/** Does what the directives of the task say for this role; true when the turn is over with it. */
export async function behave(turn: Turn): Promise<boolean> {
  for (const [name, value] of turn.prompt.directives) {
    const behaviour = behaviours[name];
    if (behaviour?.role === turn.prompt.role && (await behaviour.run(turn, value))) return true;
  }
  return false;
}

const splitQuestion = (value: string): { question: string; options: string[] } => {
  const [question = '', ...options] = value.split('|').map((part) => part.trim());
  return { question, options };
};

const isAnswered = ({ prompt }: Turn, question: string) =>
  prompt.answers.some((answer) => answer.startsWith(question));

async function askInAnswer(turn: Turn, value: string): Promise<boolean> {
  const { question, options } = splitQuestion(value);
  if (!turn.prompt.interactive || isAnswered(turn, question)) return false;
  await turn.say(`\`\`\`json\n${JSON.stringify({ question, options })}\n\`\`\`\n`);
  return true;
}

async function askInForm(turn: Turn, value: string): Promise<boolean> {
  const { question, options } = splitQuestion(value);
  if (isAnswered(turn, question)) return false;
  const answer = await turn.elicit(question, options);
  await turn.say(answer === undefined ? `Nobody answered “${question}”.\n\n` : `${question} ${answer}\n\n`);
  return false;
}

/** [wordy: 5120]: begins its plan with so many KB of words, each time that it is asked. */
async function talkMuch(turn: Turn, kibibytes: string): Promise<boolean> {
  const words = 'All of this is to be considered. '.repeat(2_000);
  for (let left = Number(kibibytes) * 1024; left > 0; left -= words.length)
    await turn.say(words.slice(0, left));
  await turn.say('\n\n');
  return false;
}

/** Before the first chunk; what is allowed is really run. */
async function askPermission(turn: Turn, command: string): Promise<boolean> {
  if (turn.prompt.chunk?.number !== 1) return false;
  const tool = await turn.startTool({ title: command, kind: 'execute', input: { command } });
  if (!(await tool.askPermission())) {
    turn.signal.throwIfAborted();
    await turn.say(`I was not allowed to run “${command}” and go on without it.\n\n`);
    return false;
  }
  const { exitCode, output } = await runCommand(command, turn.cwd, turn.signal);
  await tool.end(exitCode === 0 ? 'completed' : 'failed', output);
  await turn.say(`“${command}” ended with exit code ${exitCode}.\n\n`);
  return false;
}

async function runCommand(command: string, cwd: string, signal: AbortSignal) {
  const child = spawn(command, { shell: true, cwd, signal, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const collect = (chunk: Buffer) => {
    output = (output + chunk.toString('utf8')).slice(-4_000);
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const [code]: unknown[] = await once(child, 'close');
  return { exitCode: typeof code === 'number' ? code : -1, output };
}

/** Changes a file that no plan names, by a shell so to say: it is not told as a tool call. */
async function writeOutside({ prompt, cwd }: Turn, file: string): Promise<boolean> {
  if (prompt.chunk?.number === 1)
    fs.appendFileSync(path.join(cwd, path.basename(file)), 'More than was agreed.\n');
  return false;
}

/** Says that the chunk is done, and does nothing. */
async function claimOnly(turn: Turn): Promise<boolean> {
  await turn.say(`Chunk ${turn.prompt.chunk?.number ?? ''}: everything is done.`);
  return true;
}

/** Works until it is cancelled, with child processes that outlive it unless somebody ends them. */
async function workUntilCancelled(turn: Turn): Promise<boolean> {
  // Ten minutes, in case that nobody does.
  const idle = ['-e', 'setTimeout(() => undefined, 600_000)'];
  const children = [false, true].map((detached) =>
    spawn(process.execPath, idle, { stdio: 'ignore', detached }),
  );
  await Promise.all(children.map((child) => once(child, 'spawn')));
  await turn.say(`Working in processes ${children.map(({ pid }) => pid).join(' and ')}.`);
  await once(turn.signal, 'abort');
  turn.signal.throwIfAborted();
  return true;
}

const isFirstTry = ({ prompt: { chunk } }: Turn): boolean =>
  chunk?.number === 1 && !chunk.description.includes('An earlier attempt');

/** As a provider would refuse it, in the first try of the first chunk; the value says for how long. */
async function meetRateLimit(turn: Turn, wait: string): Promise<boolean> {
  if (!isFirstTry(turn)) return false;
  const words = 'Rate limit reached: 429 Too Many Requests.';
  throw new RequestError(429, wait === '' ? words : `${words} Please try again in ${wait}.`);
}

/** Uses so many tokens in the first try of the first chunk; after `50000 wait` it works until it is cancelled. */
async function useTokens(turn: Turn, value: string): Promise<boolean> {
  if (!isFirstTry(turn)) return false;
  const [count, wait] = value.split(' ');
  await turn.useTokens(Number(count));
  if (wait !== 'wait') return false;
  await turn.say('Thinking about it for long.');
  turn.signal.throwIfAborted();
  await once(turn.signal, 'abort');
  turn.signal.throwIfAborted();
  return true;
}
