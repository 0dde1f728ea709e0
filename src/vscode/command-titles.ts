import * as z from 'zod';
import { type CommandId, commands } from './commands.ts';

const manifestSchema = z.object({
  contributes: z.object({ commands: z.array(z.object({ command: z.string(), title: z.string() })) }),
});

/** What commands are called where they are offered: VS Code translates the manifest that it hands out. */
export function commandTitles(manifest: unknown): (id: CommandId) => string {
  const { data } = manifestSchema.safeParse(manifest);
  const titles = new Map(data?.contributes.commands.map(({ command, title }) => [command, title]));
  return (id) => titles.get(id) ?? commands[id].title;
}
