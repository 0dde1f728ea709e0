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

export const isKept = ({ type }: AgentEvent): boolean => kept.has(type);

/** Whether the log says that the event was removed: it may be there for a moment still. */
export function isRemoved({ archive }: World, event: AgentEvent): boolean {
  const task = archive.get(event.task_id ?? '');
  return task?.removed !== undefined && event.sequence <= task.version && !isKept(event);
}
