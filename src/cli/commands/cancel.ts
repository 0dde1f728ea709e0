import type { Command } from 'commander';
import * as z from 'zod';
import { TASK, withExamples } from '../arguments.ts';
import type { Door } from '../door.ts';
import { reportCommand } from '../report-command.ts';
import { OPEN_ONLY, selectTask } from '../select-task.ts';

const optionsSchema = z.object({ reason: z.string().optional() });

export function addCancel(program: Command, door: Door): void {
  const command = program
    .command('cancel')
    .description('cancel a task and end its agents')
    .argument('[task]', `${TASK} (default: the only one that is going on)`)
    .option('-m, --reason <text>', 'why')
    .action((part: string | undefined, options: unknown) =>
      door.withApp(async (app) => {
        const task = selectTask(app.world, part, OPEN_ONLY);
        const event = await app.execute({
          command: 'cancel_task',
          task_id: task.task_id,
          ...optionsSchema.parse(options),
        });
        await reportCommand(door, app, {
          event,
          text: `Cancelled “${task.title}”.`,
          needsOrchestrator: false,
        });
      }),
    );
  withExamples(command, 'lineclear cancel fix-login', 'lineclear cancel fix-login -m "No longer needed"');
}
