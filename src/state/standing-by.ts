import * as l10n from '@vscode/l10n';
import { placeInLine } from './claims.ts';
import { shorten } from './shorten.ts';
import type { TaskState } from './task.ts';
import { waitsForTurn } from './waits-for-turn.ts';
import type { Moment } from './wording.ts';
import type { World } from './world.ts';

/** What a task waits for that could go on otherwise; not the person, nor a time: those are in its own state. */
export type Wait =
  | { readonly for: 'file'; readonly file_path: string; readonly task_id: string }
  /** Nobody is there who carries the task out: of this project, or of another one. */
  | { readonly for: 'orchestrator'; readonly where: 'here' | 'elsewhere' }
  /** As many agents are at work as may be. */
  | { readonly for: 'turn' };

type Others = Pick<World, 'tasks' | 'agents'>;

export function waitOf(world: Others, task: TaskState, { missingFor }: Moment): Wait | undefined {
  const place = placeInLine(task);
  if (place && claimWait(world, task) !== undefined)
    return { for: 'file', file_path: place.file_path, task_id: place.task_id };
  const where = missingFor?.(task);
  if (where) return { for: 'orchestrator', where };
  return waitsForTurn(world, task) ? { for: 'turn' } : undefined;
}

/** Which file a task waits for, and who has it; undefined when it waits for none, or is about to go on. */
export function claimWait({ tasks }: Pick<World, 'tasks'>, task: TaskState): string | undefined {
  const place = placeInLine(task);
  const other = place && tasks.get(place.task_id);
  if (!other) return undefined;
  const words = [shorten(place.file_path, 60), shorten(other.title, 40)] as const;
  if (other.claims.held.length > 0) return l10n.t('waits for {0}, held by the coder of “{1}”', ...words);
  return placeInLine(other) ? l10n.t('waits for {0} after “{1}”', ...words) : undefined;
}

/** That nobody is there who carries a task out. */
export const missingWords = (): string => l10n.t('waits for an orchestrator');

/** What a task that could go on waits for: files that another one holds, who carries it out, or its turn. */
export function standingBy(world: Others, task: TaskState, moment: Moment): string | undefined {
  switch (waitOf(world, task, moment)?.for) {
    case 'file':
      return claimWait(world, task);
    case 'orchestrator':
      return missingWords();
    case 'turn':
      return l10n.t('waits for its turn');
    case undefined:
      return undefined;
  }
}

/** What to do for a task that waits because no orchestrator is there that carries it out. */
export function missingAdvice(task: TaskState, { missingFor }: Moment): string | undefined {
  switch (missingFor?.(task)) {
    case 'here':
      return l10n.t('No orchestrator is at work for it. Start one in this folder: lineclear serve.');
    case 'elsewhere':
      return l10n.t(
        'No orchestrator of the project “{0}” is at work. Start one in a folder of that project: lineclear serve.',
        shorten(task.project ?? '', 40),
      );
    case undefined:
      return undefined;
  }
}
