import { type Command, Option } from 'commander';
import * as z from 'zod';
import { withExamples } from '../arguments.ts';
import type { Door } from '../door.ts';
import { whole } from '../line.ts';
import { textOrStdin } from '../read-input.ts';

const optionsSchema = z.object({
  agent: z.string().optional(),
  summary: z.string().optional(),
  status: z.enum(['completed', 'failed', 'rejected']),
  domain: z.string(),
});

/** A task that some other program carried out: what came of it is a note, and stands in the context of who did it. */
export function addTaskResult(program: Command, { terminal, withApp }: Door): void {
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
    .action((task: string, report: string | undefined, options: unknown) =>
      withApp(
        async (app) => {
          const { agent, summary, status, domain } = optionsSchema.parse(options);
          const author = app.author(agent);
          const store = await app.memory();
          const title = `${task}: ${status}`;
          const body = [summary, report && (await textOrStdin(report))].filter(Boolean).join('\n\n');
          const { note } = await store.write({ domain, title, tags: [status], body: `${body}\n` }, author);
          const name = `${note.domain}/${note.slug}`;
          const result = { task, status, summary: summary ?? null, note: name, at: note.at };
          const agentId = agent ?? app.userId;
          await store.updateAgentContext({ agentId, patch: { last_result: result } }, author);
          await terminal.result({ ...result, note_id: note.note_id }, () => [whole(`Recorded: ${name}`)]);
        },
        { create: true },
      ),
    );
  withExamples(
    command,
    'lineclear task-result build-42 --agent ci --summary "All 312 tests pass"',
    './research.sh | lineclear task-result proposal-7 - --status rejected --agent scout',
  );
}
