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

const OPTIONS = { tenantId: 'acme', durability: 'process' } as const;

/** Adds so many events to a log; closed by the last one, all of it is in the file itself. */
async function write(file: string, count: number): Promise<string> {
  const { log } = await openSqlite({ file, ...OPTIONS });
  await log.append(range(1, count).map(() => output('x'.repeat(2000))));
  await log.close();
  return file;
}

const another = (count: number) => async (file: string) =>
  fs.copyFileSync(await write(path.join(folder, 'other.db'), count), file);

const SPOILT: readonly [string, (file: string, earlier: string) => unknown][] = [
  ['overwritten by a shorter one', another(1)],
  ['overwritten by one of the same length', another(100)],
  ['overwritten by a longer one', another(300)],
  [
    'overwritten by an earlier copy of it, as long as it',
    (file: string, earlier: string) => {
      fs.truncateSync(earlier, fs.statSync(file).size);
      fs.copyFileSync(earlier, file);
    },
  ],
  [
    'overwritten by what is no log',
    (file: string) => fs.writeFileSync(file, Buffer.alloc(2 * fs.statSync(file).size, 'x')),
  ],
  ['cut off', (file: string) => fs.truncateSync(file, 8192)],
];
test.each(SPOILT)(
  'a log that was %s is noticed by who follows it, and nothing more is written to it',
  async (_, spoil) => {
    const file = path.join(folder, 'log.db');
    const earlier = path.join(folder, 'earlier.db');
    fs.copyFileSync(await write(file, 50), earlier);
    await write(file, 50);

    const { log } = await openSqlite({ file, ...OPTIONS });
    onTestFinished(() => log.close());
    const waiting = log.changed(100, new AbortController().signal);
    await spoil(file, earlier);
    const after = fs.readFileSync(file);
    await expect(waiting).rejects.toMatchObject({ code: 'log_replaced' });
    await expect(log.append([output('lost')])).rejects.toMatchObject({
      code: 'log_replaced',
      next: expect.stringContaining('Reload the window'),
    });
    await log.close();
    expect(fs.readFileSync(file).equals(after)).toBe(true);
  },
);

test('a log that is checkpointed and followed meanwhile is not taken for another one', async () => {
  const { log } = await openSqlite({ file: path.join(folder, 'log.db'), ...OPTIONS });
  onTestFinished(() => log.close());
  const written = () => fs.statSync(path.join(folder, 'log.db'), { bigint: true }).ctimeNs;
  const before = written();
  while (written() === before) await log.append(range(1, 500).map(() => output('x'.repeat(8000))));
  const head = await log.head();
  const [event] = await log.append([output('goes on')]);
  expect(event?.sequence).toBe(head + 1);
});
