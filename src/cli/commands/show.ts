import type { Command } from 'commander';
import { TASK, withExamples } from '../arguments.ts';
import type { Door } from '../door.ts';
import { ANY, recallTask } from '../select-task.ts';
import { taskDetails } from '../views/task-details.ts';
import { withWait } from '../views/with-wait.ts';

export function addShow(program: Command, { terminal, withApp }: Door): void {
  const command = program
    .command('show')
    .description('show everything about a task')
    .argument('[task]', `${TASK} (default: the latest)`)
    .action((part: string | undefined) =>
      withApp(async (app) => {
        const task = await recallTask(app, part, ANY);
        await app.attendance.look();
        const moment = { now: Date.now(), missingFor: app.attendance.missingFor };
        await terminal.result(withWait(app.world, task, moment), () => taskDetails(app.world, task, moment));
      }),
    );
  withExamples(command, 'lineclear show', 'lineclear show fix-login', 'lineclear show --json | jq .phase');
}
