import * as l10n from '@vscode/l10n';
import { LineclearError } from '../../contract/errors.ts';
import { type ChunkState, type TaskState, whyNotSkipped } from '../../state/task.ts';
import { chunkWords } from '../../state/wording.ts';
import type { LogContext } from '../command-context.ts';
import type { Target } from '../target.ts';
import { chooseItem, chooseTask, refuseSettled } from './choose.ts';

const titleOf = ({ app }: LogContext, taskId: string): string => app.world.tasks.get(taskId)?.title ?? taskId;

/** Another try, with words for the agent that failed. */
export async function retryWithPrompt(
  context: LogContext,
  given: Target & { prompt?: string | undefined },
): Promise<void> {
  const chosen = await chooseItem(context, 'failure', given, l10n.t('Retry with Prompt'));
  if (!chosen) return;
  const { task_id } = chosen;
  const prompt =
    given.prompt ??
    (await context.screen.input({
      title: l10n.t('Retry with Prompt: {0}', titleOf(context, task_id)),
      placeholder: l10n.t('Leave the migration alone and change the query only'),
      prompt: l10n.t('What should the agent do differently? It reads this in its next try.'),
    }));
  if (prompt === undefined) return;
  await context.app.execute({ command: 'retry_task', task_id, prompt });
  context.screen.flash(l10n.t('The task is tried again.'));
}

const skippable = (task: TaskState): readonly (readonly [number, ChunkState])[] =>
  task.chunks.map((chunk, index) => [index, chunk] as const).filter(([index]) => !whyNotSkipped(task, index));

/** The chunk that failed, as what a person most likely means; else the person picks one. */
async function chooseChunk(context: LogContext, taskId: string): Promise<number | undefined> {
  const task = context.app.world.tasks.get(taskId);
  const chunks = task ? skippable(task) : [];
  const failed = chunks.filter(([, { status }]) => status === 'failed');
  const [first, second] = failed.length > 0 ? failed : chunks;
  if (!first) throw new LineclearError('not_waiting', l10n.t('No chunk of the task can be skipped now.'));
  if (!second) return first[0];
  return await context.screen.pick(
    chunks.map(([index, { title, status }]) => ({
      label: `${index + 1}. ${title}`,
      description: chunkWords[status],
      icon: 'debug-step-over',
      value: index,
    })),
    { title: l10n.t('Skip Chunk'), placeholder: l10n.t('Which chunk?') },
  );
}

export async function skipChunk(
  context: LogContext,
  given: Target & { comment?: string | undefined },
): Promise<void> {
  const task_id = await chooseTask(
    context,
    given,
    l10n.t('Skip Chunk'),
    (task) => skippable(task).length > 0,
    l10n.t('There is no chunk to skip.'),
  );
  if (task_id === undefined) return;
  const index = given.chunk ?? (await chooseChunk(context, task_id));
  if (index === undefined) return;
  await context.app.execute({ command: 'skip_chunk', task_id, index, comment: given.comment });
  context.screen.flash(l10n.t('The task goes on without the chunk.'));
}

export async function resumeTask(
  context: LogContext,
  given: Target & { comment?: string | undefined },
): Promise<void> {
  refuseSettled(context, given);
  const task_id = await chooseTask(
    context,
    given,
    l10n.t('Resume Task'),
    (task) => task.parked !== undefined,
    l10n.t('No task is parked.'),
  );
  if (task_id === undefined) return;
  await context.app.execute({ command: 'resume_task', task_id, comment: given.comment });
  context.screen.flash(l10n.t('The task goes on.'));
}
