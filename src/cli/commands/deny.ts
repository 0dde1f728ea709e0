import type { Command } from 'commander';
import * as z from 'zod';
import { TASK, withExamples } from '../arguments.ts';
import { decidePermission } from '../decide-permission.ts';
import type { Door } from '../door.ts';

const optionsSchema = z.object({ request: z.string().optional(), comment: z.string().optional() });

export function addDeny(program: Command, door: Door): void {
  const command = program
    .command('deny')
    .description('deny what an agent asks for')
    .argument('[task]', `${TASK} (default: the only one that waits for permission)`)
    .option('--request <id>', 'which request, where a task has several')
    .option('-m, --comment <text>', 'why')
    .action((task: string | undefined, options: unknown) =>
      decidePermission(door, { task, ...optionsSchema.parse(options), decision: 'deny' }),
    );
  withExamples(command, 'lineclear deny', 'lineclear deny fix-login -m "Run the tests instead"');
}
