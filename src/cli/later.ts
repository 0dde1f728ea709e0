import { whole } from './line.ts';
import type { Terminal } from './terminal.ts';

/** For hooks and scripts that must not wait for the log, nor fail for it. */
export const LATER = [
  '--later',
  'only store it safely: it is recorded as soon as the log can be reached',
] as const;

export const tellLater = (terminal: Terminal, id: string): Promise<void> =>
  terminal.result({ id, waits: true }, () => [
    whole('Stored: it is recorded as soon as the log can be reached.'),
  ]);
