import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Fixture } from '../conformance.ts';
import { output } from '../drafts.ts';

const snapshot = (sequence: number, state: string, reducerVersion = 1) => ({
  reducer: 'world',
  reducerVersion,
  sequence,
  state,
});

export function describeStores({ open }: Fixture): void {
  describe('blobs', () => {
    test('are named by their content and come back as they were', async () => {
      const { blobs } = await open();
      const other = await open();
      const content = new Uint8Array(300_000).map((_, index) => index % 251);
      const ref = await blobs.put(content);
      expect(ref).toBe(`blob:${createHash('sha256').update(content).digest('hex')}`);
      expect(Buffer.from((await other.blobs.get(ref)) ?? []).equals(content)).toBe(true);
    });

    test('put twice are stored once, also at the same time', async () => {
      const { blobs } = await open();
      const content = new TextEncoder().encode('same');
      const refs = await Promise.all([blobs.put(content), blobs.put(content)]);
      expect(new Set([...refs, await blobs.put(content)]).size).toBe(1);
    });

    test('may be empty', async () => {
      const { blobs } = await open();
      expect(await blobs.get(await blobs.put(new Uint8Array()))).toHaveLength(0);
    });

    test('are stored as they were when they were put', async () => {
      const { blobs } = await open();
      const content = new TextEncoder().encode('before');
      const pending = blobs.put(content);
      content.fill(0);
      const stored = await blobs.get(await pending);
      expect(new TextDecoder().decode(stored)).toBe('before');
    });

    test('that nobody put are undefined', async () => {
      const { blobs } = await open();
      expect(await blobs.get(`blob:${'00'.repeat(32)}`)).toBeUndefined();
    });

    test('are removed unless they were put a short time ago, and can be put again', async () => {
      const { blobs } = await open();
      const other = await open();
      const content = new Uint8Array(600_000).map((_, index) => index % 251);
      const ref = await blobs.put(content);
      expect(await other.blobs.remove(ref, 60_000)).toBe(false);
      expect(await blobs.get(ref)).toHaveLength(content.length);
      // A clock may be behind that of its server by a moment.
      await expect.poll(() => other.blobs.remove(ref, 0)).toBe(true);
      expect(await blobs.get(ref)).toBeUndefined();
      expect(await blobs.remove(ref, 0)).toBe(false);
      expect(await blobs.remove(`blob:${'00'.repeat(32)}`, 0)).toBe(false);
      expect(await blobs.put(content)).toBe(ref);
      expect(Buffer.from((await other.blobs.get(ref)) ?? []).equals(content)).toBe(true);
      expect(await other.blobs.remove(ref, 60_000)).toBe(false);
    });

    test('put again hours later are young again, and whole', async () => {
      const { blobs } = await open();
      const later = await open({ now: () => new Date(Date.now() + 3 * 60 * 60 * 1000) });
      const content = new Uint8Array(600_000).map((_, index) => index % 251);
      const ref = await blobs.put(content);
      expect(await later.blobs.put(content)).toBe(ref);
      expect(await blobs.remove(ref, 60_000)).toBe(false);
      expect(Buffer.from((await blobs.get(ref)) ?? []).equals(content)).toBe(true);
      // Whoever put it while it was removed has put it.
      for (let round = 0; round < 10; round += 1) {
        await Promise.all([blobs.remove(ref, 0), later.blobs.put(content)]);
        await blobs.put(content);
        expect(await later.blobs.get(ref)).toHaveLength(content.length);
      }
    });

    test('can be referred to by events', async () => {
      const { blobs, log } = await open();
      const ref = await blobs.put(new TextEncoder().encode('large'));
      const [event] = await log.append([output('small', { context_refs: [ref] })]);
      expect(event?.context_refs).toEqual([ref]);
    });
  });

  describe('snapshots', () => {
    test('come back for the same reducer in the same version only', async () => {
      const { snapshots } = await open();
      const other = await open();
      await snapshots.put(snapshot(5, '{"a":1}'));
      expect(await other.snapshots.get('world', 1)).toEqual(snapshot(5, '{"a":1}'));
      expect(await other.snapshots.get('world', 2)).toBeUndefined();
      expect(await other.snapshots.get('task', 1)).toBeUndefined();
    });

    test('are replaced by newer ones and not by older ones', async () => {
      const { snapshots } = await open();
      await snapshots.put(snapshot(5, 'five'));
      await snapshots.put(snapshot(9, 'nine'));
      await snapshots.put(snapshot(7, 'seven'));
      expect(await snapshots.get('world', 1)).toEqual(snapshot(9, 'nine'));
      expect(await snapshots.position('world', 1)).toBe(9);
      expect(await snapshots.position('world', 2)).toBe(0);
    });

    test('of a newer version of the reducer may be behind', async () => {
      const { snapshots } = await open();
      await snapshots.put(snapshot(9, 'old reducer'));
      await snapshots.put(snapshot(3, 'new reducer', 2));
      expect(await snapshots.get('world', 2)).toEqual(snapshot(3, 'new reducer', 2));
    });
  });
}
