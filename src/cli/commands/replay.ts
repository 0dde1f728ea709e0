import type { Command } from 'commander';
import * as z from 'zod';
import type { App } from '../../app.ts';
import { diffTask } from '../../state/diff.ts';
import type { World } from '../../state/world.ts';
import { TASK, wholeNumber, withExamples } from '../arguments.ts';
import type { Door } from '../door.ts';
import { blank, row, whole } from '../line.ts';
import { Refusal } from '../refusal.ts';
import { ANY, recallTask } from '../select-task.ts';
import { taskDetails } from '../views/task-details.ts';

const optionsSchema = z.object({ task: z.string().optional(), until: z.int(), from: z.int().optional() });

async function worldAt(app: App, sequence: number, option: string): Promise<World> {
  if (sequence <= app.world.position) return app.replay(sequence);
  throw new Refusal(
    'invalid_input',
    `--${option}: there is no event ${sequence}: the last one is ${app.world.position}.`,
    'See the events: lineclear tail --all',
    option,
  );
}

export function addReplay(program: Command, { terminal, withApp }: Door): void {
  const command = program
    .command('replay')
    .description('show a task as it was, and what changed between two events')
    .option('--task <task>', `${TASK} (default: the latest)`)
    .requiredOption('--until <n>', 'as it was after the event with this sequence', wholeNumber(1))
    .option('--from <m>', 'also show what changed since the event with this sequence', wholeNumber(0))
    .action((options: unknown) =>
      withApp(async (app) => {
        const { task: part, until, from } = optionsSchema.parse(options);
        if (from !== undefined && from >= until)
          command.error(`error: --from ${from} is not before --until ${until}`);
        const { task_id: taskId, title } = await recallTask(app, part, ANY);
        const world = await worldAt(app, until, 'until');
        const task = world.tasks.get(taskId);
        if (!task) {
          throw new Refusal(
            'invalid_input',
            `“${title}” did not exist yet after event ${until}.`,
            `See its events: lineclear tail ${taskId} --all`,
            'until',
          );
        }
        const moment = { now: Date.parse(task.updated_at) };
        if (from === undefined) {
          await terminal.result(task, () => taskDetails(world, task, moment));
          return;
        }
        const before = (await worldAt(app, from, 'from')).tasks.get(taskId);
        const changes = diffTask(before, task);
        await terminal.result({ from, until, before: before ?? null, after: task, changes }, () => [
          row({ text: `Changed after event ${from}, up to event ${until}`, style: 'bold' }),
          ...(changes.length > 0 ? changes.map((change) => whole('  ', change)) : [whole('  nothing')]),
          blank,
          ...taskDetails(world, task, moment),
        ]);
      }),
    );
  withExamples(
    command,
    'lineclear replay --until 120',
    'lineclear replay --task fix-login --from 80 --until 120',
    'lineclear replay --until 120 --json | jq .phase',
  );
}
