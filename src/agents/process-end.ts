import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { AgentEnd } from './agent.ts';
import { plainText } from './plain-text.ts';
import type { ProcessTree } from './process-tree.ts';

interface ProcessWatcher {
  readonly onStderr: (text: string) => void;
  /** Settles when what the program printed has been read. */
  readonly drained: () => Promise<unknown>;
}

/** Characters of standard error that are kept. */
const STDERR = 4_096;
/** Milliseconds for what is still in the pipes of a process that has ended. */
const DRAIN = 500;

/** Settles when a program has ended, by itself or not, and what it printed last has been read. */
export async function watchProcess(
  tree: ProcessTree,
  { onStderr, drained }: ProcessWatcher,
): Promise<AgentEnd> {
  let stderr = '';
  const decoder = new TextDecoder();
  tree.child.stderr.on('data', (chunk: Buffer) => {
    const text = decoder.decode(chunk, { stream: true });
    stderr = (stderr + text).slice(-STDERR);
    onStderr(text);
  });
  const [code, signal]: unknown[] = await once(tree.child, 'exit');
  const closed = Promise.all([drained(), once(tree.child, 'close')]);
  // What it started may go on, and hold the pipes open.
  const stopped = tree.stop().catch(() => undefined);
  await Promise.race([closed, stopped.then(() => delay(DRAIN))]);
  return {
    exitCode: typeof code === 'number' ? code : undefined,
    signal: typeof signal === 'string' ? signal : undefined,
    stderr: plainText(stderr),
  };
}

/** How a process ended, in words, with what it said last. */
export function describeEnd({ exitCode, signal, stderr }: AgentEnd): string {
  const how = signal ? `ended by ${signal}` : `ended with exit code ${exitCode ?? 'unknown'}`;
  const last = stderr.trim();
  return last === '' ? how : `${how}: ${last}`;
}
