import type { Command } from 'commander';
import * as z from 'zod';
import { counted } from '../../state/wording.ts';
import { withExamples } from '../arguments.ts';
import type { Door } from '../door.ts';
import { EXIT } from '../exit-code.ts';
import { interruptible } from '../interruptible.ts';
import { whole } from '../line.ts';

const optionsSchema = z.object({ from: z.string(), to: z.string() });

/** Between two lines of progress, in milliseconds. */
const PROGRESS_MS = 2000;

const EXPLANATION = `
An address is sqlite: for the log of this workspace, sqlite: and the path of another
workspace, or that of a server: redis://host:6379/0, nats://host:4222, with TLS
rediss:// or tls://. Passwords come from the configuration.

Events keep their numbers, ids and times; what they refer to and the state of worker
groups are taken along. The source is only read. The target must be empty, or hold the
beginning of the same log: an interrupted copy goes on where it was when it is run
again, and takes along what has been added since. At the end both are read and compared.
Nobody may work on the target before that.`;

export function addCopy(program: Command, door: Door): void {
  const { terminal, composition } = door;
  const command = program
    .command('copy')
    .description('copy a whole log to another place, and check it')
    .requiredOption('--from <address>', 'where the log is')
    .requiredOption('--to <address>', 'where it is to be')
    .action((options: unknown) =>
      interruptible(async (signal) => {
        const { from, to } = optionsSchema.parse(options);
        let told = performance.now();
        function onProgress(copied: number, head: number): void {
          if (performance.now() - told < PROGRESS_MS) return;
          told = performance.now();
          void terminal.hint(`${copied} of ${head} events`).catch(() => undefined);
        }
        try {
          const result = await composition.copyLog({ root: door.root(), from, to, signal, onProgress });
          const { events, appended, missing, blobs, missingBlobs, documents, sha256 } = result;
          await terminal.result({ from, to, ...result }, () => [
            whole(
              `Copied ${counted(appended, 'event')} and ${counted(blobs, 'file')} that they name, to ${to}`,
            ),
            whole(`Both have the same ${counted(events, 'event')}: SHA-256 ${sha256}`),
            ...(missing > 0
              ? [
                  whole(
                    `History is truncated at both: ${counted(missing, 'event')} were not there any more. Archives are files of their own: take .lineclear/archive along.`,
                  ),
                ]
              : []),
            ...(documents > 0 ? [whole(`Worker groups and dead letters: ${documents}`)] : []),
            ...(missingBlobs > 0
              ? [whole(`Named by events, but gone at the old place: ${counted(missingBlobs, 'file')}`)]
              : []),
            whole(
              'What is added at the old place from now on is not at the new one; run it again to take it along.',
            ),
          ]);
        } catch (error) {
          if (!signal.aborted) throw error;
          await terminal.hint('Interrupted. Run the same command again: it goes on from there.');
          door.exitCode = EXIT.interrupted;
        }
      }),
    );
  command.addHelpText('after', EXPLANATION);
  withExamples(
    command,
    'lineclear copy --from sqlite: --to redis://team.example:6379/0',
    'lineclear copy --from nats://team.example:4222 --to sqlite:/backup/team.db',
  );
}
