import { LineclearError } from '../contract/errors.ts';
import type { EventDraft } from '../contract/event.ts';
import { derivedEventId } from '../log/event-id.ts';
import type { EventLog } from '../log/log.ts';
import { type JsonValue, patchBetween } from '../state/contexts.ts';
import { type Author, envelopeOf } from './author.ts';
import type { MemoryFollower } from './follower.ts';
import { hashOf } from './text-cache.ts';

/** Which of two versions: the one that all see, or the other one. */
export type Side = 'current' | 'other';

export interface ContextChange {
  readonly agentId: string;
  /** JSON merge patch (RFC 7396): objects are merged, null removes. */
  readonly patch: Readonly<Record<string, JsonValue>>;
  /** The event of the last change that the writer had seen; by default the newest that there is. */
  readonly base?: string | undefined;
  /** Says that the same change twice is one. */
  readonly id?: string | undefined;
}

/**
 * Settles a key that several set at the same time: what all see, or the other value; of several others the one of that
 * sequence. Throws `not_waiting` when it is settled already.
 */
export async function settleContext(
  log: EventLog,
  follower: MemoryFollower,
  { agentId, key, taken }: { readonly agentId: string; readonly key: string; readonly taken: Side | number },
  author: Author,
): Promise<void> {
  await follower.refresh();
  const conflict = follower.state.contexts
    .get(agentId)
    ?.conflicts.findLast(
      (one) => one.key === key && (typeof taken !== 'number' || one.other.sequence === taken),
    );
  if (!conflict)
    throw new LineclearError(
      'not_waiting',
      `There is one value of '${key}' in the context of '${agentId}' only.`,
    );
  const { value, other } = conflict;
  const chosen = taken === 'current' ? value : other.value;
  // What is set to what it is already is settled by that, too.
  const patch = {
    [key]: chosen,
    ...patchBetween(value === null ? {} : { [key]: value }, chosen === null ? {} : { [key]: chosen }),
  };
  await changeContext(log, follower, { agentId, patch }, author);
}

/** Changes the context of an agent, and tells of keys that somebody else had set at the same time. */
export async function changeContext(
  log: EventLog,
  follower: MemoryFollower,
  { agentId: agent_id, patch, base, id }: ContextChange,
  author: Author,
): Promise<void> {
  if (base === undefined) await follower.refresh();
  const base_id = base ?? follower.state.contexts.get(agent_id)?.event_id;
  const envelope = envelopeOf(author);
  const [event] = await log.append([
    { ...envelope, id, type: 'context.updated', data: { agent_id, patch: { ...patch }, base_id } },
  ]);
  await follower.refresh();
  const conflicts = follower.state.contexts.get(agent_id)?.conflicts ?? [];
  const told = conflicts.flatMap(({ key, value, sequence, other }): EventDraft[] => {
    if (!event || sequence !== event.sequence) return [];
    const hashes = {
      content_hash: hashOf(JSON.stringify(value)),
      other_hash: hashOf(JSON.stringify(other.value)),
    };
    const data = { user_id: author.user_id, agent_id, domain: 'context', note_id: `context/${agent_id}` };
    return [
      {
        ...envelope,
        id: derivedEventId(event.id, `conflicted ${key} with ${other.sequence}`),
        causation_id: event.id,
        type: 'memory.conflicted',
        data: { ...data, ...hashes, key, value, other_value: other.value },
      },
    ];
  });
  if (told.length > 0) await log.append(told);
}
