import { LineclearError } from './errors.ts';
import type { StoredEvent } from './decode.ts';
import { type CompleteDraft, storedEnvelopeSchema } from './event.ts';
import { firstIssue } from './issue.ts';

/** Fields whose value is JSON; all others are strings as they are. */
const JSON_FIELDS = ['sequence', 'version', 'call_chain', 'context_refs', 'data'] as const;

/** An event as a flat map of strings, as Redis streams need it: strings as they are, JSON for lists and objects. */
export function toFlat(event: CompleteDraft | StoredEvent): Record<string, string> {
  return Object.fromEntries(
    Object.entries(event)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [
        key,
        typeof value === 'string' && key !== 'data' ? value : JSON.stringify(value),
      ]),
  );
}

/** The inverse of {@link toFlat}. Throws `invalid_event` with the field that cannot be read. */
export function fromFlat(flat: Readonly<Record<string, string>>): StoredEvent {
  const event: Record<string, unknown> = { ...flat };
  for (const key of JSON_FIELDS) {
    const text = flat[key];
    if (text === undefined) continue;
    try {
      event[key] = JSON.parse(text);
    } catch (cause) {
      throw new LineclearError('invalid_event', `${key}: is not JSON: ${text.slice(0, 80)}`, {
        field: key,
        cause,
      });
    }
  }
  const result = storedEnvelopeSchema.safeParse(event);
  if (!result.success) {
    const { field, text } = firstIssue(result.error);
    throw new LineclearError('invalid_event', text, { field });
  }
  return result.data;
}
