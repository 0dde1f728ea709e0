import type { Command } from 'commander';
import * as z from 'zod';
import { TASK, wholeNumber, withExamples } from '../arguments.ts';
import type { Door } from '../door.ts';
import { reportCommand } from '../report-command.ts';
import { PLAN_WAITS, selectTask } from '../select-task.ts';
import { waitingRevision } from '../waiting-revision.ts';

const optionsSchema = z.object({ revision: z.int().optional(), comment: z.string().optional() });

export function addApprove(program: Command, door: Door): void {
  const command = program
    .command('approve')
    .description('give line clear: the plan that waits is carried out')
    .argument('[task]', `${TASK} (default: the only one whose plan waits)`)
    .option('--revision <n>', 'only if this revision waits', wholeNumber(1))
    .option('-m, --comment <text>', 'something to go with it')
    .action((part: string | undefined, options: unknown) =>
      door.withApp(async (app) => {
        const { revision: given, comment } = optionsSchema.parse(options);
        const task = selectTask(app.world, part, PLAN_WAITS);
        const revision = given ?? waitingRevision(task);
        const event = await app.execute({
          command: 'approve_plan',
          task_id: task.task_id,
          revision,
          comment,
        });
        const text = `Line clear for “${task.title}”, revision ${revision}.`;
        await reportCommand(door, app, { event, text, needsOrchestrator: true });
      }),
    );
  withExamples(
    command,
    'lineclear approve',
    'lineclear approve fix-login --revision 2',
    'lineclear approve -m "keep the old endpoint"',
  );
}
