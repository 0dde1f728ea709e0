import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import readline from 'node:readline';
import { type Message, type SubscriberArguments, type WriterArguments, messageSchema } from './protocol.ts';

export interface Child {
  readonly process: ChildProcess;
  /** What it says; ends when the process has. */
  readonly messages: AsyncIterableIterator<Message>;
  /** Resolves to the exit code, or the name of the signal that ended it. */
  readonly exited: Promise<unknown>;
}

/** Hundreds of processes are started: most of the time of a start is the compilation of the same modules. */
const compileCache = path.resolve(import.meta.dirname, '../../../node_modules/.cache/test-children');

/** Starts one of the scripts of this folder in a process of its own. */
function start(script: string, options: WriterArguments | SubscriberArguments): Child {
  const file = path.join(import.meta.dirname, script);
  const child = spawn(process.execPath, [file, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_COMPILE_CACHE: compileCache },
  });
  const lines = readline.createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  async function* messages(): AsyncGenerator<Message> {
    for await (const line of lines) yield messageSchema.parse(JSON.parse(line));
  }
  const exited = once(child, 'exit').then(([code, signal]: unknown[]) => code ?? signal);
  return { process: child, messages: messages(), exited };
}

export const startWriter = (options: WriterArguments): Child => start('writer.ts', options);
export const startSubscriber = (options: SubscriberArguments): Child => start('subscriber.ts', options);
