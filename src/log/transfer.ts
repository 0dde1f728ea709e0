import { LineclearError, messageOf } from '../contract/errors.ts';
import { encodeEvent } from '../contract/decode.ts';
import { parseDraft } from '../contract/draft.ts';
import type { AgentEvent, EventDraft } from '../contract/event.ts';
import { newEventId } from './event-id.ts';
import type { EventLog } from './log.ts';

/** Events per append of an import: large enough to be fast, small enough to let other writers in between. */
const BATCH = 500;

/** Events as JSON, one line each without its end, as they were stored. */
export async function* exportLines(events: AsyncIterable<AgentEvent>): AsyncGenerator<string, void, void> {
  for await (const event of events) yield JSON.stringify(encodeEvent(event));
}

/**
 * Takes exported lines into a log. Every line is checked before the first one is appended; blank lines are skipped.
 * Events that the log has already, by id, are left alone, so that an import can be repeated.
 * Throws `invalid_event` and the other errors of `parseDraft` with the number of the line.
 */
export async function importLines(
  log: EventLog,
  lines: AsyncIterable<string> | Iterable<string>,
): Promise<{ appended: number; known: number }> {
  const drafts: EventDraft[] = [];
  let number = 0;
  for await (const line of lines) {
    number += 1;
    if (line.trim() !== '') drafts.push(parseLine(log, line, number));
  }
  let appended = 0;
  for (let from = 0; from < drafts.length; from += BATCH) {
    const batch = drafts.slice(from, from + BATCH);
    const before = await log.head();
    const events = await log.append(batch);
    appended += new Set(events.filter((event) => event.sequence > before).map((event) => event.id)).size;
  }
  return { appended, known: drafts.length - appended };
}

function parseLine(log: EventLog, line: string, number: number): EventDraft {
  try {
    const defaults = { tenantId: log.tenantId, newId: newEventId, now: () => new Date() };
    return parseDraft(JSON.parse(line), defaults);
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw new LineclearError('invalid_event', `Line ${number} is not JSON: ${messageOf(error)}`, {
        cause: error,
      });
    }
    if (error instanceof LineclearError) {
      throw new LineclearError(error.code, `Line ${number}: ${error.message}`, {
        field: error.field,
        cause: error,
      });
    }
    throw error;
  }
}
