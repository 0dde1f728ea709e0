import { type EventType, definitionOf } from './catalog.ts';

/** Data of an older version brought to today's, step by step. Throws what an upcaster throws. */
export function upcast(type: EventType, version: number, data: unknown): unknown {
  const { version: today, upcasters } = definitionOf(type);
  let current = data;
  for (let from = version; from < today; from += 1) {
    const step = upcasters?.[from];
    if (!step) throw new TypeError(`no upcaster from version ${from} of ${type}`);
    current = step(current);
  }
  return current;
}
