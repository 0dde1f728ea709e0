import * as l10n from '@vscode/l10n';
import { UNSEEN } from '../../state/evidence.ts';
import { capitalized, chunkWords, counted, personName, phaseWords } from '../../state/wording.ts';
import type { IconName } from '../icon.ts';
import type { ChunkView, LiveChunkView, PlanView } from './protocol.ts';

export interface Status {
  readonly icon: IconName;
  readonly tone: 'quiet' | 'active' | 'good' | 'bad';
  readonly words: string;
}

/** Where the whole task is, in one short sentence. */
export function statusOf(view: PlanView): Status {
  if (view.parked) return { icon: 'clock', tone: 'quiet', words: l10n.t('Paused: {0}', view.parked.reason) };
  switch (view.phase) {
    case 'created':
      return { icon: 'clock', tone: 'quiet', words: l10n.t('Waiting for a planner') };
    case 'planning':
      return {
        icon: 'dot',
        tone: 'quiet',
        words:
          view.revision === 1
            ? l10n.t('Being planned')
            : l10n.t('Revision {0} is being planned', view.revision),
      };
    case 'plan_review':
      return {
        icon: 'clock',
        tone: 'active',
        words: l10n.t('Revision {0} waits for your decision', view.revision),
      };
    case 'executing':
      return { icon: 'dot', tone: 'active', words: l10n.t('Being carried out, {0}', progressOf(view)) };
    case 'reviewing':
      return { icon: 'dot', tone: 'active', words: l10n.t('Being reviewed, {0}', progressOf(view)) };
    case 'completed':
      return { icon: 'check', tone: 'good', words: capitalized(phaseWords.completed) };
    case 'failed':
      return { icon: 'cross', tone: 'bad', words: capitalized(phaseWords.failed) };
    case 'cancelled': {
      const words = view.cancelled
        ? l10n.t('Cancelled by {0}', personOf(view.cancelled.user_id, view))
        : capitalized(phaseWords.cancelled);
      return { icon: 'dash', tone: 'quiet', words };
    }
  }
}

export const countDone = ({ chunks }: PlanView): number =>
  chunks.filter(({ status }) => status === 'completed').length;

export const progressOf = (view: PlanView): string =>
  l10n.t('{0} of {1} done', countDone(view), counted(view.chunks.length, 'chunk'));

/** What stands in the place of a plan before there is one. */
export function noPlanWords({ phase, planner }: PlanView): string {
  if (phase === 'failed' || phase === 'cancelled') return l10n.t('It ended before there was a plan.');
  return planner
    ? l10n.t('The plan appears here when it is ready. {0} works on it.', planner.name)
    : l10n.t('The plan appears here when it is ready.');
}

const chunkLooks = {
  pending: { icon: 'circle', tone: 'quiet' },
  running: { icon: 'dot', tone: 'active' },
  paused: { icon: 'dash', tone: 'active' },
  interrupted: { icon: 'dash', tone: 'quiet' },
  completed: { icon: 'check', tone: 'good' },
  failed: { icon: 'cross', tone: 'bad' },
  skipped: { icon: 'dash', tone: 'quiet' },
} as const satisfies Record<LiveChunkView['status'], Omit<Status, 'words'>>;

/** Nothing, for a chunk that is only proposed. */
export function chunkStatusOf(chunk: ChunkView | LiveChunkView): Status | undefined {
  if (!('status' in chunk)) return undefined;
  if (chunk.unseen) return { icon: 'alert', tone: 'bad', words: capitalized(UNSEEN) };
  const words = capitalized(chunkWords[chunk.status]);
  const isAgain = chunk.status === 'running' && chunk.attempt > 1;
  return {
    ...chunkLooks[chunk.status],
    words: isAgain ? l10n.t('{0}, attempt {1}', words, chunk.attempt) : words,
  };
}

export const personOf = (userId: string, { you }: PlanView): string =>
  userId === you ? l10n.t('you') : personName(userId);
