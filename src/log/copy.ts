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
  /** Where each group of workers is, and its dead letters. */
  readonly documents: number;
  /** SHA-256 of all events as JSON lines, of either log. */
  readonly sha256: string;
}

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

async function one<T>(items: AsyncIterable<T>): Promise<T | undefined> {
  for await (const item of items) return item;
  return undefined;
}

/** Reads both side by side and returns the hash of what they have in common: all. Throws `copy_differs`. */
async function compare(from: LogBackend, to: LogBackend, head: number): Promise<string> {
  const hash = createHash('sha256');
  const copies = to.log.read({ until: head })[Symbol.asyncIterator]();
  for await (const event of from.log.read({ until: head })) {
    const line = lineOf(event);
    const copy = await copies.next();
    if (copy.done === true || lineOf(copy.value) !== line) {
      throw differs(`Event ${event.sequence} is not the same in both logs.`);
    }
    hash.update(`${line}\n`);
  }
  return hash.digest('hex');
}

/**
 * Copies a log to another backend: events with their sequences, ids and times, the contents that they name, and the
 * documents. Snapshots are made anew there; leases are nobody's. The target is empty, or has the first events of the
 * source: what a copy that was interrupted left, or an earlier copy of a log that has grown since. The source is only
 * read. At the end both logs are read side by side and compared.
 *
 * While it works nobody may append to the target. Who appends to the source is followed until it is quiet for a moment.
 * Throws `copy_differs`; `history_truncated` when the source has lost its first events; the errors of `parseDraft` for events of
 * a newer version; the signal's reason.
 */
export async function copyLog(from: LogBackend, to: LogBackend, options: CopyOptions): Promise<CopyResult> {
  const { signal, onProgress } = options;
  if (from.log.logId === to.log.logId) throw differs('Both addresses are of the same log.');
  let copied = await to.log.head();
  const before = copied;
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
  const sha256 = await compare(from, to, copied);
  return { events: copied, appended: copied - before, blobs, missingBlobs, documents, sha256 };

  /** Whether the target has what the source begins with, as far as its last event tells. */
  async function checkBeginning(): Promise<void> {
    if (copied === 0) return;
    const query = { after: copied - 1, until: copied };
    const [theirs, ours] = [await one(to.log.read(query)), await one(from.log.read(query))];
    if (theirs && ours && lineOf(theirs) === lineOf(ours)) return;
    throw differs(`The target has ${copied} events that are not those of the source.`);
  }

  async function copyEvents(): Promise<void> {
    const head = await from.log.head();
    let batch: AgentEvent[] = [];
    for await (const event of from.log.read({ after: copied, until: head })) {
      batch.push(event);
      if (batch.length < BATCH && event.sequence < head) continue;
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
