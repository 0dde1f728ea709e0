import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { type NatsConnection, connect, headers } from '@nats-io/transport-node';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { newEventId } from '../../src/log/event-id.ts';
import type { LogBackend } from '../../src/log/log.ts';
import { openLink } from '../../src/log/nats/link.ts';
import { type NatsOptions, openNats } from '../../src/log/nats/open-nats.ts';
import { createStore } from '../../src/log/nats/store.ts';
import { output, outputs, progress, range, readAll, sequences } from './drafts.ts';
import { type NatsServer, startNats } from './nats-server.ts';
import { appendOnAndOn, expectNothingLost, follow } from './on-and-on.ts';
import { type Proxy, startProxy } from './proxy.ts';
import { PATIENCE_MS, describeServerFaults } from './server-faults.ts';

let server: NatsServer;
let proxy: Proxy;
let opened: LogBackend[];
let name: string;

beforeAll(async () => {
  server = await startNats();
});
afterAll(() => server.dispose());
beforeEach(async () => {
  opened = [];
  name = `log-${newEventId()}`;
  proxy = await startProxy(server.port);
});
afterEach(async () => {
  // A test that failed in between leaves no other without a server.
  server.resume();
  for (const backend of opened) await backend.close();
  await proxy.close();
});

async function open(options: Partial<NatsOptions> = {}): Promise<LogBackend> {
  const backend = await openNats({ url: server.url, name, tenantId: 'acme', ...options });
  opened.push(backend);
  return backend;
}

/** Through a network that the test has in its hands. */
const openFar = (options: Partial<NatsOptions> = {}) =>
  open({ url: `nats://127.0.0.1:${proxy.port}`, ...options });

/** Somebody who works on the server by hand. */
async function byHand<T>(work: (connection: NatsConnection) => Promise<T>): Promise<T> {
  const connection = await connect({ servers: server.url });
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
}

const stream = (kind: 'LOG' | 'INDEX') => `LINECLEAR_${kind}_${name}`;

/** Waits until the index has been written: any process does it, some time after enough was appended. */
async function indexed(): Promise<void> {
  await byHand(async (connection) => {
    const { streams } = await jetstreamManager(connection);
    const subject = `lineclear.${name}.index.mark`;
    while (!(await streams.getMessage(stream('INDEX'), { last_by_subj: subject }).catch(() => null)));
  });
}

/** Limits how large the log may become. */
const limit = (bytes: number) =>
  byHand(async (connection) =>
    (await jetstreamManager(connection)).streams.update(stream('LOG'), { max_bytes: bytes }),
  );

describeServerFaults({
  server: () => server,
  proxy: () => proxy,
  open,
  openFar,
  address: () => `127.0.0.1:${server.port}`,
  makeFull: (isFull) => limit(isFull ? 1000 : -1),
});

describe('a server that', () => {
  test('hangs is told as such also to those whose appends waited for the one before', async () => {
    const { log } = await open({ timeoutMs: PATIENCE_MS });
    await log.append(outputs(1));
    await server.pause();
    const unreachable = { code: 'log_unreachable' };
    const first = expect(log.append(outputs(1, 1))).rejects.toMatchObject(unreachable);
    // By then the first is on its way, and this one waits behind it.
    await nextTurn();
    await nextTurn();
    const second = expect(log.append(outputs(1, 2))).rejects.toMatchObject(unreachable);
    await Promise.all([first, second]);
    server.resume();
  });

  test('has another log under the same name gets nothing more', async () => {
    const { log } = await openFar();
    await log.append(outputs(2));
    const waiting = expect(log.changed(2, new AbortController().signal)).rejects.toMatchObject({
      code: 'log_replaced',
    });
    await byHand(async (connection) => (await jetstreamManager(connection)).streams.delete(stream('LOG')));
    await open();
    await expect(log.append(outputs(1))).rejects.toMatchObject({ code: 'log_replaced' });
    await expect(log.head()).rejects.toMatchObject({ code: 'log_replaced' });
    await waiting;
  });
});

describe('a network that', () => {
  test('is slow keeps nobody from having a turn, however often others append', async () => {
    const [near, far] = [await open(), await openFar()];
    proxy.delayMs = 10;
    const busy = appendOnAndOn(near.log);
    for (const call of range(1, 5)) await far.log.append(outputs(3, call));
    await busy.stop();
    const events = await expectNothingLost(near.log, busy);
    expect(await follow(far.log)(events.length)).toEqual(range(1, events.length));
  });
});

describe('opening', () => {
  test('is refused with a wrong password or token, which is nowhere to be read', async () => {
    const guarded = await startNats({ config: 'authorization { user: me, password: right }' });
    try {
      const url = (user: string) => `nats://${user}@127.0.0.1:${guarded.port}`;
      for (const user of ['me:secret', 'secret']) {
        const error: unknown = await open({ url: url(user) }).catch((thrown: unknown) => thrown);
        expect(error).toMatchObject({ code: 'log_denied', next: expect.stringContaining('password') });
        expect(String(error)).toContain(`127.0.0.1:${guarded.port}`);
        expect(String(error)).not.toContain('secret');
      }
      expect(await (await open({ url: url('me:right') })).log.head()).toBe(0);
      const { log } = await open({
        url: `nats://127.0.0.1:${guarded.port}`,
        username: 'me',
        password: 'right',
      });
      expect(await log.head()).toBe(0);
    } finally {
      for (const backend of opened.splice(0)) await backend.close();
      await guarded.dispose();
    }
  });

  test('is refused by a server that is too old, or that has no JetStream', async () => {
    proxy.rewrite = (answer) => answer.replace(/"version":"2\.\d/, '"version":"1.9');
    await expect(openFar()).rejects.toMatchObject({
      code: 'log_unsupported',
      message: expect.stringContaining('2.9 or newer'),
    });
    const plain = await startNats({ jetstream: false });
    try {
      await expect(open({ url: plain.url })).rejects.toMatchObject({
        code: 'log_unsupported',
        message: expect.stringContaining('without JetStream'),
      });
    } finally {
      await plain.dispose();
    }
  });

  test('leaves a stream of another program and a log of a newer version as they are', async () => {
    const make = (description: string) =>
      byHand(async (connection) =>
        (await jetstreamManager(connection)).streams.add({
          name: stream('LOG'),
          subjects: [`lineclear.${name}.log`],
          description,
        }),
      );
    await make('orders');
    await expect(open()).rejects.toMatchObject({ code: 'log_foreign' });
    name = `log-${newEventId()}`;
    await make('Lineclear log x format 2 tenant acme');
    await expect(open()).rejects.toMatchObject({ code: 'log_newer' });
  });
});

describe('what is no commit', () => {
  test('takes no sequence; an event in a commit that cannot be read keeps its own', async () => {
    const { log } = await open();
    await log.append(outputs(2));
    const [known] = await readAll(log);
    await byHand(async (connection) => {
      const js = jetstream(connection);
      await js.publish(`lineclear.${name}.log`, 'buy milk');
      const fields = headers();
      for (const [field, value] of [
        ['First', '3'],
        ['Last', '6'],
        ['Body', 'lines'],
      ] as const) {
        fields.set(`Lineclear-${field}`, value);
      }
      const body = [
        '{"sequence":3',
        '{"sequence":4,"id":"x"}',
        JSON.stringify({ ...known, id: newEventId() }),
      ];
      await js.publish(`lineclear.${name}.log`, body.join('\n'), { headers: fields });
      await js.publish(`lineclear.${name}.log`, new Uint8Array([0xff, 0x00]));
    });
    expect(sequences(await log.append(outputs(1)))).toEqual([7]);
    for (const reader of [log, (await open()).log]) {
      const events = await readAll(reader);
      expect(sequences(events)).toEqual(range(1, 7));
      expect(events.map(({ type }) => type === 'unknown')).toEqual([
        false,
        false,
        true,
        true,
        false,
        true,
        false,
      ]);
      expect(await readAll(reader, { after: 4, until: 5 })).toEqual([events[4]]);
    }
  });
});

describe('a call that is larger than a message', () => {
  test.each([
    ['compressed', 'x'],
    ['in the object store', undefined],
  ])('is stored whole all the same, %s', async (_, letter) => {
    const { log } = await open();
    const text = () => letter?.repeat(60_000) ?? range(1, 1700).map(newEventId).join('');
    const drafts = range(1, 40).map(() => output(text(), { task_id: 'task-1' }));
    const events = await log.append([progress('before'), ...drafts]);
    expect(sequences(events)).toEqual(range(1, 41));
    const { log: other } = await open();
    expect(await readAll(other)).toEqual(events);
    expect(sequences(await other.append(outputs(1)))).toEqual([42]);
  });
});

/** Events of fifty tasks in many commits, so that the index has some of them. */
async function grow(log: LogBackend['log'], rounds: number): Promise<void> {
  for (const round of range(1, rounds)) {
    const drafts = range(0, 49).map((task) =>
      output(`${round}`, { task_id: `task-${task}`, id: newEventId() }),
    );
    await log.append(drafts);
  }
  await indexed();
}

const sequencesOf = (task: number, rounds: number) =>
  range(0, rounds - 1).map((round) => round * 50 + task + 1);

describe('the index', () => {
  test('gives the events, versions and ids that the log has, and is made anew where it was deleted', async () => {
    const { log: writer } = await open();
    await grow(writer, 60);
    const all = await readAll(writer);

    /** As a process sees it that has just been started. */
    async function check(): Promise<void> {
      const { log } = await open();
      expect(sequences(await readAll(log, { taskId: 'task-7' }))).toEqual(sequencesOf(7, 60));
      expect(sequences(await readAll(log, { taskId: 'task-7', after: 1400, until: 1600 }))).toEqual(
        sequencesOf(7, 60).filter((sequence) => sequence > 1400 && sequence <= 1600),
      );
      const repeated = all.slice(0, 5).map(({ id }) => output('again', { id }));
      expect(await log.append(repeated)).toEqual(all.slice(0, 5));
      const expectedVersion = { taskId: 'task-0', version: 1 };
      await expect(
        log.append([output('x', { task_id: 'task-0' })], { expectedVersion }),
      ).rejects.toMatchObject({
        code: 'version_conflict',
      });
    }

    await check();
    await byHand(async (connection) => (await jetstreamManager(connection)).streams.delete(stream('INDEX')));
    await check();
    await (await open()).log.append(outputs(1));
    await indexed();
    await check();
  }, 60_000);

  test('that several write at once, and that is cut off in the middle, says what the log says', async () => {
    const peers = [await open(), await openFar(), await openFar()];
    const writers = peers.map(async ({ log }, peer) => {
      for (const round of range(1, 40)) {
        if (round % 10 === 0) proxy.cut();
        await log.append(
          range(1, 40).map(() => output(`${peer}`, { task_id: `task-${peer}`, id: newEventId() })),
        );
      }
    });
    await Promise.all(writers);
    await indexed();
    const { log } = await open();
    const all = await readAll(log);
    expect(sequences(all)).toEqual(range(1, 4800));
    for (const peer of range(0, 2)) {
      const taskId = `task-${peer}`;
      expect(await readAll(log, { taskId })).toEqual(all.filter((event) => event.task_id === taskId));
    }
    const repeated = all.filter((_, at) => at % 97 === 0);
    expect(await log.append(repeated.map(({ id }) => output('again', { id })))).toEqual(repeated);
  }, 60_000);

  test('is written without a gap: nothing is stored that follows a message in whose place somebody else was', async () => {
    const link = await openLink({ url: server.url }, PATIENCE_MS);
    try {
      const subject = `test.${name}`;
      const settings = { stream: `TEST_${name}`, description: '', subjects: [subject], replicas: 1 };
      const store = createStore({ link, ...settings });
      await store.ensure();
      const add = (id: string, last: number | string) => store.follow({ subject, data: id }, id, last);
      await Promise.all([add('a1', 0), add('a2', 'a1')]);
      const late = await Promise.allSettled([add('b1', 1), add('b2', 'b1'), add('b3', 'b2')]);
      expect(late.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
      expect(await store.state()).toMatchObject({ last: 2 });
    } finally {
      await link.close();
    }
  });

  test('and the rest of the log say what was removed', async () => {
    const { log } = await open();
    for (const round of range(1, 30)) await log.append(outputs(1, round, { task_id: 'task-1' }));
    await byHand(async (connection) =>
      (await jetstreamManager(connection)).streams.purge(stream('LOG'), { seq: 11 }),
    );
    for (const reader of [log, (await open()).log]) {
      expect(sequences(await readAll(reader, { after: 10 }))).toEqual(range(11, 30));
      const trimmed = {
        code: 'history_truncated',
        message: expect.stringMatching(/begins with event 11|events up to 10/),
      };
      if (reader !== log) await expect(readAll(reader)).rejects.toMatchObject(trimmed);
      if (reader !== log) await expect(readAll(reader, { taskId: 'task-1' })).rejects.toMatchObject(trimmed);
    }
    expect(sequences(await log.append(outputs(1)))).toEqual([31]);
    // Who knows that, as everything does that shows what is there, goes on with what is left, also when more was removed.
    const { log: knowing } = await open();
    expect(await knowing.truncatedAt()).toBe(10);
    expect(sequences(await readAll(knowing, { truncatedAt: 10 }))).toEqual(range(11, 31));
    await byHand(async (connection) =>
      (await jetstreamManager(connection)).streams.purge(stream('LOG'), { seq: 21 }),
    );
    expect(await knowing.truncatedAt()).toBe(20);
    expect(sequences(await readAll(knowing, { truncatedAt: 20 }))).toEqual(range(21, 31));
  });
});

test('clocks that are hours apart change neither the order of events nor who holds a lease', async () => {
  const [a, b] = [await open(), await open()];
  const { now } = Date;
  expect(Math.abs(a.now().getTime() - now())).toBeLessThan(5000);
  try {
    // This machine's clock is set while the logs are open.
    Date.now = () => now() + 5 * 3_600_000;
    expect(Math.abs(b.now().getTime() - now())).toBeLessThan(5000);
    expect(await a.leases.acquire('orchestrator', 'a', 60_000)).toMatchObject({ token: 1 });
    expect(await b.leases.acquire('orchestrator', 'b', 60_000)).toBeUndefined();
    // Opened by a machine whose clock is wrong from the beginning.
    const late = await open();
    expect(Math.abs(late.now().getTime() - now())).toBeLessThan(5000);
    expect(await late.leases.acquire('orchestrator', 'b', 60_000)).toBeUndefined();
    await a.log.append(outputs(1));
    await late.log.append(outputs(1));
    expect(sequences(await readAll(b.log))).toEqual([1, 2]);
  } finally {
    Date.now = now;
  }
});
