import { LineclearError } from '../../contract/errors.ts';
import type { Documents, LogBackend } from '../log.ts';
import { createAppendQueue } from './append-queue.ts';
import { openServerClock } from '../server-clock.ts';
import { createBlobs } from './blobs.ts';
import { type Client, createClient, loadDriver, shownAddress } from './client.ts';
import { createDocuments } from './documents.ts';
import { createEventLog } from './event-log.ts';
import { readFacts } from './facts.ts';
import { type Identity, checkServer, openIdentity } from './identity.ts';
import { keysOf } from './keys.ts';
import { createLeases } from './leases.ts';
import { type Link, createLink } from './link.ts';
import { type StreamInfo, streamInfo } from './monitor.ts';
import { DEFAULT_CHANNEL, DEFAULT_FAMILIES } from './notifications.ts';
import type { RedisSettings } from './settings.ts';
import { createSnapshots } from './snapshots.ts';
import { createTail } from './tail.ts';
import { trim } from './trim.ts';
import { truncate } from './truncate.ts';

export interface RedisOptions extends RedisSettings {
  readonly tenantId: string;
  /** How long anything waits for the server before `log_unreachable`, in milliseconds; default 10,000. */
  readonly timeoutMs?: number;
  /** Families of events that are copied to streams of their own; default none. */
  readonly streams?: readonly string[];
  /** About how many entries such a stream keeps; default 1,000. */
  readonly maxLength?: number;
  /** About how many events the log keeps, beside those that are still needed; by default all. */
  readonly keepEvents?: number;
  /** Up to which sequence the log is not needed any more, beside what snapshots and groups of streams say; default all. */
  readonly unneeded?: (documents: Documents) => Promise<number>;
  /** Families of events that are published on the channel. */
  readonly notify?: readonly string[];
  readonly channel?: string;
  /** The clock of timestamps. */
  readonly now?: () => Date;
  /** A clock instead of the server's, for tests. */
  readonly serverClock?: () => Date;
}

export interface RedisBackend extends LogBackend {
  readonly connection: NonNullable<LogBackend['connection']>;
  /** Removes old events now; see `keepEvents`. Returns how many went. */
  trim(): Promise<number>;
  streamInfo(): Promise<StreamInfo>;
}

/** How long one blocking read waits on the server: a connection that died without a word is noticed soon after. */
const BLOCK_MS = 5000;
/** Sequences between two times that old events are removed. */
const TRIM_EVERY = 1000;

/**
 * A log on a Redis server, in the keys of its tenant. What an acknowledged append survives is up to the server. Only
 * `appendonly yes` with `appendfsync always` has it on the disk first. With `everysec` the server acknowledges what is at
 * best in the memory of its machine, and, while the disk is slow, in its own memory only: a loss of power, and also a
 * `kill -9` of the server, may take the last two seconds. A replica that takes over may lack what it had not received.
 * Throws `log_unreachable`, `log_denied`, `log_unsupported`, `log_foreign`, `log_newer`.
 */
export async function openRedis(options: RedisOptions): Promise<RedisBackend> {
  const { tenantId, timeoutMs = 10_000, streams = [], maxLength = 1000, keepEvents } = options;
  const { notify = DEFAULT_FAMILIES, channel = DEFAULT_CHANNEL, now = () => new Date() } = options;
  const address = shownAddress(options);
  const keys = keysOf(tenantId);
  const silenceMs = timeoutMs / 2;
  const driver = await loadDriver();
  const link = (use: string, patienceMs: number, greet?: (client: Client) => Promise<void>): Link =>
    createLink({
      client: createClient(driver, options, `lineclear-${use}`, patienceMs),
      address,
      timeoutMs,
      greet,
    });

  let identity: Identity | undefined;
  const commands = link('commands', silenceMs, async (client) => {
    if (identity) return await identity.check(client);
    await checkServer(client, address);
    identity = await openIdentity(client, keys, tenantId, address);
  });
  await commands.open();
  if (!identity) throw new LineclearError('log_failed', `The log at ${address} could not be identified.`);
  const opened = identity;
  const { storedId, logId } = opened;
  const saw = opened.saw.bind(opened);
  const time = () =>
    commands.run(async (client) => {
      const [seconds = 0, microseconds = 0] = await client.time();
      return seconds * 1000 + microseconds / 1000;
    });
  const clock = await openServerClock(time).catch((error: unknown) => {
    commands.close();
    throw error;
  });
  commands.onState(({ connected }) => {
    if (connected) clock.refresh();
  });

  const queue = createAppendQueue({
    link: commands,
    keys,
    storedId,
    streams,
    maxLength,
    notify,
    channel,
    isCluster: options.cluster === true,
  });
  const tail = createTail({
    openLink: () => link('tail', BLOCK_MS + silenceMs, (client) => opened.check(client)),
    key: keys.log,
    blockMs: BLOCK_MS,
    head: () => log.head(),
  });

  const documents = createDocuments(commands, keys, storedId);
  async function removeOld(): Promise<number> {
    if (keepEvents === undefined) return 0;
    const upto = await options.unneeded?.(documents);
    return await trim(commands, keys, keepEvents, upto);
  }

  let closing: Promise<void> | undefined;
  function close(): Promise<void> {
    closing ??= (async () => {
      await queue.close();
      tail.close();
      clock.close();
      commands.close();
    })();
    return closing;
  }

  const log = createEventLog({
    tenantId,
    logId,
    link: commands,
    keys,
    queue,
    tail,
    now,
    saw,
    appended(events) {
      const last = events.at(-1);
      if (!last) return;
      tail.saw(last.sequence);
      const due =
        Math.floor(last.sequence / TRIM_EVERY) > Math.floor((last.sequence - events.length) / TRIM_EVERY);
      if (due) removeOld().catch(() => undefined);
    },
    close,
  });
  return {
    log,
    blobs: createBlobs(commands, keys),
    snapshots: createSnapshots(commands, keys),
    leases: createLeases({ link: commands, keys, now: options.serverClock }),
    documents,
    now: options.serverClock ?? clock.now,
    connection: commands,
    facts: () => readFacts(commands, keys.log),
    truncate: (truncation) => truncate(commands, keys, storedId, truncation),
    trim: removeOld,
    streamInfo: () => streamInfo(commands, keys.log),
    close,
  };
}
