import type { Command } from 'commander';
import * as z from 'zod';
import { TASK, wholeNumber, withExamples } from '../arguments.ts';
import type { Door } from '../door.ts';
import { reportCommand } from '../report-command.ts';
import { CAN_SKIP, selectTask } from '../select-task.ts';

const optionsSchema = z.object({ chunk: z.int().optional(), comment: z.string().optional() });

export function addSkip(program: Command, door: Door): void {
  const command = program
    .command('skip')
    .description('let a task go on without a chunk; the reviewer is told')
    .argument('[task]', `${TASK} (default: the only one at which a chunk failed)`)
    .option('--chunk <number>', 'which one (default: the one that failed)', wholeNumber(1))
    .option('-m, --comment <text>', 'why')
    .action((part: string | undefined, options: unknown) =>
      door.withApp(async (app) => {
        const task = selectTask(app.world, part, CAN_SKIP);
        const { chunk, comment } = optionsSchema.parse(options);
        const index = chunk === undefined ? undefined : chunk - 1;
        const event = await app.execute({ command: 'skip_chunk', task_id: task.task_id, index, comment });
        await reportCommand(door, app, {
          event,
          text: `“${task.title}” goes on without the chunk.`,
          needsOrchestrator: true,
        });
      }),
    );
  withExamples(command, 'lineclear skip', 'lineclear skip fix-login --chunk 3 -m "Not needed any more"');
}
