import type { Command } from 'commander';
import * as z from 'zod';
import { budgetAmount } from '../../state/budget.ts';
import { TASK, withExamples } from '../arguments.ts';
import type { Door } from '../door.ts';
import { Refusal } from '../refusal.ts';
import { reportCommand } from '../report-command.ts';
import { OVER_BUDGET, selectTask } from '../select-task.ts';

const optionsSchema = z.object({ to: z.coerce.number().positive().optional() });

export function addRaise(program: Command, door: Door): void {
  const command = program
    .command('raise')
    .description('raise the budget that a task waits for; it goes on')
    .argument('[task]', `${TASK} (default: the only one that waits for a budget)`)
    .option('--to <limit>', 'tokens, US dollars or minutes, as the budget is about (default: twice as much)')
    .action((part: string | undefined, options: unknown) =>
      door.withApp(async (app) => {
        const { success, data } = optionsSchema.safeParse(options);
        if (!success)
          throw new Refusal('invalid_input', 'The new limit is not a number.', 'Say: --to 100000', 'to');
        const task = selectTask(app.world, part, OVER_BUDGET);
        const perUnit = task.exceeded?.budget === 'seconds' ? 60 : 1;
        const event = await app.execute({
          command: 'raise_budget',
          task_id: task.task_id,
          limit_value: data.to === undefined ? undefined : data.to * perUnit,
        });
        if (event.type !== 'user.raised_budget') return;
        const { budget, scope, limit_value } = event.data;
        const whose = scope === 'day' ? 'the day' : `“${task.title}”`;
        const text = `The budget of ${whose} is ${budgetAmount(budget, limit_value)} now.`;
        await reportCommand(door, app, { event, text, needsOrchestrator: true });
      }),
    );
  withExamples(command, 'lineclear raise', 'lineclear raise fix-login --to 200000');
}
