/** The keys of one tenant. */
export interface Keys {
  /** HASH: identity and format of the log. */
  readonly meta: string;
  /** STREAM: the events; entry `0-7` is the event with sequence 7. */
  readonly log: string;
  /** ZSET: which ids are stored, and where. */
  readonly ids: string;
  /** STREAM: a copy of the newest events of a family such as `memory`, with the entry ids of the log. */
  family(name: string): string;
  /** STREAM: where the events of a task are: its entry ids are those of the log. */
  task(taskId: string): string;
  /** HASH: the snapshots of a reducer, by version. */
  snapshots(reducer: string): string;
  /** SET: reducers that have snapshots. */
  readonly reducers: string;
  blob(ref: string): string;
  /** ZSET: when each blob was put the last time, in milliseconds since 1970. */
  readonly blobTimes: string;
  lease(name: string): string;
  /** HASH: revision and value of a document, and the name of the writing that it is from. */
  document(name: string): string;
  /** ZSET: the names of all documents, in order. */
  readonly documents: string;
  /** STRING: that a document was deleted, for a while. */
  deletion(id: string): string;
}

/**
 * All keys of a tenant carry its name in braces: a cluster keeps them on one node, as a script needs it, and an access
 * list can name them by `~t:{tenant}:*`. The name's own braces would end that part early.
 */
export function keysOf(tenantId: string): Keys {
  const tenant = tenantId.replaceAll(/[%{}]/g, encodeURIComponent);
  const prefix = `t:{${tenant}}`;
  return {
    meta: `${prefix}:meta`,
    log: `${prefix}:events:log`,
    ids: `${prefix}:ids`,
    family: (name) => `${prefix}:events:${name}`,
    task: (taskId) => `${prefix}:task:${taskId}`,
    snapshots: (reducer) => `${prefix}:snapshots:${reducer}`,
    reducers: `${prefix}:reducers`,
    blob: (ref) => `${prefix}:${ref}`,
    blobTimes: `${prefix}:blob_times`,
    lease: (name) => `${prefix}:lease:${name}`,
    document: (name) => `${prefix}:document:${name}`,
    documents: `${prefix}:documents`,
    deletion: (id) => `${prefix}:deletion:${id}`,
  };
}

/** The entry id of a sequence. */
export const entryId = (sequence: number): string => `0-${sequence}`;

/** The sequence of an entry id; NaN for one that we did not give. */
export const sequenceOf = (id: string): number => (id.startsWith('0-') ? Number(id.slice(2)) : Number.NaN);

/** The family of a type: `memory` of `memory.written`. */
export const familyOf = (type: string): string => type.split('.', 1)[0] ?? '';
