import type { EventType } from '../contract/catalog.ts';
import type { AgentEvent, EventDraft } from '../contract/event.ts';

/** What an acknowledged append survives: a crash of the process, or also a loss of power. */
export type Durability = 'process' | 'power';

export interface AppendOptions {
  /**
   * The only lock: the append succeeds if `version` still is the version of the task, which is the sequence of the
   * task's last event (0 when it has none). Otherwise `version_conflict`: read the task again and decide again.
   * A repeated append whose event ids are all stored returns them without looking at the version.
   */
  readonly expectedVersion?: { readonly taskId: string; readonly version: number };
}

export interface ReadQuery {
  /** Exclusive: events with a higher sequence. Default 0. */
  readonly after?: number;
  /** Inclusive. Default: the head when the reading starts, so that a reading ends. */
  readonly until?: number;
  readonly taskId?: string;
  readonly types?: readonly EventType[];
  /** At most this many events. */
  readonly limit?: number;
  /** Up to where the reader knows that history is truncated: there it gets what is left instead of `history_truncated`. */
  readonly truncatedAt?: number;
}

/** Events that go for ever: those of some tasks, up to a sequence. */
export interface Truncation {
  readonly upto: number;
  readonly taskIds: readonly string[];
  /** Types that stay all the same. */
  readonly keep: readonly EventType[];
  /** Stops between two steps; what is removed stays removed, and the same truncation goes on from there. */
  readonly signal?: AbortSignal;
}

/**
 * An append-only, totally ordered log of one tenant, with sequences 1, 2, 3 … without gaps; only what
 * {@link LogBackend.truncate} removed is missing, and who reads there is told.
 * Every backend gives the same guarantees; test/log/conformance.ts is their text.
 */
export interface EventLog {
  readonly tenantId: string;
  /** Identity of this very log: a cursor is worth something only together with it. */
  readonly logId: string;

  /**
   * Appends all drafts or none, in order, and returns them as stored; durable when it resolves.
   * Idempotent by event id: an id that is stored already yields the stored event and appends nothing.
   * Throws the errors of `completeDraft`, `version_conflict`, `log_busy`, `log_full`, `log_readonly`, `log_closed`; and
   * `log_unreachable`, after which a server may yet have stored it: repeat it with the same ids, or look first.
   */
  append(drafts: readonly EventDraft[], options?: AppendOptions): Promise<AgentEvent[]>;

  /**
   * Events in order of their sequence. The cost of reading one task grows with that task, not with the log.
   * Events that this version cannot read come as `unknown`: nothing is skipped. Throws `history_truncated` when events
   * behind `after` were removed, unless the reader knows that by its `truncatedAt`; of one task it may give what is left.
   */
  read(query?: ReadQuery): AsyncIterable<AgentEvent>;

  /** The highest sequence, 0 for an empty log. */
  head(): Promise<number>;

  /** Up to this sequence events may have been removed, behind it none was; 0 when all are there. */
  truncatedAt(): Promise<number>;

  /**
   * Resolves soon after an event with a sequence above `after` is visible to `read`, whoever appended it; may resolve
   * early, so look again. Rejects with the signal's reason when it is aborted. Where the news says how far the log goes,
   * it resolves to that, so that nobody need ask for the head.
   */
  changed(after: number, signal: AbortSignal): Promise<number | undefined>;

  /** Idempotent; what is appended has been written or rejected when it resolves. */
  close(): Promise<void>;
}

/** A name for content: `blob:` and the SHA-256 of it in hex digits. */
export type BlobRef = `blob:${string}`;

/** The age of a blob is known to within an hour: who puts it again need not write each time. */
export const BLOB_AGE_STEP_MS = 60 * 60 * 1000;

/** Large content that events refer to by `context_refs`. Put twice is stored once. */
export interface BlobStore {
  /** What is there already becomes young by it, so that it stays until the event that is to name it is appended. */
  put(content: Uint8Array): Promise<BlobRef>;
  get(ref: BlobRef): Promise<Uint8Array | undefined>;
  /** Removes it for ever, unless somebody has put it (again) in the last `ageMs`; whether it did. Harmless to repeat. */
  remove(ref: BlobRef, ageMs: number): Promise<boolean>;
}

/** A state that was folded once: derived only, so deleting one is harmless. */
export interface Snapshot {
  readonly reducer: string;
  readonly reducerVersion: number;
  /** The last event that is in the state. */
  readonly sequence: number;
  /** JSON. */
  readonly state: string;
}

export interface SnapshotStore {
  /** The newest snapshot of that reducer in that version, if there is one. */
  get(reducer: string, reducerVersion: number): Promise<Snapshot | undefined>;
  /** The last event in that snapshot, without reading it; 0 if there is none. */
  position(reducer: string, reducerVersion: number): Promise<number>;
  /** Replaces an older snapshot of the reducer; an older sequence never replaces a newer one of the same version. */
  put(snapshot: Snapshot): Promise<void>;
}

export interface LeaseInfo {
  readonly name: string;
  readonly holder: string;
  /** Grows with each change of hands: tells a late holder that it is not the holder any more. */
  readonly token: number;
  readonly expiresAt: Date;
}

export interface Lease extends LeaseInfo {
  /** Prolongs by the time of its acquisition from now; false when somebody else took it. */
  renew(): Promise<boolean>;
  /**
   * Gives it back; harmless when it is lost already. `forGood`: nothing of it is kept, so that who acquires the name again
   * begins with the token 1. For names of what is over, of which nobody compares the tokens any more.
   */
  release(options?: { readonly forGood?: boolean }): Promise<void>;
}

/** Names held by one holder at a time, until released or not renewed. */
export interface Leases {
  /** The lease, or undefined while somebody else holds it. The same holder gets its own lease again. */
  acquire(name: string, holder: string, ttlMs: number): Promise<Lease | undefined>;
  /**
   * The lease of a holder that is known to be gone, without waiting for its end; undefined when it is not the lease
   * `from` any more: given back, or in other hands, or taken anew by the same holder.
   */
  takeOver(from: LeaseInfo, holder: string, ttlMs: number): Promise<Lease | undefined>;
  /** Who holds it, or has let it run out without giving it back: a process that hangs is that one. */
  latest(name: string): Promise<LeaseInfo | undefined>;
  /** Who holds it now, if anybody does. */
  holder(name: string): Promise<LeaseInfo | undefined>;
}

/** A document as it was read. */
export interface StoredDocument {
  readonly key: string;
  readonly value: string;
  /** Differs after each writing, and is never that of an earlier one, also not of one that was deleted. */
  readonly revision: number;
}

/**
 * Small texts (up to 900 kB) that processes change by turns: who writes says which revision it read, and loses when
 * somebody was faster. Keys are made of letters, digits and `-_/`.
 */
export interface Documents {
  get(key: string): Promise<StoredDocument | undefined>;
  /**
   * Writes if the document still has that revision, or if there is none yet for `undefined`. The new revision, or
   * undefined when somebody was faster: read again and decide again.
   */
  put(key: string, value: string, revision: number | undefined): Promise<number | undefined>;
  /** Deletes it if it still has that revision; whether it did. */
  delete(key: string, revision: number): Promise<boolean>;
  /** Those whose keys begin with `prefix`, in the order of their keys. */
  list(prefix: string): AsyncIterable<StoredDocument>;
}

/** How it stands with the server that a log is on. */
export interface ConnectionState {
  readonly connected: boolean;
  /** As it may be shown: without the password. */
  readonly address: string;
  /** When it became so. */
  readonly since: Date;
  /** Why it is not connected. */
  readonly cause?: string;
}

/** The connection to a server: comes back by itself. */
export interface LogConnection {
  readonly state: ConnectionState;
  /** Calls the listener with each change of {@link state}; returns how to stop that. */
  onState(listener: (state: ConnectionState) => void): () => void;
}

/** What became of the words of a key; without words the key goes. */
interface IndexedWords {
  readonly key: string;
  readonly words?: readonly string[];
}

/** Which keys have which words; derived only, so that it may begin anew at any time. */
export interface WordIndex {
  /** The sequence up to which it is; 0 when it is new. */
  position(): Promise<number>;
  /** Takes changes in and is at `to` then, all or nothing; false when it is not at `from` any more: look again. */
  update(from: number, to: number, changes: readonly IndexedWords[]): Promise<boolean>;
  /** Keys that have for each term a word that begins with it, in no order. */
  find(terms: readonly string[]): Promise<string[]>;
}

/** What keeps the log, and how it is set. */
export interface LogFacts {
  /** Name and version. */
  readonly product: string;
  /** What an acknowledged event survives, as far as it can be known from here: also a loss of power, or a crash of it. */
  readonly survives: 'power' | 'crash' | 'nothing' | 'unknown';
  /** From which that follows, in the words of the product. */
  readonly settings: string;
  /** A setting that makes it remove events by itself. */
  readonly forgets?: string;
  /** What the events take, where it is known. */
  readonly bytes?: number;
}

/** One backend, opened. */
export interface LogBackend {
  readonly log: EventLog;
  readonly blobs: BlobStore;
  readonly snapshots: SnapshotStore;
  readonly leases: Leases;
  readonly documents: Documents;
  /** Where the backend can search; without one whoever searches keeps the words itself. */
  readonly words?: WordIndex;
  /** The clock that all processes on this log share closely enough, whatever each machine says. */
  now(): Date;
  /** Throws the errors of reading. */
  facts(): Promise<LogFacts>;
  /**
   * Removes events of tasks up to a sequence; the last event of the log stays in any case. First readers are told (see
   * `truncatedAt`), then the events go, in steps between which others have their turn. Harmless to repeat. An event that is
   * gone can be appended anew, and a task of which none is left has the version 0. Returns how many events went.
   * Throws the errors of appending, and the signal's reason.
   */
  truncate(truncation: Truncation): Promise<number>;
  /** Gives the room of removed events back, where that takes a step of its own: a long one, unless it is `gentle`. */
  reclaim?(options: { readonly gentle: boolean; readonly signal?: AbortSignal }): Promise<void>;
  /** Of a log on a server; a file has none. */
  readonly connection?: LogConnection;
  close(): Promise<void>;
}
