import type { Command } from 'commander';
import * as z from 'zod';
import { TASK, withExamples } from '../arguments.ts';
import { decidePermission } from '../decide-permission.ts';
import type { Door } from '../door.ts';

const optionsSchema = z.object({
  request: z.string().optional(),
  always: z.boolean().default(false),
  yes: z.boolean().default(false),
});

export function addAllow(program: Command, door: Door): void {
  const command = program
    .command('allow')
    .description('allow what an agent asks for: this once, or always')
    .argument('[task]', `${TASK} (default: the only one that waits for permission)`)
    .option('--request <id>', 'which request, where a task has several')
    .option('--always', 'and write the rule that allows it from now on; shows the rule')
    .option('--yes', 'write the rule that --always shows')
    .action((task: string | undefined, options: unknown) =>
      decidePermission(door, { task, ...optionsSchema.parse(options), decision: 'allow' }),
    );
  withExamples(
    command,
    'lineclear allow',
    'lineclear allow fix-login --request r-7',
    'lineclear allow --always --yes',
  );
}
