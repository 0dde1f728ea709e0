import { type Command, InvalidArgumentError } from 'commander';
import * as z from 'zod';
import type { TaskState } from '../../state/task.ts';
import { TASK, wholeNumber, withExamples } from '../arguments.ts';
import type { Door } from '../door.ts';
import { textOrStdin } from '../read-input.ts';
import { Refusal } from '../refusal.ts';
import { reportCommand } from '../report-command.ts';
import { PLAN_WAITS, selectTask } from '../select-task.ts';
import { waitingRevision } from '../waiting-revision.ts';

const chunkCommentSchema = z.object({ number: z.int(), comment: z.string() });
type ChunkComment = z.infer<typeof chunkCommentSchema>;

const optionsSchema = z.object({
  revision: z.int().optional(),
  comment: z.string().default(''),
  chunk: z.array(chunkCommentSchema).default([]),
  anew: z.boolean().default(false),
});

/** Gathers each `--chunk 2:"comment"`. */
function gatherChunk(text: string, before: readonly ChunkComment[] = []): readonly ChunkComment[] {
  const [, number = '', comment = ''] = /^(\d+):\s*(\S[\s\S]*)$/.exec(text) ?? [];
  if (!number) throw new InvalidArgumentError('It must be the number of a chunk and a comment: 2:"comment".');
  return [...before, { number: Number(number), comment }];
}

/** A person counts the chunks from 1. */
function chunkIndex(task: TaskState, revision: number, { number }: ChunkComment): number {
  const chunks = task.plans.find((plan) => plan.revision === revision)?.chunks.length ?? 0;
  if (number >= 1 && number <= chunks) return number - 1;
  throw new Refusal(
    'invalid_input',
    `--chunk: there is no chunk ${number}: the plan has ${chunks}.`,
    `See them: lineclear show ${task.task_id}`,
    'chunk',
  );
}

export function addReject(program: Command, door: Door): void {
  const command = program
    .command('reject')
    .description('request changes to the plan that waits')
    .argument('[task]', `${TASK} (default: the only one whose plan waits)`)
    .option('-m, --comment <text>', 'what should be different; - reads it from stdin')
    .option('--chunk <n:comment>', 'a comment on one chunk; may be repeated', gatherChunk)
    .option('--revision <n>', 'only if this revision waits', wholeNumber(1))
    .option('--anew', 'reject the plan: the planner starts anew instead of revising it')
    .action((part: string | undefined, options: unknown) =>
      door.withApp(async (app) => {
        const given = optionsSchema.parse(options);
        const task = selectTask(app.world, part, PLAN_WAITS);
        const revision = given.revision ?? waitingRevision(task);
        const event = await app.execute({
          command: 'reject_plan',
          task_id: task.task_id,
          revision,
          verdict: given.anew ? 'rejected' : 'changes',
          comment: await textOrStdin(given.comment),
          chunk_comments: given.chunk.map((item) => ({
            chunk: chunkIndex(task, revision, item),
            comment: item.comment,
          })),
        });
        const done = given.anew ? 'Rejected' : 'Requested changes to';
        const text = `${done} revision ${revision} of “${task.title}”.`;
        await reportCommand(door, app, { event, text, needsOrchestrator: true });
      }),
    );
  withExamples(
    command,
    'lineclear reject -m "Do not touch the public API"',
    'lineclear reject fix-login --chunk 2:"Write the test first" --chunk 3:"Leave this out"',
    'lineclear reject --anew -m "Use the existing cache instead"',
  );
}
