import type { EventType } from '../contract/catalog.ts';
import { MEMORY_TYPES } from '../state/memory.ts';

/** Never removed, whatever task they belong to: what is shared, and what waits for a person. */
export const KEPT_TYPES: readonly EventType[] = [
  ...MEMORY_TYPES,
  'delivery.parked',
  'delivery.replayed',
  'delivery.settled',
  'history.truncated',
];
