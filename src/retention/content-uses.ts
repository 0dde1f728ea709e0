import type { AgentEvent } from '../contract/event.ts';
import type { BlobRef, LogBackend } from '../log/log.ts';
import { contentsOf } from './archived-content.ts';

/**
 * So long ago a content was put at least: whoever puts it appends the event that names it within this time. No task is
 * removed that ended later, so this keeps no content of one, unless somebody else has put the same again.
 */
export const CONTENT_AGE_MS = 24 * 60 * 60 * 1000;

/** Contents that are asked for at once. */
const AT_ONCE = 32;

/** How many events name each content. */
export class ContentUses {
  readonly #uses = new Map<BlobRef, number>();

  note(event: AgentEvent): void {
    for (const ref of contentsOf(event)) this.#uses.set(ref, (this.#uses.get(ref) ?? 0) + 1);
  }

  /** Takes events away, each of which was noted; the contents that no other names. */
  release(events: readonly AgentEvent[]): BlobRef[] {
    return events.flatMap(contentsOf).filter((ref) => {
      const left = (this.#uses.get(ref) ?? 0) - 1;
      if (left > 0) this.#uses.set(ref, left);
      else this.#uses.delete(ref);
      return left <= 0;
    });
  }
}

/** Removes contents that nobody names and nobody has put for a while. Throws the signal's reason; harmless to repeat. */
export async function removeContents(
  { blobs }: Pick<LogBackend, 'blobs'>,
  refs: readonly BlobRef[],
  { ageMs, signal }: { readonly ageMs: number; readonly signal: AbortSignal },
): Promise<number> {
  let removed = 0;
  for (let from = 0; from < refs.length; from += AT_ONCE) {
    signal.throwIfAborted();
    const some = refs.slice(from, from + AT_ONCE);
    const gone = await Promise.all(some.map((ref) => blobs.remove(ref, ageMs)));
    removed += gone.filter(Boolean).length;
  }
  return removed;
}
