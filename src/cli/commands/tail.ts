import { type Command, Option } from 'commander';
import * as z from 'zod';
import { TASK, wholeNumber, withExamples } from '../arguments.ts';
import type { Door } from '../door.ts';
import { interruptible } from '../interruptible.ts';
import { ANY, recallTask } from '../select-task.ts';
import { knownTruncation } from '../truncation.ts';
import { eventLine } from '../views/event-line.ts';

const optionsSchema = z.object({ after: z.int().optional(), all: z.boolean().default(false) });

export function addTail(program: Command, { terminal, withApp }: Door): void {
  const command = program
    .command('tail')
    .description('follow the events as they happen, until Ctrl+C')
    .argument('[task]', `${TASK} (default: all tasks)`)
    .option('--after <n>', 'begin after the event with this sequence', wholeNumber(0))
    .addOption(new Option('--all', 'begin with the first event').conflicts('after'))
    .action((part: string | undefined, options: unknown) =>
      withApp(async (app) => {
        const { all, after = all ? 0 : app.world.position } = optionsSchema.parse(options);
        const taskId = part === undefined ? undefined : (await recallTask(app, part, ANY)).task_id;
        await interruptible(async (signal) => {
          const truncatedAt = all ? await knownTruncation(app, terminal) : 0;
          for await (const event of app.tail({ after, taskId, truncatedAt, signal })) {
            const moment = { now: Date.now() };
            if (taskId === undefined) {
              await terminal.entry(event, () => [eventLine(event, moment)]);
              continue;
            }
            // Who acts in a task may have come after the command began.
            if (event.sequence > app.world.position) await app.refresh();
            await terminal.entry(event, () => [eventLine(event, moment, app.world)]);
          }
        });
      }),
    );
  withExamples(
    command,
    'lineclear tail',
    'lineclear tail fix-login --all',
    `lineclear tail --json | jq -c 'select(.type == "plan.ready")'`,
  );
}
