import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { LineclearError } from '../../src/contract/errors.ts';
import { newEventId } from '../../src/log/event-id.ts';
import { openSqlite } from '../../src/log/sqlite/open-sqlite.ts';
import { startWriter } from './children/child.ts';
import { output, range, readAll, sequences } from './drafts.ts';

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lineclear-disk-'));
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true }));
});

/** A disk of its own, of so many kilobytes; false where that is not possible, as for who is not root. */
function mount(at: string, kilobytes: number): boolean {
  return spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', at]).status === 0;
}

test('a disk that is full is said, nothing is half written, and it goes on when there is space again', async (context) => {
  if (process.platform !== 'linux' || !mount(folder, 1024))
    return context.skip('only root can mount a small disk');
  onTestFinished(() => void spawnSync('umount', ['-l', folder]));
  const ballast = path.join(folder, 'ballast');
  fs.writeFileSync(ballast, Buffer.alloc(512 * 1024));
  const file = path.join(folder, 'log.db');
  const open = () => openSqlite({ file, tenantId: 'acme', durability: 'process' });
  const backend = await open();
  onTestFinished(() => backend.close());
  let acknowledged = 0;
  const fill = async () => {
    for (let pair = 0; pair < 1000; pair += 1) {
      const text = 'x'.repeat(2000);
      acknowledged += (await backend.log.append([output(text), output(text)])).length;
    }
  };
  const error: unknown = await fill().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(LineclearError);
  expect(error).toMatchObject({ code: 'log_full', next: expect.stringContaining('Free some disk space') });
  expect(sequences(await readAll(backend.log))).toEqual(range(1, acknowledged));

  fs.rmSync(ballast);
  const [event] = await backend.log.append([output('there is space again')]);
  expect(event?.sequence).toBe(acknowledged + 1);
  const other = await open();
  onTestFinished(() => other.close());
  expect(sequences(await readAll(other.log))).toEqual(range(1, acknowledged + 1));
});

test('fifty processes at once open a log that is not there yet, and one that is', async () => {
  const file = path.join(folder, 'log.db');
  for (const round of range(1, 2)) {
    const writers = range(1, 50).map(() => startWriter({ file, seed: newEventId(), first: 0, count: 1 }));
    expect(await Promise.all(writers.map(({ exited }) => exited))).toEqual(Array(50).fill(0));
    const { log } = await openSqlite({ file, tenantId: 'acme', durability: 'process' });
    expect(await log.head()).toBe(50 * round);
    await log.close();
  }
}, 120_000);

test.each([
  ['overwritten by a shorter one', (file: string, other: string) => fs.copyFileSync(other, file)],
  ['cut off', (file: string) => fs.truncateSync(file, 8192)],
])('a log that was %s is noticed by who follows it, and nothing more is written to it', async (_, spoil) => {
  const file = path.join(folder, 'log.db');
  const options = { tenantId: 'acme', durability: 'process' } as const;
  const written = await openSqlite({ file, ...options });
  await written.log.append(range(1, 100).map(() => output('x'.repeat(2000))));
  // What is closed by the last one is in the file itself.
  await written.close();
  const shorter = path.join(folder, 'other.db');
  await (await openSqlite({ file: shorter, ...options })).close();

  const { log } = await openSqlite({ file, ...options });
  onTestFinished(() => log.close());
  const waiting = log.changed(100, new AbortController().signal);
  spoil(file, shorter);
  await expect(waiting).rejects.toMatchObject({ code: 'log_replaced' });
  await expect(log.append([output('lost')])).rejects.toMatchObject({
    code: 'log_replaced',
    next: expect.stringContaining('Reload the window'),
  });
});
