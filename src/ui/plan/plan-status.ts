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
  if (view.parked) return { icon: 'clock', tone: 'quiet', words: `Paused: ${view.parked.reason}` };
  switch (view.phase) {
    case 'created':
      return { icon: 'clock', tone: 'quiet', words: 'Waiting for a planner' };
    case 'planning':
      return {
        icon: 'dot',
        tone: 'quiet',
        words: view.revision === 1 ? 'Being planned' : `Revision ${view.revision} is being planned`,
      };
    case 'plan_review':
      return { icon: 'clock', tone: 'active', words: `Revision ${view.revision} waits for your decision` };
    case 'executing':
      return { icon: 'dot', tone: 'active', words: `Being carried out, ${progressOf(view)}` };
    case 'reviewing':
      return { icon: 'dot', tone: 'active', words: `Being reviewed, ${progressOf(view)}` };
    case 'completed':
      return { icon: 'check', tone: 'good', words: capitalized(phaseWords.completed) };
    case 'failed':
      return { icon: 'cross', tone: 'bad', words: capitalized(phaseWords.failed) };
    case 'cancelled': {
      const who = view.cancelled ? ` by ${personOf(view.cancelled.user_id, view)}` : '';
      return { icon: 'dash', tone: 'quiet', words: `${capitalized(phaseWords.cancelled)}${who}` };
    }
  }
}

export const countDone = ({ chunks }: PlanView): number =>
  chunks.filter(({ status }) => status === 'completed').length;

export const progressOf = (view: PlanView): string =>
  `${countDone(view)} of ${counted(view.chunks.length, 'chunk')} done`;

const chunkLooks = {
  pending: { icon: 'circle', tone: 'quiet' },
  running: { icon: 'dot', tone: 'active' },
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
  const again = chunk.status === 'running' && chunk.attempt > 1 ? `, attempt ${chunk.attempt}` : '';
  return { ...chunkLooks[chunk.status], words: `${words}${again}` };
}

export const personOf = (userId: string, { you }: PlanView): string =>
  userId === you ? 'you' : personName(userId);
