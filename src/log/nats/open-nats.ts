import type { LogBackend } from '../log.ts';
import { createAppendQueue } from './append-queue.ts';
import { createBlobs, createObjects } from './blobs.ts';
import { openClock } from './clock.ts';
import { createCommits } from './commits.ts';
import { createDocuments } from './documents.ts';
import { createEventLog } from './event-log.ts';
import { readFacts } from './facts.ts';
import { openIdentity } from './identity.ts';
import { createIndexWriter } from './index-writer.ts';
import { createIndex } from './index.ts';
import { createKv } from './kv.ts';
import { createLeases } from './leases.ts';
import { openLeftovers } from './leftovers.ts';
import { type Link, openLink } from './link.ts';
import { namesOf } from './names.ts';
import { createPicture } from './picture.ts';
import { type NatsSettings, nameOf } from './settings.ts';
import { createSnapshots } from './snapshots.ts';
import { createStore } from './store.ts';
import { createTail } from './tail.ts';
import { createTruncate } from './truncate.ts';
import { createTurns } from './turns.ts';

export interface NatsOptions extends NatsSettings {
  readonly tenantId: string;
  /** Which log on the server; by default that of the address, and without one that of the tenant. */
  readonly name?: string;
  /** How many servers of a cluster store each message; counts when the log is made. Default 1. */
  readonly replicas?: number;
  /** How long anything waits for the server before `log_unreachable`, in milliseconds; default 10,000. */
  readonly timeoutMs?: number;
  /** The clock of timestamps and leases instead of the server's, for tests. */
  readonly now?: () => Date;
}

/**
 * A log on a NATS server with JetStream, 2.9 or newer.
 *
 * **Commits.** JetStream stores one message at a time, and its numbers have gaps. So a message is a commit: all events of
 * one append, or of several that were waiting, with the sequences of the first and the last in its headers. It is stored
 * whole or not at all. All commits of a log are on one subject, `lineclear.<log>.log`, and each names the one that it
 * follows (expected last sequence of the subject): the server refuses it when another is there. That is the only lock. A
 * writer that was refused reads what is there, decides anew, and tries again; so each sequence is given once, without a
 * gap, and what it decided on (versions of tasks, ids) was true when it was stored. Whoever is refused several times asks
 * the others for a pause (`turns.ts`). When an answer is lost the same message is sent again, with the same id; if it was
 * stored before, it is found right behind the one that it follows. What is too large for a message is compressed, or lies
 * in the object store, and its commit, which comes after it, says where.
 *
 * **Index.** A task is read, its version known and an event id found without reading the log: a second stream has the
 * events of a task once more (`….index.task.<task>`) and the ids by the half minute that their UUIDs name
 * (`….index.ids.<time>`). The two streams cannot be written together. So the index is behind, by no more than about two
 * thousand events as long as somebody appends, and says up to which commit it is complete (`….index.mark`): who asks it
 * looks through the rest of the log, too. Any writer brings it on in the background; who dies while doing so leaves
 * nothing that is wrong, only what is written once more. Deleting that stream is harmless: it is made anew. It is why ids
 * are known for ever and not only for the two minutes of JetStream's own deduplication, and it doubles the room on disk.
 *
 * **The rest.** Documents, leases and what is known of snapshots are entries of a key-value bucket, `lineclear_<log>`,
 * each changed by who knows its revision; blobs and states of snapshots are in the object store of the same name. Leases
 * go by the server's clock.
 *
 * **What an acknowledged append survives** is up to the server: a crash of it in any case, a loss of power only with
 * `sync_interval: always` (since 2.10; by default it syncs every two minutes) or with several replicas. A server that has
 * lost its newest events makes everybody who has read them stop with `log_replaced`.
 *
 * Throws `log_unreachable`, `log_denied`, `log_unsupported`, `log_foreign`, `log_newer`, `wrong_tenant`, `log_full`,
 * `invalid_config`.
 */
export async function openNats(options: NatsOptions): Promise<LogBackend> {
  const link = await openLink(options, options.timeoutMs ?? 10_000);
  try {
    return await open(link, options);
  } catch (error) {
    await link.close();
    throw error;
  }
}

async function open(link: Link, options: NatsOptions): Promise<LogBackend> {
  const { tenantId, replicas = 1 } = options;
  const names = namesOf(options.name ?? nameOf(options) ?? tenantId);
  const { store, logId, created } = await openIdentity(link, names, tenantId, replicas);
  const clock = await openClock(link, store, names);
  const now = options.now ?? clock.now;

  const belongs = `Belongs to Lineclear log ${logId}`;
  const kv = createKv(link, names, belongs, replicas);
  const objects = createObjects(link, names, belongs, replicas, now);
  const blobs = createBlobs(objects, now);
  // Not to be removed because an event happens to name one.
  const bodies = createBlobs(objects, now, 'commit-');
  const indexStore = createStore({
    link,
    stream: names.indexStream,
    description: belongs,
    subjects: [names.index],
    replicas,
  });
  const commits = createCommits({ store, names, blobs: bodies, created });
  const leftovers = await openLeftovers(kv, objects, () => commits.firstSequence());
  const index = createIndex({ store: indexStore, names, logId, leftovers });
  const writer = createIndexWriter({ link, store: indexStore, names, logId, commits, index, leftovers });
  const picture = createPicture({ commits, index, names, leftovers });
  const queue = createAppendQueue({
    link,
    store,
    names,
    commits,
    picture,
    blobs: bodies,
    turns: createTurns(link, names),
    committed: (head, marked) => writer.grown(head, marked),
  });
  const tail = createTail({ link, names, commits });

  let closing: Promise<void> | undefined;
  function close(): Promise<void> {
    closing ??= (async () => {
      await queue.close();
      await writer.close();
      tail.close();
      clock.close();
      await link.close();
    })();
    return closing;
  }

  return {
    log: createEventLog({ tenantId, logId, link, commits, index, leftovers, queue, tail, now, close }),
    blobs,
    snapshots: createSnapshots(kv, objects),
    leases: createLeases(kv, async () => options.now?.() ?? (await clock.surely())),
    documents: createDocuments(kv),
    facts: () => readFacts(link, names),
    truncate: createTruncate({ link, names, commits, leftovers, writer }),
    connection: link,
    now,
    close,
  };
}
