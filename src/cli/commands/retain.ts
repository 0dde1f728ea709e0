import type { Command } from 'commander';
import * as z from 'zod';
import type { RetainLogResult } from '../../retain-log.ts';
import { counted, fileSize } from '../../state/wording.ts';
import { wholeNumber, withExamples } from '../arguments.ts';
import type { Door } from '../door.ts';
import { EXIT } from '../exit-code.ts';
import { interruptible } from '../interruptible.ts';
import { type Line, whole } from '../line.ts';

const optionsSchema = z.object({
  days: z.int().min(1).optional(),
  delete: z.boolean().default(false),
  yes: z.boolean().default(false),
});

const EXPLANATION = `
Without --yes nothing is changed: it says what could go. What goes are the events of tasks
that were completed or cancelled at least so many days ago. What is needed stays whole:
tasks that go on or have failed, what these depend on, tasks with an open worktree or a
dead letter, notes and contexts, events of no task, what a group has not handled yet, and
the newest 500 lines of Activity. Of a task that goes its title, dates and end stay.

An archive is read back before anything is removed; lineclear archive shows what is in it.
It may be interrupted at any time: run it again, and it goes on. The orchestrator does the
same by itself where config.toml says so: mode under [retention].`;

const BOUNDS = {
  activity: 'the newest lines of Activity tell of them or of what came before them',
  group: 'a group of workers has not handled what came before them: lineclear health names it',
  snapshot: 'the stored state is older than they are; it is renewed every 2,000 events',
} as const;

function keptLines({ kept, bound }: RetainLogResult): readonly Line[] {
  if (kept === 0) return [];
  const why = bound ? `: ${BOUNDS[bound]}` : ', because something still needs them';
  return [whole(`${counted(kept, 'task')} that ended as long ago stay${why}.`)];
}

function linesOf(result: RetainLogResult, isDone: boolean, verb: string): readonly Line[] {
  const { tasks, events, bytes, days, before, after, files, contents } = result;
  const what = `${counted(events, 'event')} (${fileSize(bytes)}) of ${counted(tasks, 'task')} that ended more than ${counted(days, 'day')} ago`;
  if (tasks === 0)
    return [
      whole(`Nothing to ${verb} that ended more than ${counted(days, 'day')} ago.`),
      ...keptLines(result),
    ];
  if (!isDone)
    return [whole(`Can ${verb} ${what}. Nothing is changed yet: do it with --yes.`), ...keptLines(result)];
  return [
    whole(`${verb === 'archive' ? 'Archived' : 'Deleted'} ${what}.`),
    ...files.map((file) => whole('  ', file)),
    ...(contents === 0
      ? []
      : [whole(`Contents of files that only they named, and that went too: ${contents}.`)]),
    ...(before === undefined || after === undefined
      ? []
      : [whole(`The log takes ${fileSize(after)}; before it was ${fileSize(before)}.`)]),
    ...keptLines(result),
  ];
}

export function addRetain(program: Command, door: Door): void {
  const { terminal, composition } = door;
  const command = program
    .command('retain')
    .description('archive the events of tasks that ended long ago; first only say which')
    .option('--days <n>', 'ended at least so many days ago (default: as configured, 30)', wholeNumber(1))
    .option('--delete', 'delete them for good instead of archiving them')
    .option('--yes', 'do it')
    .action((options: unknown) =>
      interruptible(async (signal) => {
        const { days, delete: deletes, yes } = optionsSchema.parse(options);
        const mode = deletes ? 'delete' : 'archive';
        try {
          const result = await composition.retainLog({
            root: door.root(),
            source: 'cli',
            days,
            mode,
            dryRun: !yes,
            thorough: true,
            signal,
            onProgress: ({ events, tasks }) =>
              void terminal
                .hint(`${counted(events, 'event')} of ${counted(tasks, 'task')}`)
                .catch(() => undefined),
          });
          await terminal.result({ done: yes, mode, ...result }, () => linesOf(result, yes, mode));
        } catch (error) {
          if (!signal.aborted) throw error;
          await terminal.hint('Interrupted. What is archived stays so; run it again to go on.');
          door.exitCode = EXIT.interrupted;
        }
      }),
    );
  command.addHelpText('after', EXPLANATION);
  withExamples(command, 'lineclear retain', 'lineclear retain --days 90 --yes');
}
