import type { Command } from 'commander';
import * as z from 'zod';
import { TASK, withExamples } from '../arguments.ts';
import type { Door } from '../door.ts';
import { reportCommand } from '../report-command.ts';
import { PARKED, selectTask } from '../select-task.ts';

const optionsSchema = z.object({ comment: z.string().optional() });

export function addResume(program: Command, door: Door): void {
  const command = program
    .command('resume')
    .description('let a parked task go on now')
    .argument('[task]', `${TASK} (default: the only one that is parked)`)
    .option('-m, --comment <text>', 'why')
    .action((part: string | undefined, options: unknown) =>
      door.withApp(async (app) => {
        const task = selectTask(app.world, part, PARKED);
        const event = await app.execute({
          command: 'resume_task',
          task_id: task.task_id,
          ...optionsSchema.parse(options),
        });
        await reportCommand(door, app, { event, text: `“${task.title}” goes on.`, needsOrchestrator: true });
      }),
    );
  withExamples(command, 'lineclear resume', 'lineclear resume fix-login');
}
