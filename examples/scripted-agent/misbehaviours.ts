import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Behaviour } from './behaviours.ts';
import type { Turn } from './turn.ts';

/** What agents do that are broken, for those who want to see what becomes of them. All of it is the coder's. */
export const misbehaviours: Readonly<Record<string, Behaviour>> = {
  crash: { role: 'coder', run: crashInEdit },
  garbage: { role: 'coder', run: printGarbage },
  hang: { role: 'coder', run: () => never() },
  deaf: { role: 'coder', run: beDeaf },
  late: { role: 'coder', run: answerLate },
  mute: { role: 'coder', run: closeOutput },
  vanish: { role: 'coder', run: () => process.exit(0) },
  fork: { role: 'coder', run: forkAndCrash },
  flood: { role: 'coder', run: flood },
};

/** Ten minutes, in case that nobody ends it. */
const IDLE = 'setTimeout(() => undefined, 600_000);';
const never = () => delay(600_000, true);

async function crashInEdit(turn: Turn): Promise<boolean> {
  await turn.startTool({ title: 'Edit README.md', kind: 'edit' });
  process.stderr.write('scripted-agent: crashing as the task says\n');
  process.exit(1);
}

/** More than any reader forgives. */
async function printGarbage(): Promise<boolean> {
  for (let line = 1; line <= 100; line += 1) process.stdout.write(`this is not a message (${line})\n`);
  return true;
}

/** Neither it nor its child can be asked to end. */
async function beDeaf(): Promise<boolean> {
  process.on('SIGTERM', () => undefined);
  spawn(process.execPath, ['-e', `process.on('SIGTERM', () => undefined); ${IDLE}`], { stdio: 'ignore' });
  return never();
}

/** Does not stop when it is cancelled, and answers when nobody waits for it any more. */
async function answerLate(turn: Turn): Promise<boolean> {
  await once(turn.signal, 'abort');
  await delay(500);
  return true;
}

async function closeOutput(): Promise<boolean> {
  process.stdout.end();
  return never();
}

/** Leaves a process behind that is of no group and no parent of its own any more. */
async function forkAndCrash(): Promise<boolean> {
  const grandchild = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(IDLE)}], { stdio: 'ignore', detached: true }).unref()`;
  const child = spawn(process.execPath, ['-e', grandchild], { stdio: 'ignore', detached: true });
  await once(child, 'exit');
  process.stderr.write('scripted-agent: crashing with a process left behind\n');
  process.exit(1);
}

const MIB = 1024 ** 2;

/** [flood: 100 messages], [flood: 100 stderr], [flood: 100 line]: so many MB of output. */
async function flood(turn: Turn, value: string): Promise<boolean> {
  const [size = '1', kind = 'messages'] = value.split(' ');
  const piece = 'Nobody reads all of this. '.repeat(2 ** 16).slice(0, MIB / 16);
  for (let sent = 0; sent < Number(size) * 16; sent += 1) {
    if (kind === 'messages') await turn.say(piece);
    else await print(kind === 'stderr' ? process.stderr : process.stdout, piece);
  }
  return true;
}

async function print(stream: NodeJS.WritableStream, text: string): Promise<void> {
  if (!stream.write(text)) await once(stream, 'drain');
}
