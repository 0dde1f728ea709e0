import { type Command, Option } from 'commander';
import * as z from 'zod';
import { catalog } from '../../contract/catalog.ts';
import { prioritySchema } from '../../contract/event.ts';
import { withExamples } from '../arguments.ts';
import type { Door } from '../door.ts';
import { whole } from '../line.ts';
import { parseJsonObject } from '../parse-json-object.ts';
import { textOrStdin } from '../read-input.ts';

const optionsSchema = z.object({
  data: z.string().optional(),
  task: z.string().optional(),
  agent: z.string().optional(),
  source: z.string().optional(),
  priority: prioritySchema.optional(),
});
type Options = z.infer<typeof optionsSchema>;

/** The event as given: its type and `--data`, or all of it as JSON. */
async function givenEvent(what: string, { data }: Options): Promise<Record<string, unknown>> {
  const isWhole = what === '-' || what.trimStart().startsWith('{');
  const event = isWhole ? parseJsonObject(await textOrStdin(what), 'event') : { type: what };
  if (data !== undefined) return { ...event, data: parseJsonObject(await textOrStdin(data), 'data') };
  return isWhole ? event : { ...event, data: {} };
}

/** Fills in who did it: the named agent on behalf of the person, or the person. */
function withOrigin(
  event: Record<string, unknown>,
  options: Options,
  userId: string,
): Record<string, unknown> {
  const person = `user:${userId}`;
  const who = options.agent ?? event['source_agent_id'] ?? person;
  return {
    call_chain: who === person ? [person] : [person, who],
    source: 'cli',
    ...event,
    source_agent_id: who,
    ...(options.task === undefined ? {} : { task_id: options.task }),
    ...(options.source === undefined ? {} : { source: options.source }),
    ...(options.priority === undefined ? {} : { priority: options.priority }),
  };
}

export function addEmit(program: Command, { terminal, withApp }: Door): void {
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
    .action((what: string, options: unknown) =>
      withApp(
        async (app) => {
          const given = optionsSchema.parse(options);
          const draft = withOrigin(await givenEvent(what, given), given, app.userId);
          const event = await app.emit(draft);
          await terminal.result(event, () => [whole(`Recorded ${event.type} as event ${event.sequence}.`)]);
        },
        { create: true },
      ),
    );
  withExamples(
    command,
    `lineclear emit file.modified --data '{"operation":"modify","file_path":"src/a.ts"}' --task T --agent coder-1`,
    `lineclear emit --json '{"type":"test.passed","data":{"name":"unit"}}'`,
    'my-hook | lineclear emit -',
  ).addHelpText('after', `\nTypes: ${types}`);
}
