import { type Command, Option } from 'commander';
import * as z from 'zod';
import type { App } from '../../app.ts';
import { catalog, isEventType } from '../../contract/catalog.ts';
import { encodeEvent } from '../../contract/decode.ts';
import { LineclearError, messageOf } from '../../contract/errors.ts';
import { wholeNumber, withExamples } from '../arguments.ts';
import type { Door } from '../door.ts';
import { interruptible } from '../interruptible.ts';
import { type Style, row } from '../line.ts';
import { Refusal } from '../refusal.ts';
import { knownTruncation } from '../truncation.ts';
import { REJECT_EXIT, runHandler } from '../run-handler.ts';

const fromSchema = z.enum(['beginning', 'whole', 'now']);

const optionsSchema = z.object({
  group: z.string(),
  types: z.array(z.string()).optional(),
  concurrency: z.int().default(1),
  from: fromSchema.optional(),
  onDead: z.enum(['continue', 'park-task', 'stop']).default('continue'),
  silence: z.int().optional(),
});

const AFTER_PARKING = { continue: 'continue', 'park-task': 'park_task', stop: 'stop' } as const;

const WORDS = {
  handled: { text: 'handled', style: 'green' },
  retry: { text: 'failed, comes again', style: 'yellow' },
  parked: { text: 'dead letter', style: 'red' },
  given_back: { text: 'given back', style: 'dim' },
} as const satisfies Record<string, { text: string; style: Style }>;

function checkTypes(types: readonly string[] | undefined) {
  return types?.map((type) => {
    if (isEventType(type)) return type;
    throw new Refusal(
      'unknown_event_type',
      `--types: there is no event type '${type}'.`,
      'See the types: lineclear emit --help',
      'types',
    );
  });
}

const BEGINNINGS: Readonly<Record<z.infer<typeof fromSchema>, string>> = {
  beginning: 'with the first event',
  whole: 'behind what was archived',
  now: 'with what comes from now on',
};

/** Where the work goes on: a group that there is already has its own place. */
async function whereItBegins(
  app: App,
  group: string,
  from: keyof typeof BEGINNINGS | undefined,
): Promise<string> {
  const known = (await app.groups.list()).find((one) => one.group === group);
  if (!known) return `Group ${group} is new and begins ${BEGINNINGS[from ?? 'beginning']}; Ctrl+C ends.`;
  const unused = from === undefined ? '' : ' (--from is for a new group)';
  return `Group ${group} goes on behind event ${known.position}${unused}; Ctrl+C ends.`;
}

export function addConsume(program: Command, { terminal, withApp }: Door): void {
  const command = program
    .command('consume')
    .description('hand each event to a command, as one worker of a group, until Ctrl+C')
    .requiredOption('--group <name>', 'workers of the same name share the events')
    .option('--types <types>', 'only these, separated by commas', (text) => text.split(','))
    .option('--concurrency <n>', 'events at once (default: 1)', wholeNumber(1))
    .addOption(
      new Option(
        '--from <start>',
        'where a new group begins; whole: behind what was archived (default: beginning)',
      ).choices(fromSchema.options),
    )
    .addOption(
      new Option('--on-dead <what>', 'what to do after a dead letter (default: continue)').choices(
        Object.keys(AFTER_PARKING),
      ),
    )
    .option(
      '--silence <seconds>',
      'when a worker that is not heard of counts as dead (default: 60)',
      wholeNumber(1),
    )
    .argument('<command...>', 'after --: gets the event as JSON on stdin')
    .action(([handler = '', ...args]: readonly string[], options: unknown) =>
      withApp(
        async (app) => {
          const { group, types, concurrency, from, onDead, silence } = optionsSchema.parse(options);
          const wanted = checkTypes(types);
          const truncatedAt = from === 'now' ? 0 : await knownTruncation(app, terminal);
          await terminal.hint(await whereItBegins(app, group, from));
          await interruptible((signal) =>
            app.consume(
              {
                group,
                types: wanted,
                concurrency,
                signal,
                afterParking: AFTER_PARKING[onDead],
                ...(from === 'now' && { after: app.world.position }),
                ...(from === 'whole' && { after: truncatedAt }),
                ...(silence !== undefined && { visibilityMs: silence * 1000 }),
                onEnded: (event, outcome, error) => {
                  const { sequence, type, id } = event;
                  const why = error === undefined ? undefined : messageOf(error);
                  void terminal.entry(
                    { sequence, id, type, outcome, ...(why !== undefined && { error: why }) },
                    () => [
                      row(
                        { text: String(sequence), style: 'dim' },
                        '  ',
                        type,
                        '  ',
                        WORDS[outcome],
                        why ? `: ${why}` : '',
                      ),
                    ],
                  );
                },
              },
              async (event, { attempt, signal: stop }) => {
                const { code, reason } = await runHandler({
                  command: handler,
                  args,
                  input: `${JSON.stringify(encodeEvent(event))}\n`,
                  env: {
                    LINECLEAR_EVENT_TYPE: event.type,
                    LINECLEAR_TASK_ID: event.task_id ?? '',
                    LINECLEAR_ATTEMPT: String(attempt),
                  },
                  signal: stop,
                });
                if (code === REJECT_EXIT) throw new LineclearError('delivery_rejected', reason);
                if (code !== 0) throw new Error(reason);
              },
            ),
          );
        },
        { create: true },
      ),
    );
  withExamples(
    command,
    'lineclear consume --group chat --types task.completed,task.failed -- ./post-to-chat.sh',
    `lineclear consume --group backup --from now -- sh -c 'cat >> events.jsonl'`,
  ).addHelpText(
    'after',
    `
Exit code of the command: 0 is done; ${REJECT_EXIT} parks the event at once; any other one has it handed out again after 1, 4 and
16 seconds and then parked: lineclear dlq. An event may come twice, when a worker dies after its work: its id tells.

Types: ${Object.keys(catalog).join(' ')}`,
  );
}
