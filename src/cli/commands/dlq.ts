import { type Command, Option } from 'commander';
import * as z from 'zod';
import type { App, DeadLetter } from '../../app.ts';
import { parkReasonSchema } from '../../contract/events/workspace.ts';
import { counted } from '../../state/wording.ts';
import { wholeNumber, withExamples } from '../arguments.ts';
import type { Door } from '../door.ts';
import { interruptible } from '../interruptible.ts';
import { whole } from '../line.ts';
import { parseJsonObject } from '../parse-json-object.ts';
import { textOrStdin } from '../read-input.ts';
import { Refusal } from '../refusal.ts';
import { deadLetterDetails, deadLetterList } from '../views/dead-letters.ts';

const filterSchema = z.object({
  group: z.string().optional(),
  reason: parkReasonSchema.optional(),
  type: z.string().optional(),
  task: z.string().optional(),
});
type Filter = z.infer<typeof filterSchema>;

const withFilter = (command: Command): Command =>
  command
    .option('--group <name>', 'only of this group')
    .addOption(new Option('--reason <reason>', 'only for this reason').choices(parkReasonSchema.options))
    .option('--type <type>', 'only events of this type')
    .option('--task <id>', 'only of this task, its id in full');

const EVENT = 'id of the event, or a part of it that no other one has';

const find = async (app: App, { task: taskId, ...filter }: Filter): Promise<DeadLetter[]> =>
  await Array.fromAsync(app.deadLetters.list({ ...filter, taskId }));

/** The one that is meant. */
async function select(app: App, part: string, filter: Filter): Promise<DeadLetter> {
  const found = (await find(app, filter)).filter(({ event_id }) => event_id.includes(part));
  const [letter, another] = found;
  if (!letter)
    throw new Refusal(
      'not_waiting',
      `There is no dead letter '${part}'.`,
      'See them: lineclear dlq list',
      'event',
    );
  if (!another) return letter;
  const list = found.map(({ event_id, group }) => `  ${event_id}  ${group}`).join('\n');
  throw new Refusal(
    'invalid_input',
    `'${part}' is part of more than one:\n${list}`,
    'Name one, or its --group.',
    'event',
  );
}

const PAGE = 50;

function addDlqList(dlq: Command, { terminal, withApp }: Door): void {
  withFilter(dlq.command('list', { isDefault: true }).description('list the dead letters, the oldest first'))
    .option('--page <n>', `${PAGE} each (default: 1)`, wholeNumber(1))
    .action((options: unknown) =>
      withApp(async (app) => {
        const { page } = z.object({ page: z.int().default(1) }).parse(options);
        const letters = await find(app, filterSchema.parse(options));
        const shown = letters.slice((page - 1) * PAGE, page * PAGE);
        const left = Math.max(0, letters.length - page * PAGE);
        await terminal.result(shown, () => deadLetterList(shown, left, { now: Date.now() }));
      }),
    );
}

function addDlqShow(dlq: Command, { terminal, withApp }: Door): void {
  withFilter(dlq.command('show').description('show one, with every try').argument('<event>', EVENT)).action(
    (part: string, options: unknown) =>
      withApp(async (app) => {
        const letter = await select(app, part, filterSchema.parse(options));
        await terminal.result(letter, () => deadLetterDetails(letter));
      }),
  );
}

function addDlqReplay(dlq: Command, { terminal, withApp }: Door): void {
  const command = withFilter(
    dlq
      .command('replay')
      .description('hand one out again to its group, or all that the options name')
      .argument('[event]', EVENT),
  )
    .option('--dry-run', 'only list those that would be handed out')
    .action((part: string | undefined, options: unknown) =>
      withApp(async (app) => {
        const filter = filterSchema.parse(options);
        const { dryRun } = z.object({ dryRun: z.boolean().default(false) }).parse(options);
        const one = part === undefined ? undefined : await select(app, part, filter);
        const chosen: DeadLetter[] = [];
        let all = true;
        if (dryRun) chosen.push(...(one ? [one] : await find(app, filter)));
        else if (one) {
          await app.deadLetters.replay(one.group, one.sequence);
          chosen.push(one);
        } else {
          const { task: taskId, ...rest } = filter;
          all = await interruptible((signal) =>
            app.deadLetters.replayAll({ ...rest, taskId }, (letter) => chosen.push(letter), signal),
          );
        }
        await terminal.result(chosen, () =>
          dryRun
            ? deadLetterList(chosen, 0, { now: Date.now() })
            : [
                whole(
                  `${counted(chosen.length, 'event')} handed out again; each stays a dead letter until it is handled.`,
                ),
                ...(all ? [] : [whole('There are more: do it again when the workers have taken these.')]),
              ],
        );
      }),
    );
  withExamples(
    command,
    'lineclear dlq replay 1f2e',
    'lineclear dlq replay --group chat --reason handler_failed',
  );
}

function addDlqEdit(dlq: Command, { terminal, withApp }: Door): void {
  const command = withFilter(
    dlq
      .command('edit')
      .description('put other data in place of that of the event, for its next replay')
      .argument('<event>', EVENT)
      .argument('<data>', 'the data as JSON; - reads it from stdin'),
  ).action((part: string, data: string, options: unknown) =>
    withApp(async (app) => {
      const { group, sequence, event_id } = await select(app, part, filterSchema.parse(options));
      const letter = await app.deadLetters.edit(
        group,
        sequence,
        parseJsonObject(await textOrStdin(data), 'data'),
      );
      await terminal.result(letter, () => [
        whole(`Edited. Hand it out again: lineclear dlq replay ${event_id}`),
      ]);
    }),
  );
  withExamples(
    command,
    `lineclear dlq edit 1f2e '{"name":"unit"}'`,
    `lineclear dlq show 1f2e --json | jq '.event.data | .name = "unit"' | lineclear dlq edit 1f2e -`,
  );
}

function addDlqDelete(dlq: Command, { terminal, withApp }: Door): void {
  withFilter(dlq.command('delete').description('delete one for good').argument('<event>', EVENT)).action(
    (part: string, options: unknown) =>
      withApp(async (app) => {
        const letter = await select(app, part, filterSchema.parse(options));
        await app.deadLetters.settle(letter.group, letter.sequence, 'deleted');
        await terminal.result(letter, () => [
          whole(`Deleted. The event itself stays in the log: number ${letter.sequence}.`),
        ]);
      }),
  );
}

export function addDlq(program: Command, door: Door): void {
  const dlq = program.command('dlq').description('dead letters: events that a group could not handle');
  for (const add of [addDlqList, addDlqShow, addDlqReplay, addDlqEdit, addDlqDelete]) add(dlq, door);
  withExamples(
    dlq,
    'lineclear dlq',
    'lineclear dlq show 1f2e',
    'lineclear dlq replay --group chat --dry-run',
  );
}
