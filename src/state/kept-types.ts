import type { EventType } from '../contract/catalog.ts';
import type { AgentEvent } from '../contract/event.ts';
import { MEMORY_TYPES } from './memory.ts';
import type { World } from './world.ts';

/** Never removed, whatever task they belong to: what is shared, and what waits for a person. */
export const KEPT_TYPES: readonly EventType[] = [
  ...MEMORY_TYPES,
  'delivery.parked',
  'delivery.replayed',
  'delivery.settled',
  'history.truncated',
];

const kept: ReadonlySet<string> = new Set(KEPT_TYPES);

/** Whether the log says that the event was removed: it may be there for a moment still. */
export function isRemoved({ archive }: World, { task_id, type, sequence }: AgentEvent): boolean {
  const task = archive.get(task_id ?? '');
  return task?.removed !== undefined && sequence <= task.version && !kept.has(type);
}
