import { type Command, Option } from 'commander';
import * as z from 'zod';
import { withExamples } from '../arguments.ts';
import type { Door } from '../door.ts';
import { LATER, tellLater } from '../later.ts';
import { whole } from '../line.ts';
import { textOrStdin } from '../read-input.ts';

const optionsSchema = z.object({
  agent: z.string().optional(),
  summary: z.string().optional(),
  status: z.enum(['completed', 'failed', 'rejected']),
  domain: z.string(),
  later: z.boolean().default(false),
});

/** A task that some other program carried out: what came of it is a note, and stands in the context of who did it. */
export function addTaskResult(program: Command, { terminal, composition, root, withApp }: Door): void {
  const command = program
    .command('task-result')
    .description('record what came of a task that another program carried out')
    .argument('<task>', 'its name')
    .argument('[report]', 'Markdown; - reads it from stdin')
    .addOption(
      new Option('--status <status>', 'how it ended')
        .choices(optionsSchema.shape.status.options)
        .default('completed'),
    )
    .option('--agent <agent>', 'who did it (default: you)')
    .option('--summary <text>', 'one line')
    .option('--domain <domain>', 'where the note is kept', 'results')
    .option(...LATER)
    .action(async (task: string, given: string | undefined, options: unknown) => {
      const { agent, later, ...how } = optionsSchema.parse(options);
      const report = given && (await textOrStdin(given));
      const result = { task, ...how, ...(report ? { report } : {}) };
      if (later) {
        const box = composition.openLater({ root: root(), source: 'cli', agentId: agent });
        return await tellLater(terminal, await box.taskResult(result));
      }
      await withApp(
        async (app) => {
          const { note_id, domain, slug, at } = await app.recordTaskResult(result, agent);
          const note = `${domain}/${slug}`;
          const { status, summary = null } = how;
          await terminal.result({ task, status, summary, note, at, note_id }, () => [
            whole(`Recorded: ${note}`),
          ]);
        },
        { create: true },
      );
    });
  withExamples(
    command,
    'lineclear task-result build-42 --agent ci --summary "All 312 tests pass"',
    './research.sh | lineclear task-result proposal-7 - --status rejected --agent scout',
  );
}
