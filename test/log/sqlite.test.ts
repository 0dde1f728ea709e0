import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openLog } from '../../src/log/open.ts';
import { describeEventLog } from './conformance.ts';

const HOUR_MS = 60 * 60 * 1000;

describeEventLog('sqlite', (place, options) =>
  openLog({ backend: 'sqlite', file: path.join(place, 'log.db'), durability: 'process', ...options }),
);

describeEventLog('sqlite without shared memory', (place, options) =>
  openLog({
    backend: 'sqlite',
    file: path.join(place, 'log.db'),
    durability: 'power',
    journal: 'delete',
    ...options,
  }),
);

test('a blob is as old as its last putting, to within an hour', async () => {
  const place = fs.mkdtempSync(path.join(os.tmpdir(), 'lineclear-blobs-'));
  onTestFinished(() => fs.rmSync(place, { recursive: true }));
  let hours = 0;
  const now = () => new Date(Date.UTC(2026, 2, 2) + hours * HOUR_MS);
  const file = path.join(place, 'log.db');
  const { blobs, close } = await openLog({
    backend: 'sqlite',
    file,
    tenantId: 'a',
    durability: 'process',
    now,
  });
  onTestFinished(close);
  const content = new TextEncoder().encode('content');
  const ref = await blobs.put(content);
  hours = 5;
  await blobs.put(content);
  hours = 7;
  expect(await blobs.remove(ref, 3 * HOUR_MS)).toBe(false);
  expect(await blobs.get(ref)).toBeDefined();
  hours = 9;
  expect(await blobs.remove(ref, 3 * HOUR_MS)).toBe(true);
  expect(await blobs.get(ref)).toBeUndefined();
});
