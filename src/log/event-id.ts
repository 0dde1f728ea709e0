import { createHash, randomUUID } from 'node:crypto';

/** A new UUIDv7: the time in milliseconds, and for the rest Node's random UUID, which costs next to nothing. */
export function newEventId(): string {
  const time = Date.now().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}

/**
 * The id of the one event that `label` names as a consequence of the event `causeId`: the same two always give the same
 * id. Whoever decides it again, after a crash or in another process, appends the same event, and the log keeps one.
 * A valid UUIDv7: the time is the cause's, the random bits are a hash of both.
 */
export function derivedEventId(causeId: string, label: string): string {
  const hash = createHash('sha256').update(`${causeId}\n${label}`).digest('hex');
  const variant = ((Number.parseInt(hash.slice(3, 4), 16) & 0x3) | 0x8).toString(16);
  return `${causeId.slice(0, 13)}-7${hash.slice(0, 3)}-${variant}${hash.slice(4, 7)}-${hash.slice(7, 19)}`;
}
