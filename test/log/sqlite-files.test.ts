import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newEventId } from '../../src/log/event-id.ts';
import type { LogBackend } from '../../src/log/log.ts';
import { checkNode } from '../../src/log/sqlite/check-node.ts';
import { type SqliteOptions, openSqlite } from '../../src/log/sqlite/open-sqlite.ts';
import { toLogError } from '../../src/log/sqlite/sqlite-error.ts';
import { output, outputs, range, readAll, sequences, texts } from './drafts.ts';

let folder: string;
let file: string;
let opened: LogBackend[];
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lineclear-files-'));
  file = path.join(folder, 'log.db');
  opened = [];
});
afterEach(async () => {
  for (const backend of opened) await backend.close();
  fs.rmSync(folder, { recursive: true });
});

async function open(options: Partial<SqliteOptions> = {}): Promise<LogBackend> {
  const backend = await openSqlite({ file, tenantId: 'acme', durability: 'process', ...options });
  opened.push(backend);
  return backend;
}

/** A closed log with 500 events. */
async function writtenLog() {
  const { log } = await open();
  await log.append(outputs(500));
  await log.close();
}

/** Runs SQL through a connection of its own, as another program would. */
function withDatabase<T>(use: (db: Database.Database) => T): T {
  const db = new Database(file);
  try {
    return use(db);
  } finally {
    db.close();
  }
}

const modeOf = (name: string) => fs.statSync(name).mode & 0o777;

const hashOfFile = () => createHash('sha256').update(fs.readFileSync(file)).digest('hex');

describe('a file that is not a log that can be used', () => {
  const cases: [name: string, code: string, spoil: () => unknown][] = [
    ['text', 'log_corrupt', () => fs.writeFileSync(file, 'just some notes of a person\n'.repeat(200))],
    ['zeros', 'log_corrupt', () => fs.writeFileSync(file, Buffer.alloc(8192))],
    [
      'a log whose first page is damaged',
      'log_corrupt',
      async () => {
        await writtenLog();
        const content = fs.readFileSync(file);
        fs.writeFileSync(file, content.fill(0xaa, 100, 4096));
      },
    ],
    [
      'a truncated log',
      'log_corrupt',
      async () => {
        await writtenLog();
        fs.truncateSync(file, 3 * 4096);
      },
    ],
    [
      'a database of another program',
      'log_foreign',
      () => withDatabase((db) => db.exec('CREATE TABLE notes (text)')),
    ],
    [
      'a database of another program with a write-ahead log',
      'log_foreign',
      () => withDatabase((db) => db.pragma('journal_mode = wal') && db.pragma('application_id = 7')),
    ],
    [
      'a log of a newer version',
      'log_newer',
      async () => {
        await writtenLog();
        withDatabase((db) => db.pragma('user_version = 99'));
      },
    ],
    [
      'a log of another tenant',
      'wrong_tenant',
      async () => {
        const { log } = await open({ tenantId: 'evil' });
        await log.close();
      },
    ],
  ];
  test.each(cases)('%s is refused with %s and stays as it is', async (_, code, spoil) => {
    await spoil();
    const before = hashOfFile();
    await expect(open()).rejects.toMatchObject({ code });
    await expect(open({ readonly: true })).rejects.toMatchObject({ code });
    expect(hashOfFile()).toBe(before);
  });

  test('a folder is refused', async () => {
    fs.mkdirSync(file);
    await expect(open()).rejects.toMatchObject({ code: 'log_foreign' });
  });

  test('damage in the middle is found by whoever reads there', async () => {
    await writtenLog();
    const content = fs.readFileSync(file);
    fs.writeFileSync(file, content.fill(0xaa, content.length / 2));
    const { log } = await open();
    await expect(readAll(log)).rejects.toMatchObject({ code: 'log_corrupt' });
  });
});

describe('a file that is free to take', () => {
  test.each([
    ['an empty file', () => fs.writeFileSync(file, '')],
    ['an empty database', () => withDatabase((db) => db.pragma('journal_mode = wal') && db.exec('VACUUM'))],
  ])('%s becomes a log', async (_, prepare) => {
    prepare();
    const { log } = await open();
    expect(sequences(await log.append(outputs(2)))).toEqual([1, 2]);
  });

  test('a missing file and its folders are created for their owner only', async () => {
    const nested = path.join(folder, 'a', 'b', 'log.db');
    const { log } = await open({ file: nested });
    await log.append([output('a')]);
    expect([modeOf(path.dirname(nested)), modeOf(nested)]).toEqual([0o700, 0o600]);
    for (const name of fs.readdirSync(path.dirname(nested))) {
      expect(modeOf(path.join(path.dirname(nested), name))).toBe(0o600);
    }
  });

  test('opened by many at once becomes one log', async () => {
    const backends = await Promise.all(range(1, 8).map(() => open()));
    await Promise.all(backends.map(({ log }) => log.append([output('a')])));
    expect(new Set(backends.map(({ log }) => log.logId)).size).toBe(1);
    expect(await backends[0]?.log.head()).toBe(8);
  });
});

describe('a file that changes under an open log', () => {
  test.each([
    ['deleted', () => fs.rmSync(file)],
    [
      'replaced',
      () => {
        withDatabase((db) => db.prepare('VACUUM INTO ?').run(`${file}.copy`));
        fs.renameSync(`${file}.copy`, file);
      },
    ],
    ['moved', () => fs.renameSync(file, `${file}.moved`)],
  ])('%s: appending, reading and waiting say so', async (_, change) => {
    const { log, leases } = await open();
    await log.append([output('a')]);
    const waiting = expect(log.changed(1, new AbortController().signal)).rejects.toMatchObject({
      code: 'log_replaced',
    });
    change();
    await waiting;
    for (const use of [
      () => log.append([output('b')]),
      () => readAll(log),
      () => log.head(),
      () => leases.acquire('a', 'b', 1),
      () => log.changed(0, new AbortController().signal),
    ]) {
      await expect(use()).rejects.toMatchObject({ code: 'log_replaced' });
    }
  });
});

describe('a log that is only read', () => {
  test('reads, follows and does not write', async () => {
    const writing = await open();
    const { log, leases, blobs } = await open({ readonly: true });
    const changed = log.changed(0, new AbortController().signal);
    await writing.log.append([output('a')]);
    await changed;
    expect(texts(await readAll(log))).toEqual(['a']);
    for (const use of [
      () => log.append([output('b')]),
      () => leases.acquire('a', 'b', 1),
      () => blobs.put(new Uint8Array([1])),
    ]) {
      await expect(use()).rejects.toMatchObject({ code: 'log_readonly' });
    }
  });

  test('must exist', async () => {
    await expect(open({ readonly: true })).rejects.toMatchObject({ code: 'log_failed' });
    expect(fs.readdirSync(folder)).toEqual([]);
  });
});

const journalMode = () => withDatabase((db) => db.pragma('journal_mode', { simple: true }));

const fileSystemOf = () => ({ sharedWith: 'network', name: 'nfs4, nas:/home' }) as const;

describe('a file system that others write to', () => {
  test('is refused when it is a network, unless that is allowed', async () => {
    await expect(open({ fileSystemOf })).rejects.toMatchObject({
      code: 'log_on_network',
      message: expect.stringContaining(`${file} is on a network file system (nfs4, nas:/home)`),
    });
    expect(fs.readdirSync(folder)).toEqual([]);
    const { log } = await open({ fileSystemOf, network: 'allow' });
    await log.append([output('a')]);
    await log.close();
    expect(journalMode()).toBe('delete');
  });

  test('is used without a write-ahead log when it is the host of a container', async () => {
    const { log } = await open({ fileSystemOf: () => ({ sharedWith: 'host', name: '9p, C:' }) });
    await log.close();
    expect(journalMode()).toBe('delete');
  });

  test('is none of them where this test runs', async () => {
    const { log } = await open();
    await log.close();
    expect(journalMode()).toBe('wal');
  });
});

describe('a locked log', () => {
  test('is waited for, and refused with log_busy after the time', async () => {
    const { log } = await open({ busyTimeoutMs: 50 });
    const patient = await open();
    const other = new Database(file);
    other.exec('BEGIN IMMEDIATE');
    const waiting = patient.log.append([output('patient')]);
    await expect(log.append([output('impatient')])).rejects.toMatchObject({ code: 'log_busy' });
    other.exec('COMMIT');
    other.close();
    await waiting;
    expect(texts(await readAll(log))).toEqual(['patient']);
  });

  test('is closed only after what waits for the lock', async () => {
    const { log } = await open();
    const other = new Database(file);
    other.exec('BEGIN IMMEDIATE');
    const waiting = log.append([output('a')]);
    const closed = log.close();
    other.exec('ROLLBACK');
    other.close();
    await closed;
    expect(sequences(await waiting)).toEqual([1]);
  });
});

const plainRow = {
  sequence: 2,
  type: 'agent.output',
  version: 1,
  timestamp: '2030-01-01T00:00:00Z',
  source: 'cli',
  source_agent_id: 'me',
  call_chain: '["me"]',
  priority: 'normal',
  correlation_id: 'c',
  context_refs: '[]',
  data: '{"stream":"message","text":"x"}',
};

describe('rows that this version did not write', () => {
  test.each([
    ['a type of the future', { type: 'task.dreamt' }, "type 'task.dreamt' is not in the catalog"],
    ['a version of the future', { version: 7 }, 'version 7 is newer than 1'],
    ['data that does not fit', { data: '{"text":5}' }, /^data does not fit/],
  ])('%s is read as unknown, with its content', async (_, fields, reason) => {
    const { log } = await open();
    await log.append([output('before')]);
    const row = { ...plainRow, id: newEventId(), ...fields };
    withDatabase((db) => {
      const names = Object.keys(row);
      db.prepare(
        `INSERT INTO events (${names.join()}) VALUES (${names.map((name) => `@${name}`).join()})`,
      ).run(row);
    });
    await log.append([output('after')]);
    const events = await readAll(log);
    expect(sequences(events)).toEqual([1, 2, 3]);
    expect(events[1]).toMatchObject({
      type: 'unknown',
      version: row.version,
      data: {
        original_type: row.type,
        data: JSON.parse(row.data),
        reason: typeof reason === 'string' ? reason : expect.stringMatching(reason),
      },
    });
  });
});

test('what is stored keeps the version and the data that it came with', async () => {
  const { log } = await open();
  const data = { revision: 1, plan: '# Plan', chunks: [{ title: 'A', files: [] }] };
  await log.append([{ ...output(''), type: 'plan.ready', data }]);
  withDatabase((db) =>
    db.exec(`UPDATE events SET version = 1, data = json_set(data, '$.chunks', json('["A"]'))`),
  );
  expect(await readAll(log)).toMatchObject([{ version: 2, data }]);
  await log.append([output('later')]);
  const row = withDatabase((db) => db.prepare('SELECT version, data FROM events WHERE sequence = 1').get());
  expect(row).toEqual({ version: 1, data: JSON.stringify({ ...data, chunks: ['A'] }) });
});

test.each([
  ['EACCES', 'log_readonly'],
  ['EROFS', 'log_readonly'],
  ['ENOSPC', 'log_full'],
  ['EIO', 'log_failed'],
])('%s of the operating system is %s', (errno, code) => {
  expect(toLogError(Object.assign(new Error(errno), { code: errno }), file)).toMatchObject({ code });
});

test('a full disk is log_full', () => {
  const db = new Database(':memory:');
  db.exec('CREATE TABLE filler (content)');
  db.pragma('max_page_count = 3');
  let thrown: unknown;
  try {
    db.prepare('INSERT INTO filler VALUES (zeroblob(100000))').run();
  } catch (error) {
    thrown = error;
  }
  expect(toLogError(thrown, file)).toMatchObject({ code: 'log_full', audience: 'user' });
});

test('the bell stays one byte long', async () => {
  const { log } = await open();
  for (const index of range(1, 20)) await log.append(outputs(1, index));
  expect(fs.statSync(`${file}-bell`).size).toBe(1);
});

test('a Node of which SQLite would die is refused by name', () => {
  const refused = { code: 'node_too_old', message: expect.stringContaining('Node 22 or newer') };
  expect(() => checkNode('20.20.2')).toThrow(expect.objectContaining(refused));
  expect(() => checkNode('22.0.0')).not.toThrow();
  expect(() => checkNode()).not.toThrow();
});
