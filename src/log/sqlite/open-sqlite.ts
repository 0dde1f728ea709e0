import fs from 'node:fs';
import path from 'node:path';
import { LineclearError } from '../../contract/errors.ts';
import type { Durability, LogBackend } from '../log.ts';
import { createBlobs } from './blobs.ts';
import { checkNode } from './check-node.ts';
import { connect } from './connect.ts';
import { createDocuments } from './documents.ts';
import { createEventLog } from './event-log.ts';
import { readFacts } from './facts.ts';
import { createFileGuard } from './file-guard.ts';
import { type FileSystem, fileSystemOf } from './file-system.ts';
import { createLeases } from './leases.ts';
import { retryBusy } from './retry-busy.ts';
import { createSnapshots } from './snapshots.ts';
import { createTruncate, prepareTruncatedAt } from './truncate.ts';
import { toLogError } from './sqlite-error.ts';
import { createWakeUp } from './wake-up.ts';
import { createWords } from './words.ts';
import { createWriteQueue } from './write-queue.ts';

export interface SqliteOptions {
  /** Path of the database file; it and its folder are created where missing, for their owner only. */
  readonly file: string;
  readonly tenantId: string;
  readonly durability: Durability;
  /** Only read: the file must exist, and appending throws `log_readonly`. */
  readonly readonly?: boolean;
  /** How long a reading or writing waits for other processes before `log_busy`, in milliseconds; default 10,000. */
  readonly busyTimeoutMs?: number;
  /** The two halves that wake subscribers up, each of which is enough; both are on unless turned off for a test. */
  readonly wakeUp?: { readonly bell?: boolean; readonly poll?: boolean };
  /** What is done with a log on a network file system: by default it is refused. */
  readonly network?: 'refuse' | 'allow';
  /** How SQLite commits: by default a write-ahead log (`wal`) where the file system has what that needs. */
  readonly journal?: 'wal' | 'delete';
  /** Tells of the file system of a folder; unless a test knows better, the system is asked. */
  readonly fileSystemOf?: (folder: string) => FileSystem;
  /** The clock of timestamps and leases. */
  readonly now?: () => Date;
}

/**
 * A log in one SQLite file that any number of processes of one machine share.
 * Throws `log_corrupt`, `log_foreign`, `log_newer` or `wrong_tenant` and leaves such a file as it is; `log_on_network`,
 * `log_busy`, `log_readonly`, `log_failed`, `node_too_old`.
 */
export async function openSqlite(options: SqliteOptions): Promise<LogBackend> {
  checkNode();
  const file = path.resolve(options.file);
  try {
    return await open({ ...options, file });
  } catch (error) {
    throw toLogError(error, file);
  }
}

function existingFolder(folder: string): string {
  const parent = path.dirname(folder);
  return parent === folder || fs.existsSync(folder) ? folder : existingFolder(parent);
}

/**
 * Who may write where the file is or would be. Throws `log_on_network`, unless that is allowed: over a network not even locks
 * can be relied on.
 */
export function checkFileSystem({
  file,
  network = 'refuse',
  ...options
}: Pick<SqliteOptions, 'file' | 'network' | 'fileSystemOf'>): FileSystem['sharedWith'] {
  const { sharedWith, name } = (options.fileSystemOf ?? fileSystemOf)(existingFolder(path.dirname(file)));
  if (sharedWith === 'network' && network === 'refuse')
    throw new LineclearError(
      'log_on_network',
      `${file} is on a network file system (${name}), where locks cannot be relied on and the log could be damaged.`,
    );
  return sharedWith;
}

/** A write-ahead log needs memory that all who open it share, and silently damages the file where it is not so. */
function journalFor(options: SqliteOptions): 'wal' | 'delete' {
  const sharedWith = checkFileSystem(options);
  return options.journal ?? (sharedWith === 'nobody' ? 'wal' : 'delete');
}

async function open(options: SqliteOptions): Promise<LogBackend> {
  const { file, tenantId, durability, readonly = false, busyTimeoutMs = 10_000, wakeUp: halves } = options;
  const now = options.now ?? (() => new Date());
  // For the person alone: what agents say and do is nobody else's business.
  if (!readonly) fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const journal = journalFor(options);
  const { writer, reader, logId } = await connect({
    file,
    tenantId,
    durability,
    readonly,
    journal,
    busyTimeoutMs,
  });
  const { check: guard, head } = createFileGuard({ file, logId, reader });
  let closing: Promise<void> | undefined;

  async function reading<T>(read: () => T): Promise<T> {
    try {
      return await retryBusy(() => {
        if (closing) throw new LineclearError('log_closed', `The log ${file} is closed.`);
        guard();
        return read();
      }, busyTimeoutMs);
    } catch (error) {
      throw toLogError(error, file);
    }
  }

  const dataVersion = reader.prepare<[], number>('PRAGMA data_version').pluck();
  const wakeUp = createWakeUp({
    file,
    bell: halves?.bell === false ? undefined : `${fs.realpathSync(file)}-bell`,
    rings: !readonly,
    poll: halves?.poll !== false,
    head,
    dataVersion: () => dataVersion.get() ?? 0,
    guard,
  });

  // Set inside a transaction that appends; leases and blobs need to wake nobody.
  let appended = false;
  const queue = createWriteQueue({
    db: writer,
    file,
    busyTimeoutMs,
    guard,
    committed: () => {
      if (appended) wakeUp.ring();
      appended = false;
    },
  });

  function close(): Promise<void> {
    closing ??= (async () => {
      await queue.close();
      wakeUp.close();
      reader.close();
      writer.close();
    })();
    return closing;
  }

  const parts = { writer, reader, queue, reading, now };
  const log = createEventLog({
    ...parts,
    tenantId,
    logId,
    head,
    truncatedAt: prepareTruncatedAt(reader),
    wakeUp,
    appended: () => {
      appended = true;
    },
    close,
  });
  return {
    log,
    blobs: createBlobs(parts),
    snapshots: createSnapshots(parts),
    leases: createLeases(parts),
    documents: createDocuments(parts),
    words: createWords(parts),
    facts: () => reading(() => readFacts(writer)),
    ...createTruncate({ writer, queue, busyTimeoutMs }),
    now,
    close,
  };
}
