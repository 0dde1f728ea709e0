import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as z from 'zod';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { deliverOutbox, emitLater } from '../../src/api.ts';
import { openApp } from '../../src/app.ts';
import { LineclearError } from '../../src/contract/errors.ts';
import { outboxIn } from '../../src/later.ts';
import { newEventId } from '../../src/log/event-id.ts';
import { Outbox } from '../../src/outbox/outbox.ts';
import { range } from '../log/drafts.ts';

let root: string;
beforeEach(() => {
  root = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'lineclear-outbox-'));
  onTestFinished(() => fs.rmSync(root, { recursive: true, force: true }));
  fs.mkdirSync(path.join(root, '.lineclear'));
});

const folder = () => path.join(root, '.lineclear', 'outbox');
const passed = (name: string) => ({ type: 'test.passed', data: { name } }) as const;

/** The names of the tests of which the log says that they passed. */
async function recorded(): Promise<string[]> {
  const app = await openApp({ root, source: 'cli' });
  try {
    const events = await Array.fromAsync(app.events({ types: ['test.passed'] }));
    return events.flatMap((event) => (event.type === 'test.passed' ? [event.data.name] : []));
  } finally {
    await app.close();
  }
}

/** Starts a producer; resolves to the number of its last event that was stored for sure, after it was killed amid its work. */
async function killedProducer(name: string): Promise<number> {
  const script = path.join(import.meta.dirname, 'children/producer.ts');
  const child = spawn(process.execPath, [script, root, name], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
    if (said.split('\n').length > 40) child.kill('SIGKILL');
  });
  await once(child, 'close');
  return Number(said.trimEnd().split('\n').at(-1));
}

test('what producers stored before they were killed is recorded once and in their order, by deliverers of which one is killed, too', async () => {
  const names = ['a', 'b', 'c'];
  const last = await Promise.all(names.map(killedProducer));
  const { waiting } = outboxIn(root).status();
  expect(waiting).toBeGreaterThanOrEqual(last.reduce((sum, number) => sum + number + 1, 0));

  const cli = path.resolve(import.meta.dirname, '../../src/cli.ts');
  const doomed = spawn(process.execPath, [cli, '--root', root, 'outbox', 'deliver'], { stdio: 'ignore' });
  const ended = once(doomed, 'exit');
  while (doomed.exitCode === null && outboxIn(root).status().waiting === waiting)
    await new Promise(setImmediate);
  doomed.kill('SIGKILL');
  await ended;
  const both = await Promise.all([deliverOutbox({ folder: root }), deliverOutbox({ folder: root })]);
  expect(both.map(({ cause }) => cause)).toEqual([undefined, undefined]);
  expect(outboxIn(root).status()).toEqual({
    waiting: 0,
    since: undefined,
    refused: [],
    removedAt: undefined,
  });

  const all = await recorded();
  expect(all).toHaveLength(waiting);
  for (const [index, name] of names.entries()) {
    const own = all.filter((one) => one.startsWith(name));
    // The very last one may be stored without anybody having been told.
    expect(own.length - 1 - (last[index] ?? 0)).toBeOneOf([0, 1]);
    expect(own).toEqual(range(0, own.length - 1).map((number) => `${name} ${number}`));
  }
}, 60_000);

test('events come out in order although the clock is set back, and secrets are gone before they are stored', async () => {
  for (const [index, now] of [3000, 1000, 2000].entries()) {
    vi.spyOn(Date, 'now').mockReturnValue(Date.UTC(2030, 0, 1) + now);
    emitLater(passed(String(index)), { folder: root });
  }
  vi.restoreAllMocks();
  emitLater(passed('with ghp_0123456789012345678901234567890123456789'), { folder: root });
  const [last] = fs.readdirSync(folder()).toSorted().slice(-1);
  const stored = fs.readFileSync(path.join(folder(), last ?? ''), 'utf8');
  expect(stored).toContain('[redacted github token]');
  expect(stored).not.toContain('ghp_');
  expect(() =>
    emitLater({ type: 'test.passed', data: { name: 'x'.repeat(70_000) } }, { folder: root }),
  ).toThrow(/data has 70\d+ bytes/);
  await deliverOutbox({ folder: root });
  expect(await recorded()).toEqual(['0', '1', '2', 'with [redacted github token]']);
});

test('what the log refuses for good is put aside with the reason, lets the others pass, and is recorded when it was corrected', async () => {
  emitLater({ ...passed('lost'), task_id: 'no-such-task' }, { folder: root });
  emitLater(passed('fine'), { folder: root });
  const torn = path.join(folder(), `${'9'.repeat(15)}-torn.json`);
  fs.writeFileSync(torn, '{"id":');
  const { delivered, refused, cause } = await deliverOutbox({ folder: root });
  expect({ delivered, cause }).toEqual({ delivered: 1, cause: undefined });
  expect(refused).toHaveLength(2);
  expect(outboxIn(root).status()).toMatchObject({ waiting: 0, refused });
  const [first = '', second = ''] = refused;
  expect(JSON.parse(fs.readFileSync(first, 'utf8'))).toMatchObject({
    error: { code: 'task_not_found', message: "There is no task 'no-such-task'." },
    request: { event: { type: 'test.passed', task_id: 'no-such-task' } },
  });
  expect(fs.readFileSync(second, 'utf8')).toBe('{"id":');

  fs.rmSync(second);
  fs.writeFileSync(first, fs.readFileSync(first, 'utf8').replace('"task_id": "no-such-task",', ''));
  expect(outboxIn(root).retryRefused()).toBe(1);
  expect(await deliverOutbox({ folder: root })).toMatchObject({ delivered: 1, refused: [] });
  expect(await recorded()).toEqual(['fine', 'lost']);
});

const refuseAll = async () => {
  throw new LineclearError('invalid_event', 'not this one');
};

test('of what was refused the newest are kept for a month; that others were removed is said', async () => {
  const outbox = new Outbox(folder(), z.string(), 10, 3);
  const put = (request: string) => outbox.put({ id: newEventId(), at: new Date().toISOString(), request });
  const kept = () => outbox.status().refused.map((file) => JSON.parse(fs.readFileSync(file, 'utf8')).request);
  for (const request of ['one', 'two', 'three']) put(request);
  await outbox.deliver(refuseAll);
  expect([kept(), outbox.status().removedAt]).toEqual([['one', 'two', 'three'], undefined]);
  for (const request of ['four', 'five']) put(request);
  await outbox.deliver(refuseAll);
  expect(kept()).toEqual(['three', 'four', 'five']);
  expect(outbox.status().removedAt).toBeInstanceOf(Date);
  const cli = path.resolve(import.meta.dirname, '../../src/cli.ts');
  const listed = spawnSync(process.execPath, [cli, '--root', root, 'outbox'], { encoding: 'utf8' });
  expect(listed.stdout).toContain('The oldest that were refused were removed on ');

  // A month later; one of them was corrected by hand meanwhile.
  const later = Date.now() + 31 * 24 * 60 * 60 * 1000;
  vi.spyOn(Date, 'now').mockReturnValue(later);
  const [, corrected = ''] = outbox.status().refused;
  fs.utimesSync(corrected, later / 1000, later / 1000);
  await outbox.deliver(refuseAll);
  vi.restoreAllMocks();
  expect(kept()).toEqual(['four']);
});

test('there is an end to what may wait, and a disk that is full is said; nothing is half stored', async (context) => {
  const outbox = new Outbox(path.join(root, 'small'), z.string(), 3);
  const put = (request: string) => outbox.put({ id: newEventId(), at: new Date().toISOString(), request });
  for (const request of ['one', 'two', 'three']) put(request);
  expect(() => put('four')).toThrow(
    expect.objectContaining({ code: 'outbox_full', message: expect.stringContaining('3 events wait') }),
  );
  fs.mkdirSync(folder());
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder()]);
  if (process.platform !== 'linux' || mounted.status !== 0)
    return context.skip('only root can mount a small disk');
  onTestFinished(() => void spawnSync('umount', ['-l', folder()]));
  const fill = () => {
    for (;;) emitLater(passed('x'.repeat(3000)), { folder: root });
  };
  expect(fill).toThrow(expect.objectContaining({ code: 'log_full' }));
  const names = fs.readdirSync(folder());
  expect(names.length).toBeGreaterThan(3);
  expect(await deliverOutbox({ folder: root })).toMatchObject({ delivered: names.length, refused: [] });
});
