import { type Command, Option } from 'commander';
import * as z from 'zod';
import { catalog } from '../../contract/catalog.ts';
import { prioritySchema } from '../../contract/event.ts';
import { withOrigin } from '../../contract/origin.ts';
import { withExamples } from '../arguments.ts';
import type { Door } from '../door.ts';
import { LATER, tellLater } from '../later.ts';
import { whole } from '../line.ts';
import { parseJsonObject } from '../parse-json-object.ts';
import { textOrStdin } from '../read-input.ts';

const optionsSchema = z.object({
  data: z.string().optional(),
  task: z.string().optional(),
  agent: z.string().optional(),
  source: z.string().optional(),
  priority: prioritySchema.optional(),
  later: z.boolean().default(false),
});
type Options = z.infer<typeof optionsSchema>;

/** The event as given: its type and `--data`, or all of it as JSON. */
async function givenEvent(what: string, { data }: Options): Promise<Record<string, unknown>> {
  const isWhole = what === '-' || what.trimStart().startsWith('{');
  const event = isWhole ? parseJsonObject(await textOrStdin(what), 'event') : { type: what };
  if (data !== undefined) return { ...event, data: parseJsonObject(await textOrStdin(data), 'data') };
  return isWhole ? event : { ...event, data: {} };
}

/** With what the options say of its envelope. */
const withOptions = (event: Record<string, unknown>, { task, source, priority }: Options) => ({
  source: 'cli',
  ...event,
  ...(task === undefined ? {} : { task_id: task }),
  ...(source === undefined ? {} : { source }),
  ...(priority === undefined ? {} : { priority }),
});

export function addEmit(program: Command, { terminal, composition, root, withApp }: Door): void {
  const types = Object.keys(catalog).join(' ');
  const command = program
    .command('emit')
    .description('record an event, as a hook or a script does')
    .argument('[event]', 'a type, or a whole event as JSON; - reads that from stdin', '-')
    .option('--data <json>', 'the data of the event; - reads it from stdin')
    .option('--task <id>', 'id of the task, in full')
    .option('--agent <id>', 'who did it (default: you)')
    .option('--source <name>', 'kind of program that reports it (default: cli)')
    .addOption(new Option('--priority <priority>').choices(prioritySchema.options))
    .option(...LATER)
    .action(async (what: string, options: unknown) => {
      const given = optionsSchema.parse(options);
      const event = withOptions(await givenEvent(what, given), given);
      if (given.later) {
        const later = composition.openLater({ root: root(), source: 'cli', agentId: given.agent });
        return await tellLater(terminal, later.emit(event));
      }
      await withApp(
        async (app) => {
          const origin = { source: 'cli', userId: app.userId, agentId: given.agent };
          const recorded = await app.emit(withOrigin(event, origin));
          await terminal.result(recorded, () => [
            whole(`Recorded ${recorded.type} as event ${recorded.sequence}.`),
          ]);
        },
        { create: true },
      );
    });
  withExamples(
    command,
    `lineclear emit file.modified --data '{"operation":"modify","file_path":"src/a.ts"}' --task T --agent coder-1`,
    `lineclear emit --json '{"type":"test.passed","data":{"name":"unit"}}'`,
    'my-hook | lineclear emit - --later',
  ).addHelpText('after', `\nTypes: ${types}`);
}
