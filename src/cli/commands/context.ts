import { type Command, Option } from 'commander';
import * as z from 'zod';
import { withExamples } from '../arguments.ts';
import type { Door } from '../door.ts';
import { LATER, tellLater } from '../later.ts';
import { paragraph, whole } from '../line.ts';
import { parseJsonObject } from '../parse-json-object.ts';
import { textOrStdin } from '../read-input.ts';
import { Refusal } from '../refusal.ts';

const jsonSchema = z.json();
const patchSchema = z.record(z.string(), jsonSchema);
type Patch = z.infer<typeof patchSchema>;

/** JSON where it is some, else the text as it is: `n=3` is a number, `status=active` a text. */
function valueOf(text: string): Patch[string] {
  try {
    return jsonSchema.parse(JSON.parse(text));
  } catch {
    return text;
  }
}

/** `key=value` each; `key=` removes. Or one JSON object, which may come from stdin. */
async function patchOf(words: readonly string[]): Promise<Patch> {
  const [first = ''] = words;
  if (words.length === 1 && (first === '-' || first.startsWith('{')))
    return patchSchema.parse(parseJsonObject(await textOrStdin(first), 'patch'));
  const pairs = words.map((word): [string, Patch[string]] => {
    const at = word.indexOf('=');
    if (at < 1)
      throw new Refusal(
        'invalid_input',
        `'${word}' is not key=value.`,
        'Write key=value, or one JSON object.',
        'values',
      );
    const text = word.slice(at + 1);
    return [word.slice(0, at), text === '' ? null : valueOf(text)];
  });
  return Object.fromEntries(pairs);
}

const setOptions = z.object({ agent: z.string().optional(), later: z.boolean().default(false) });

function addSet(context: Command, { terminal, composition, root, withApp }: Door): void {
  const command = context
    .command('set')
    .description('set values in the context of an agent; others stay as they are')
    .argument('<name>', 'the agent')
    .argument('<values...>', 'key=value, where key= removes; or one JSON object, - for stdin')
    .option('--agent <agent>', 'who sets it, on your behalf (default: you)')
    .option(...LATER)
    .action(async (name: string, words: string[], options: unknown) => {
      const { agent, later } = setOptions.parse(options);
      const patch = await patchOf(words);
      if (later) {
        const box = composition.openLater({ root: root(), source: 'cli', agentId: agent });
        return await tellLater(terminal, box.updateContext(name, patch));
      }
      await withApp(
        async (app) => {
          const store = await app.memory();
          await store.updateAgentContext({ agentId: name, patch }, app.author(agent));
          const { agents } = await store.getUnifiedContext();
          await terminal.result(agents[name], () => [whole(`The context of ${name} is changed.`)]);
        },
        { create: true },
      );
    });
  withExamples(
    command,
    'lineclear context set mary status=active files=3',
    `lineclear context set mary '{"at": {"file": "src/a.ts", "line": 12}}'`,
  );
}

function addGet(context: Command, { terminal, withApp }: Door): void {
  const command = context
    .command('get')
    .description('print all contexts as JSON, or the one of an agent')
    .argument('[name]', 'the agent')
    .action((name: string | undefined) =>
      withApp(async (app) => {
        const unified = await (await app.memory()).getUnifiedContext();
        const shown = name === undefined ? unified : unified.agents[name];
        if (shown === undefined)
          throw new Refusal(
            'agent_not_found',
            `There is no context of '${name}'.`,
            'See all: lineclear context get',
            'name',
          );
        await terminal.result(shown, () => paragraph(JSON.stringify(shown, undefined, 2)));
      }),
    );
  withExamples(command, "lineclear context get | jq '.agents.mary'", 'lineclear context get mary');
}

function addSettle(context: Command, { terminal, withApp }: Door): void {
  const command = context
    .command('settle')
    .description('choose between two values that were set at the same time')
    .argument('<name>', 'the agent whose context it is')
    .argument('<key>', 'which value')
    .addOption(
      new Option('--take <value>', 'the one that all see, or the other one')
        .choices(['current', 'other'])
        .makeOptionMandatory(),
    )
    .action((name: string, key: string, options: unknown) =>
      withApp(async (app) => {
        const { take } = z.object({ take: z.enum(['current', 'other']) }).parse(options);
        const store = await app.memory();
        await store.resolveContext(name, key, take, app.author());
        const { agents } = await store.getUnifiedContext();
        await terminal.result(agents[name], () => [whole(`${key} of ${name} is settled.`)]);
      }),
    );
  withExamples(command, 'lineclear context settle mary status --take other');
}

export function addContext(program: Command, door: Door): void {
  const context = program.command('context').description('what each agent lets all others know');
  addSet(context, door);
  addGet(context, door);
  addSettle(context, door);
  withExamples(context, 'lineclear context set mary status=active', 'lineclear context get');
}
