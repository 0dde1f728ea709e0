import type { EventDraft } from '../contract/event.ts';
import { derivedEventId } from '../log/event-id.ts';
import type { EventLog } from '../log/log.ts';
import type { JsonValue } from '../state/contexts.ts';
import { type Author, envelopeOf } from './author.ts';
import type { MemoryFollower } from './follower.ts';
import { hashOf } from './text-cache.ts';

export interface ContextChange {
  readonly agentId: string;
  /** JSON merge patch (RFC 7396): objects are merged, null removes. */
  readonly patch: Readonly<Record<string, JsonValue>>;
  /** The event of the last change that the writer had seen; by default the newest that there is. */
  readonly base?: string | undefined;
  /** Says that the same change twice is one. */
  readonly id?: string | undefined;
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
        id: derivedEventId(event.id, `conflicted ${key}`),
        causation_id: event.id,
        type: 'memory.conflicted',
        data: { ...data, ...hashes, key, value, other_value: other.value },
      },
    ];
  });
  if (told.length > 0) await log.append(told);
}
