import v8 from 'node:v8';
import type { Command } from 'commander';
import * as z from 'zod';
import { wholeNumber, withExamples } from '../arguments.ts';
import type { Door } from '../door.ts';
import { EXIT } from '../exit-code.ts';
import { interruptible } from '../interruptible.ts';
import { whole } from '../line.ts';
import type { Terminal } from '../terminal.ts';

const optionsSchema = z.object({
  idleExit: z.int().optional(),
  stay: z.boolean().default(false),
  wait: z.boolean(),
});

/** Writes what the orchestrator does, with date and time: it is often kept in a file for days. */
const noteTo =
  (terminal: Terminal) =>
  (note: string): void => {
    const now = new Date();
    const stamp = now.toLocaleString('sv-SE');
    terminal
      .entry({ timestamp: now.toISOString(), note }, () => [whole({ text: stamp, style: 'dim' }, '  ', note)])
      // Agents must not end because nobody reads what is noted.
      .catch(() => undefined);
  };

/**
 * V8 lets the space for new objects grow with what is allocated and gives little of it back; this process runs for days
 * and keeps hardly anything. Young space that does not grow makes it collect a little more often.
 */
const holdYoungSpace = () => v8.setFlagsFromString('--semi-space-growth-factor=1');

export function addServe(program: Command, door: Door): void {
  const { terminal, composition } = door;
  const command = program
    .command('serve')
    .description('run the agents of this workspace; several share the tasks')
    .option('--idle-exit <seconds>', 'end after so long without work', wholeNumber(0))
    .option('--stay', 'never end for lack of work')
    .option('--no-wait', 'end at once if another one runs in this folder')
    .action(async (options: unknown) => {
      holdYoungSpace();
      const { wait, ...given } = optionsSchema.parse(options);
      const root = door.root();
      const note = noteTo(terminal);
      const reason = await interruptible((signal) =>
        composition.serveOrchestrator({ root, ...given, alone: !wait, note }, signal),
      );
      note(`ended: ${reason}`);
      if (reason === 'lease lost' || reason === 'outdated') door.exitCode = EXIT.failed;
    });
  withExamples(command, 'lineclear serve', 'lineclear serve --idle-exit 600', 'lineclear serve --stay');
}
