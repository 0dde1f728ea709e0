import { describe, expect, test } from 'vitest';
import type { Fixture } from '../conformance.ts';

/** Two peers with one clock that the test moves. */
async function peers({ open }: Fixture) {
  let time = Date.parse('2030-01-01T00:00:00Z');
  const now = () => new Date(time);
  const [a, b] = [await open({ now }), await open({ now })];
  const pass = (ms: number) => {
    time += ms;
  };
  return { a: a.leases, b: b.leases, now, pass };
}

export function describeLeases(fixture: Fixture): void {
  describe('leases', () => {
    test('are held by one at a time', async () => {
      const { a, b, now } = await peers(fixture);
      const lease = await a.acquire('orchestrator', 'a', 1000);
      const info = {
        name: 'orchestrator',
        holder: 'a',
        token: 1,
        expiresAt: new Date(now().getTime() + 1000),
      };
      expect(lease).toMatchObject(info);
      expect(await b.acquire('orchestrator', 'b', 1000)).toBeUndefined();
      expect(await b.holder('orchestrator')).toEqual(info);
      expect(await b.acquire('another', 'b', 1000)).toMatchObject({ token: 1 });
    });

    test('have one winner among many at once', async () => {
      const { a, b } = await peers(fixture);
      const got = await Promise.all(
        [a, b, a, b, a, b].map((leases, index) => leases.acquire('orchestrator', `holder-${index}`, 1000)),
      );
      expect(got.filter((lease) => lease !== undefined)).toHaveLength(1);
    });

    test('go to the next one when they expire, with a greater token', async () => {
      const { a, b, pass } = await peers(fixture);
      await a.acquire('orchestrator', 'a', 1000);
      pass(999);
      expect(await b.acquire('orchestrator', 'b', 1000)).toBeUndefined();
      pass(1);
      expect(await b.holder('orchestrator')).toBeUndefined();
      expect(await b.latest('orchestrator')).toMatchObject({ holder: 'a', token: 1 });
      const lease = await b.acquire('orchestrator', 'b', 1000);
      expect(lease).toMatchObject({ holder: 'b', token: 2 });
      expect(await a.latest('orchestrator')).toMatchObject({ holder: 'b', token: 2 });
      await lease?.release();
      expect(await a.latest('orchestrator')).toBeUndefined();
    });

    test('last longer when they are renewed', async () => {
      const { a, b, pass } = await peers(fixture);
      const lease = await a.acquire('orchestrator', 'a', 1000);
      pass(900);
      expect(await lease?.renew()).toBe(true);
      pass(900);
      expect(await b.acquire('orchestrator', 'b', 1000)).toBeUndefined();
    });

    test('can be renewed late as long as nobody else took them', async () => {
      const { a, b, pass } = await peers(fixture);
      const lease = await a.acquire('orchestrator', 'a', 1000);
      pass(5000);
      expect(await lease?.renew()).toBe(true);
      expect(await b.acquire('orchestrator', 'b', 1000)).toBeUndefined();
    });

    test('that were lost can be neither renewed nor released', async () => {
      const { a, b, pass } = await peers(fixture);
      const lost = await a.acquire('orchestrator', 'a', 1000);
      pass(1000);
      const held = await b.acquire('orchestrator', 'b', 1000);
      expect(await lost?.renew()).toBe(false);
      await lost?.release();
      expect(await a.holder('orchestrator')).toMatchObject({ holder: 'b' });
      expect(await held?.renew()).toBe(true);
    });

    test('that were released go to the next one at once, with a greater token', async () => {
      const { a, b } = await peers(fixture);
      const lease = await a.acquire('orchestrator', 'a', 1000);
      await lease?.release();
      expect(await b.holder('orchestrator')).toBeUndefined();
      expect(await b.acquire('orchestrator', 'b', 1000)).toMatchObject({ token: 2 });
      expect(await lease?.renew()).toBe(false);
    });

    test('that are given back for good leave nothing behind, and only by who holds them', async () => {
      const { a, b, pass } = await peers(fixture);
      const lost = await a.acquire('task:1', 'a', 1000);
      pass(1000);
      const held = await b.acquire('task:1', 'b', 1000);
      await lost?.release({ forGood: true });
      expect(await a.holder('task:1')).toMatchObject({ holder: 'b', token: 2 });
      await held?.release({ forGood: true });
      await held?.release({ forGood: true });
      expect([await a.latest('task:1'), await held?.renew(), await lost?.renew()]).toEqual([
        undefined,
        false,
        false,
      ]);
      const [anew, late] = await Promise.all([a, b].map((leases) => leases.acquire('task:1', 'c', 1000)));
      expect([anew?.token, late?.token]).toEqual([1, 1]);
      await held?.release({ forGood: true });
      expect(await b.holder('task:1')).toMatchObject({ holder: 'c', token: 1 });
    });

    test('are taken over at once from a holder that is gone, with a greater token', async () => {
      const { a, b } = await peers(fixture);
      const lost = await a.acquire('orchestrator', 'a', 1000);
      const from = await b.holder('orchestrator');
      if (!from) throw new Error('nobody holds it');
      const taken = await b.takeOver(from, 'b', 1000);
      expect(taken).toMatchObject({ name: 'orchestrator', holder: 'b', token: 2 });
      expect(await a.holder('orchestrator')).toMatchObject({ holder: 'b', token: 2 });
      expect(await lost?.renew()).toBe(false);
      expect(await taken?.renew()).toBe(true);
    });

    test('are taken over by one of many, and only from whom they were seen with', async () => {
      const { a, b } = await peers(fixture);
      const lease = await a.acquire('orchestrator', 'a', 1000);
      const from = await b.holder('orchestrator');
      if (!from) throw new Error('nobody holds it');
      const got = await Promise.all(
        [a, b, a, b].map((leases, index) => leases.takeOver(from, `holder-${index}`, 1000)),
      );
      const winners = got.filter((taken) => taken !== undefined);
      expect(winners).toHaveLength(1);
      await winners[0]?.release();
      expect(await a.takeOver(from, 'late', 1000)).toBeUndefined();
      // The same holder again, but not the same lease.
      await a.acquire('orchestrator', 'a', 1000);
      expect(await b.takeOver(from, 'late', 1000)).toBeUndefined();
      expect(await lease?.renew()).toBe(false);
    });

    test('are given to their holder again, with the same token', async () => {
      const { a, b, pass } = await peers(fixture);
      const first = await a.acquire('orchestrator', 'a', 1000);
      pass(500);
      expect(await b.acquire('orchestrator', 'a', 1000)).toMatchObject({ token: first?.token });
      pass(900);
      expect(await a.holder('orchestrator')).toMatchObject({ holder: 'a' });
    });
  });
}
