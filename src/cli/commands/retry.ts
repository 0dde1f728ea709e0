import type { Command } from 'commander';
import * as z from 'zod';
import { TASK, withExamples } from '../arguments.ts';
import type { Door } from '../door.ts';
import { reportCommand } from '../report-command.ts';
import { FAILED, selectTask } from '../select-task.ts';

const optionsSchema = z.object({ comment: z.string().optional(), prompt: z.string().optional() });

export function addRetry(program: Command, door: Door): void {
  const command = program
    .command('retry')
    .description('try a failed task again, from where it failed')
    .argument('[task]', `${TASK} (default: the latest that failed)`)
    .option('-m, --comment <text>', 'something for the agents to know from now on')
    .option('-p, --prompt <text>', 'what the agent is told besides in this try')
    .action((part: string | undefined, options: unknown) =>
      door.withApp(async (app) => {
        const task = selectTask(app.world, part, FAILED);
        const event = await app.execute({
          command: 'retry_task',
          task_id: task.task_id,
          ...optionsSchema.parse(options),
        });
        await reportCommand(door, app, {
          event,
          text: `“${task.title}” is tried again.`,
          needsOrchestrator: true,
        });
      }),
    );
  withExamples(
    command,
    'lineclear retry',
    'lineclear retry fix-login -m "The network is back"',
    'lineclear retry fix-login --prompt "Leave the migration alone"',
  );
}
