import type { Command } from 'commander';
import * as z from 'zod';
import { inboxHeadline } from '../../state/inbox-words.ts';
import { parseSnooze } from '../../state/snooze.ts';
import { timeOfDay } from '../../state/wording.ts';
import { TASK, withExamples } from '../arguments.ts';
import type { Door } from '../door.ts';
import { Refusal } from '../refusal.ts';
import { reportCommand } from '../report-command.ts';
import { WAITS, selectTask } from '../select-task.ts';

const optionsSchema = z.object({ until: z.string(), item: z.string().optional() });

export function addSnooze(program: Command, door: Door): void {
  const command = program
    .command('snooze')
    .description('put off what waits for you: it is shown again at that time')
    .argument('[task]', `${TASK} (default: the only one that waits for you)`)
    .option('--until <time>', '15m, 1h, 2d, 14:30, tomorrow, an ISO time, or now to show it again', '1h')
    .option('--item <id>', 'which matter, where a task has several (see list --inbox --json)')
    .action((part: string | undefined, options: unknown) =>
      door.withApp(async (app) => {
        const { until, item } = optionsSchema.parse(options);
        const now = Date.now();
        const time = until === 'now' ? now : parseSnooze(until, now);
        if (time === undefined)
          throw new Refusal(
            'invalid_input',
            `'${until}' is not a time.`,
            'Say 15m, 14:30 or tomorrow.',
            'until',
          );
        const { inbox } = app.world;
        const taskId = item === undefined ? selectTask(app.world, part, WAITS).task_id : undefined;
        const meant = inbox.filter(({ item_id, task_id }) => item_id === item || task_id === taskId);
        const [first, second] = meant;
        if (!first)
          throw new Refusal('not_waiting', 'That is not waiting for you.', 'See: lineclear list --inbox');
        if (second) {
          const ids = meant.map(({ item_id }) => `  ${item_id}`).join('\n');
          throw new Refusal(
            'invalid_input',
            `More than one matter waits:\n${ids}`,
            'Name one with --item.',
            'item',
          );
        }
        const iso = new Date(time).toISOString();
        const event = await app.execute({ command: 'snooze_item', item_id: first.item_id, until: iso });
        const when = time > now ? `put off until ${timeOfDay(iso, { now })}` : 'shown again';
        await reportCommand(door, app, {
          event,
          text: `${inboxHeadline(first)}: ${when}`,
          needsOrchestrator: false,
        });
      }),
    );
  withExamples(command, 'lineclear snooze', 'lineclear snooze fix-login --until tomorrow');
}
