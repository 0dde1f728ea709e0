import type { Command } from 'commander';
import * as z from 'zod';
import { TASK, wholeNumber, withExamples } from '../arguments.ts';
import type { Door } from '../door.ts';
import { paragraph } from '../line.ts';
import { Refusal } from '../refusal.ts';
import { HAS_PLAN, PLAN_WAITS, recallTask } from '../select-task.ts';

const optionsSchema = z.object({ revision: z.int().optional() });

export function addPlan(program: Command, { terminal, withApp }: Door): void {
  const command = program
    .command('plan')
    .description('print the plan of a task as Markdown')
    .argument('[task]', `${TASK} (default: the latest whose plan waits, else the latest with a plan)`)
    .option('--revision <n>', 'this revision (default: the newest)', wholeNumber(1))
    .action((part: string | undefined, options: unknown) =>
      withApp(async (app) => {
        const { revision } = optionsSchema.parse(options);
        const waits = [...app.world.tasks.values()].some(PLAN_WAITS.fits);
        const task = await recallTask(app, part, waits ? { ...PLAN_WAITS, single: false } : HAS_PLAN);
        const plan = task.plans.findLast((made) => revision === undefined || made.revision === revision);
        if (!plan) {
          const known = task.plans.map((made) => made.revision).join(', ');
          const which = revision === undefined ? 'plan' : `revision ${revision}`;
          throw new Refusal(
            revision === undefined ? 'not_waiting' : 'invalid_input',
            `“${task.title}” has no ${which} yet: it is ${task.phase}.`,
            known ? `There are revisions: ${known}.` : `Follow it: lineclear tail ${task.task_id}`,
            revision === undefined ? undefined : 'revision',
          );
        }
        await terminal.result(plan, () => paragraph(plan.plan));
      }),
    );
  withExamples(
    command,
    'lineclear plan | glow -',
    'lineclear plan fix-login --revision 1',
    "lineclear plan --json | jq -r '.chunks[].title'",
  );
}
