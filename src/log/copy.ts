import { createHash } from 'node:crypto';
import { encodeEvent } from '../contract/decode.ts';
import { parseDraft } from '../contract/draft.ts';
import { LineclearError } from '../contract/errors.ts';
import type { AgentEvent, EventDraft } from '../contract/event.ts';
import { newEventId } from './event-id.ts';
import type { BlobRef, Documents, LogBackend, StoredDocument } from './log.ts';

export interface CopyOptions {
  /** Stops between two appends; what is copied stays, and the next copy goes on from there. */
  readonly signal: AbortSignal;
  /** Called after each append with the last sequence that is copied, and the last one there is. */
  readonly onProgress?: (copied: number, head: number) => void;
}

export interface CopyResult {
  /** Events that both logs have, as they were compared. */
  readonly events: number;
  /** Of these the ones that this copy appended. */
  readonly appended: number;
  /** Contents that those events name. */
  readonly blobs: number;
  /** Contents that an event names and the source does not have. */
  readonly missingBlobs: number;
  /** Events that the source does not have any more; both logs say so. */
  readonly missing: number;
  /** Where each group of workers is, and its dead letters. */
  readonly documents: number;
  /** SHA-256 of all events as JSON lines, of either log. */
  readonly sha256: string;
}

/** Stands in the target for events that the source has not any more, until they are removed there, too. */
const GAP = 'removed-before-copying';

const filler = (): EventDraft => ({
  type: 'agent.output',
  task_id: GAP,
  source: 'copy',
  source_agent_id: GAP,
  call_chain: [GAP],
  data: { stream: 'message', text: '' },
});

/** Events per append: large enough to be fast, small enough to lose little by an interruption. */
const BATCH = 500;

/** One line of JSON; the order of its fields is not that in which a backend stores them. */
function lineOf(event: AgentEvent): string {
  const fields = Object.entries(encodeEvent(event)).filter(([, value]) => value !== undefined);
  return JSON.stringify(Object.fromEntries(fields.toSorted(([a], [b]) => (a < b ? -1 : 1))));
}

const differs = (message: string) => new LineclearError('copy_differs', message);

/** The event as it is to be appended, with its id and time. Throws the errors of `parseDraft` with its sequence. */
function draftOf(event: AgentEvent, tenantId: string): EventDraft {
  try {
    return parseDraft(encodeEvent(event), { tenantId, newId: newEventId, now: () => new Date() });
  } catch (error) {
    if (!(error instanceof LineclearError)) throw error;
    throw new LineclearError(error.code, `Event ${event.sequence} cannot be copied: ${error.message}`, {
      field: error.field,
      cause: error,
    });
  }
}

const blobsOf = (events: readonly AgentEvent[]): Set<BlobRef> =>
  new Set(
    events.flatMap(({ context_refs: refs }) => refs.filter((ref): ref is BlobRef => ref.startsWith('blob:'))),
  );

async function last<T>(items: AsyncIterable<T>): Promise<T | undefined> {
  let found: T | undefined;
  for await (const item of items) found = item;
  return found;
}

/** Reads both side by side and returns the hash and the number of what they have in common: all. Throws `copy_differs`. */
async function compare(
  from: LogBackend,
  to: LogBackend,
  head: number,
  truncatedAt: number,
): Promise<{ sha256: string; events: number }> {
  const hash = createHash('sha256');
  let events = 0;
  const query = { until: head, truncatedAt: Infinity };
  const copies = to.log.read(query)[Symbol.asyncIterator]();
  // An earlier copy may have what the source has removed since.
  const copyOf = async (sequence: number) => {
    for (;;) {
      const copy = await copies.next();
      const isOlder = !copy.done && copy.value.sequence < Math.min(sequence, truncatedAt + 1);
      if (!isOlder) return copy;
    }
  };
  for await (const event of from.log.read(query)) {
    const line = lineOf(event);
    const copy = await copyOf(event.sequence);
    if (copy.done === true || lineOf(copy.value) !== line) {
      throw differs(`Event ${event.sequence} is not the same in both logs.`);
    }
    hash.update(`${line}\n`);
    events += 1;
  }
  return { sha256: hash.digest('hex'), events };
}

/**
 * Copies a log to another backend: events with their sequences, ids and times, the contents that they name, and the
 * documents. Where the history of the source is truncated, so is that of the target. Snapshots are made anew there; leases are nobody's. The target is empty, or has the first events of the
 * source: what a copy that was interrupted left, or an earlier copy of a log that has grown since. The source is only
 * read. At the end both logs are read side by side and compared.
 *
 * While it works nobody may append to the target. Who appends to the source is followed until it is quiet for a moment.
 * Throws `copy_differs`; `history_truncated` when the source is truncated meanwhile: run it again; the errors of `parseDraft` for events of
 * a newer version; the signal's reason.
 */
export async function copyLog(from: LogBackend, to: LogBackend, options: CopyOptions): Promise<CopyResult> {
  const { signal, onProgress } = options;
  if (from.log.logId === to.log.logId) throw differs('Both addresses are of the same log.');
  const truncatedAt = await from.log.truncatedAt();
  let copied = await to.log.head();
  const before = copied;
  let missing = 0;
  let blobs = 0;
  let missingBlobs = 0;

  await checkBeginning();
  let documents: number;
  do {
    await copyEvents();
    documents = await copyDocuments(from.documents, to.documents);
  } while ((await from.log.head()) > copied);
  if ((await to.log.head()) > copied) {
    throw differs(`Somebody else has appended to the target after event ${copied}.`);
  }
  if (truncatedAt > 0) await to.truncate({ upto: truncatedAt, taskIds: [GAP], keep: [] });
  const compared = await compare(from, to, copied, truncatedAt);
  return {
    ...compared,
    appended: copied - before - missing,
    missing: copied - compared.events,
    blobs,
    missingBlobs,
    documents,
  };

  /** Whether the target has what the source begins with, as far as its last event tells. */
  async function checkBeginning(): Promise<void> {
    if (copied === 0) return;
    // The last one that is there: what came before it may be missing.
    const query = { until: copied, truncatedAt: Infinity };
    const theirs = await last(to.log.read({ ...query, after: copied - 1 }));
    const ours = await last(from.log.read({ ...query, after: copied - 1 }));
    if (theirs && ours ? lineOf(theirs) === lineOf(ours) : !ours && copied <= truncatedAt) return;
    throw differs(`The target has ${copied} events that are not those of the source.`);
  }

  async function copyEvents(): Promise<void> {
    const head = await from.log.head();
    let batch: AgentEvent[] = [];
    for await (const event of from.log.read({ after: copied, until: head, truncatedAt })) {
      if (event.sequence > copied + batch.length + 1) {
        if (batch.length > 0) await append(batch);
        batch = [];
        await fillUpTo(event.sequence - 1);
      }
      batch.push(event);
      const isEnd = event.sequence === truncatedAt || event.sequence === head;
      if (batch.length < BATCH && !isEnd) continue;
      signal.throwIfAborted();
      await append(batch);
      batch = [];
      onProgress?.(copied, head);
    }
  }

  async function append(events: readonly AgentEvent[]): Promise<void> {
    const drafts = events.map((event) => draftOf(event, to.log.tenantId));
    // Before the events: a copy that ends in between has no event without its content.
    for (const ref of blobsOf(events)) await copyBlob(ref);
    const stored = await to.log.append(drafts);
    for (const [index, { sequence }] of events.entries()) {
      if (stored[index]?.sequence === sequence) continue;
      throw differs(`Event ${sequence} got another number: somebody else appends to the target.`);
    }
    copied = events.at(-1)?.sequence ?? copied;
  }

  async function fillUpTo(sequence: number): Promise<void> {
    while (copied < sequence) {
      signal.throwIfAborted();
      const count = Math.min(BATCH, sequence - copied);
      const stored = await to.log.append(Array.from({ length: count }, filler));
      if (stored.at(-1)?.sequence !== copied + count) throw differs(`Somebody else appends to the target.`);
      copied += count;
      missing += count;
    }
  }

  async function copyBlob(ref: BlobRef): Promise<void> {
    const content = await from.blobs.get(ref);
    if (content === undefined) missingBlobs += 1;
    else if ((await to.blobs.put(content)) === ref) blobs += 1;
    else throw differs(`The content ${ref} is damaged in the source.`);
  }
}

const all = async (documents: Documents): Promise<Map<string, StoredDocument>> => {
  const found = new Map<string, StoredDocument>();
  for await (const document of documents.list('')) found.set(document.key, document);
  return found;
};

const changed = (key: string) => differs(`Somebody else has changed the document ${key} of the target.`);

/** Leaves the target with the documents of the source and no others; their number. Throws `copy_differs`. */
async function copyDocuments(from: Documents, to: Documents): Promise<number> {
  const [source, target] = [await all(from), await all(to)];
  for (const { key, value } of source.values()) {
    const existing = target.get(key);
    target.delete(key);
    if (existing?.value === value) continue;
    if ((await to.put(key, value, existing?.revision)) === undefined) throw changed(key);
  }
  for (const { key, revision } of target.values()) {
    if (!(await to.delete(key, revision))) throw changed(key);
  }
  return source.size;
}
