import type { AgentEvent } from '../contract/event.ts';
import type { EventLog } from '../log/log.ts';

/** Events that are no further apart are read together, with what is between them. */
const NEAR = 50;
/** Of one reading. */
const MAX_EVENTS = 500;
const READINGS_AT_ONCE = 16;

interface Range {
  readonly from: number;
  to: number;
}

/** The events at these sequences, which rise; it costs as much as they are many, however long the log is. */
export async function readEvents(log: EventLog, sequences: readonly number[]): Promise<AgentEvent[]> {
  const wanted = new Set(sequences);
  const ranges: Range[] = [];
  for (const sequence of sequences) {
    const last = ranges.at(-1);
    if (last && sequence - last.to <= NEAR && sequence - last.from < MAX_EVENTS) last.to = sequence;
    else ranges.push({ from: sequence, to: sequence });
  }
  const events: AgentEvent[] = [];
  for (let from = 0; from < ranges.length; from += READINGS_AT_ONCE) {
    const readings = ranges.slice(from, from + READINGS_AT_ONCE).map((range) => readRange(log, range));
    for (const found of await Promise.all(readings))
      events.push(...found.filter(({ sequence }) => wanted.has(sequence)));
  }
  return events;
}

/** What is looked for here is never removed, so it may be between events that were. */
const readRange = (log: EventLog, { from, to }: Range): Promise<AgentEvent[]> =>
  Array.fromAsync(log.read({ after: from - 1, until: to, truncatedAt: Infinity }));
