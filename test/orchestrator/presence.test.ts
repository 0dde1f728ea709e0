import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openLog } from '../../src/log/open.ts';
import { holderOfThisProcess } from '../../src/orchestrator/lease.ts';
import { enter, presenceLease, registered } from '../../src/orchestrator/presence.ts';

const MINUTE = 60_000;

/** A log, and orchestrators of other machines: nobody sees from here whether they run. */
async function openRegister() {
  let time = Date.parse('2030-01-01T00:00:00Z');
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lineclear-presence-'));
  const backend = await openLog({
    backend: 'sqlite',
    file: path.join(folder, 'log.db'),
    tenantId: 'local',
    durability: 'process',
    now: () => new Date(time),
  });
  onTestFinished(async () => {
    await backend.close();
    fs.rmSync(folder, { recursive: true });
  });
  const begin = async (id: string) => {
    const me = { ...holderOfThisProcess({ host: id, folder: '/website' }), pids: id, id };
    const presence = await enter(backend, me, { alone: false });
    if (!presence) throw new Error(`${id} could not enter`);
    return presence;
  };
  const pass = (ms: number) => {
    time += ms;
  };
  const ids = async () => (await registered(backend)).map(({ id }) => id);
  /** A name of which nothing is kept is given with the first token. */
  const isForgotten = async (id: string) =>
    (await backend.leases.acquire(presenceLease(id), 'a test', 1))?.token === 1;
  return { begin, pass, ids, isForgotten, leases: backend.leases };
}

test('nothing is left of an orchestrator that ended well', async () => {
  const { begin, ids, isForgotten } = await openRegister();
  const one = await begin('one');
  await one.renew();
  await one.leave();
  expect(await ids()).toEqual([]);
  expect(await isForgotten('one')).toBe(true);
});

test('one that crashed is remembered for as long as others may ask for it, then its lease goes with it', async () => {
  const { begin, pass, ids, isForgotten, leases } = await openRegister();
  await begin('crashed');
  pass(10 * MINUTE);
  await begin('two');
  expect(await ids()).toEqual(['crashed', 'two']);
  expect(await leases.latest(presenceLease('crashed'))).toBeDefined();
  pass(55 * MINUTE);
  await begin('three');
  expect(await ids()).toEqual(['two', 'three']);
  expect(await isForgotten('crashed')).toBe(true);
  expect(await leases.latest(presenceLease('two'))).toBeDefined();
});

test('one that was taken for gone and is there enters again', async () => {
  const { begin, pass, ids } = await openRegister();
  const hung = await begin('hung');
  pass(120 * MINUTE);
  await begin('two');
  expect(await ids()).toEqual(['two']);
  expect(await hung.renew()).toBe(true);
  expect(await ids()).toEqual(['two', 'hung']);
});
