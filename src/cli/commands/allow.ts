import type { Command } from 'commander';
import { z } from 'zod';
import { TASK, withExamples } from '../arguments.ts';
import { decidePermission } from '../decide-permission.ts';
import type { Door } from '../door.ts';

const optionsSchema = z.object({ request: z.string().optional() });

export function addAllow(program: Command, door: Door): void {
  const command = program
    .command('allow')
    .description('allow what an agent asks for, this once')
    .argument('[task]', `${TASK} (default: the only one that waits for permission)`)
    .option('--request <id>', 'which request, where a task has several')
    .action((task: string | undefined, options: unknown) =>
      decidePermission(door, { task, ...optionsSchema.parse(options), decision: 'allow' }),
    );
  withExamples(command, 'lineclear allow', 'lineclear allow fix-login --request r-7');
}
