import * as l10n from '@vscode/l10n';
import { LineclearError } from '../../contract/errors.ts';
import { allTasks, titleOf } from '../../state/archive.ts';
import type { TaskState } from '../../state/task.ts';
import type { LogContext } from '../command-context.ts';
import type { Target } from '../target.ts';
import { oneLine } from '../inert-text.ts';
import { chooseTask } from './choose.ts';
import { writeLines } from './write-lines.ts';

const hasPlan = ({ plans }: TaskState): boolean => plans.length > 0;

export async function openPlan(context: LogContext, given: Target): Promise<void> {
  const waiting = context.app.world.inbox.filter(({ kind }) => kind === 'plan');
  const [only, second] = waiting;
  const target = given.task_id === undefined && only && !second ? { task_id: only.task_id } : given;
  const taskId = await chooseTask(
    context,
    target,
    l10n.t('Open Plan'),
    hasPlan,
    l10n.t('There is no plan yet.'),
  );
  if (taskId !== undefined) context.screen.openPlan(taskId);
}

export async function showEvents(
  context: LogContext,
  given: Target,
  format: 'lines' | 'json',
): Promise<void> {
  const { world } = context.app;
  if (given.task_id !== undefined) {
    const title = titleOf(world, given.task_id) ?? given.task_id;
    return await context.screen.openEvents({ task_id: given.task_id, format, title: oneLine(title, 40) });
  }
  const everything = l10n.t('All events');
  const all = { label: everything, icon: 'list-flat', value: { title: everything } };
  const tasks = allTasks(world)
    .toReversed()
    .map(({ task_id, title }) => ({
      label: title,
      icon: 'tasklist',
      value: { task_id, title: oneLine(title, 40) },
    }));
  const chosen =
    tasks.length === 0
      ? all.value
      : await context.screen.pick<{ task_id?: string; title: string }>([all, ...tasks], {
          title: format === 'json' ? l10n.t('Show Events as JSON') : l10n.t('Show Events'),
          placeholder: l10n.t('Of which task?'),
        });
  if (chosen) await context.screen.openEvents({ ...chosen, format });
}

/** A file that a task is about: in the task's worktree while there is one. */
export async function openTaskFile(
  { app, screen }: LogContext,
  { task_id, path }: Target & { path: string },
): Promise<void> {
  const worktree = task_id === undefined ? undefined : app.world.tasks.get(task_id)?.worktree;
  await screen.openFile(path, worktree?.status === 'open' ? worktree.path : undefined);
}

export async function showEvent({ screen }: LogContext, { sequence }: Target): Promise<void> {
  if (sequence === undefined)
    throw new LineclearError('invalid_input', l10n.t('Which event? Open it from the Activity view.'));
  await screen.openEvents({ sequence, format: 'json', title: l10n.t('Event {0}', sequence) });
}

/** Saves the log, or one task of it, as JSON lines. Returns how many events there are in the file. */
export async function exportEvents(
  { app, screen }: LogContext,
  { task_id, path }: Target,
): Promise<number | undefined> {
  const day = new Date().toISOString().slice(0, 10);
  const file = path ?? (await screen.saveAs(`lineclear-events-${day}.jsonl`));
  if (file === undefined) return undefined;
  const truncatedAt = await app.truncatedAt();
  const lines = app.exportLines({ taskId: task_id, truncatedAt });
  const written = await screen.busy(l10n.t('Exporting events'), (signal, report) =>
    writeLines(file, lines, signal, (count) => report(l10n.t('{0} events', count))),
  );
  if (written === undefined) return written;
  const isWhole = truncatedAt === 0 || task_id !== undefined;
  screen.flash(
    isWhole
      ? l10n.t('Exported {0} events.', written)
      : l10n.t('Exported {0} events; those of tasks that ended long ago are archived.', written),
  );
  return written;
}
