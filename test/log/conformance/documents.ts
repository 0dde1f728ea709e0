import { describe, expect, test } from 'vitest';
import type { Documents } from '../../../src/log/log.ts';
import type { Fixture } from '../conformance.ts';

async function keys(documents: Documents, prefix: string): Promise<string[]> {
  const found = [];
  for await (const { key } of documents.list(prefix)) found.push(key);
  return found;
}

async function add(documents: Documents, item: string): Promise<void> {
  for (;;) {
    const stored = await documents.get('list');
    const value = `${stored?.value ?? ''}${item}`;
    if ((await documents.put('list', value, stored?.revision)) !== undefined) return;
  }
}

export function describeDocuments({ open }: Fixture): void {
  describe('documents', () => {
    test('are read as they were written, by every peer', async () => {
      const [a, b] = [(await open()).documents, (await open()).documents];
      expect(await a.get('group/mail')).toBeUndefined();
      const value = '{"text":"größer, 大きい\\n"}';
      const revision = await a.put('group/mail', value, undefined);
      expect(await b.get('group/mail')).toEqual({ key: 'group/mail', value, revision });
    });

    test('are written by who has read them last, and by nobody else', async () => {
      const { documents } = await open();
      const first = await documents.put('d', 'one', undefined);
      expect(await documents.put('d', 'other', undefined)).toBeUndefined();
      const second = await documents.put('d', 'two', first);
      expect(await documents.put('d', 'late', first)).toBeUndefined();
      expect(await documents.get('d')).toEqual({ key: 'd', value: 'two', revision: second });
      expect(await documents.put('e', 'no such', second)).toBeUndefined();
    });

    test('lose no change when many processes change one at once', async () => {
      const peers = [(await open()).documents, (await open()).documents, (await open()).documents];
      const items = 'abcdefghijklmnopqrstuvwxyz'.split('');
      await Promise.all(
        items.map((item, index) => add(peers[index % 3] ?? expect.fail('no such peer'), item)),
      );
      const list = await peers[0]?.get('list');
      expect(list?.value.split('').toSorted()).toEqual(items);
    });

    test('are deleted by who has read them last; one that comes again has another revision', async () => {
      const { documents } = await open();
      const first = (await documents.put('d', 'one', undefined)) ?? 0;
      const second = (await documents.put('d', 'two', first)) ?? 0;
      expect(await documents.delete('d', first)).toBe(false);
      expect(await documents.delete('d', second)).toBe(true);
      expect(await documents.delete('d', second)).toBe(false);
      expect(await documents.get('d')).toBeUndefined();
      const again = await documents.put('d', 'again', undefined);
      expect([first, second]).not.toContain(again);
      expect(await documents.put('d', 'late', second)).toBeUndefined();
    });

    test('are listed by the beginning of their keys, in order', async () => {
      const { documents } = await open();
      const numbers = Array.from(
        { length: 450 },
        (_, index) => `dead/mail/${String(index).padStart(4, '0')}`,
      );
      for (const key of ['dead/mails/1', 'group/mail', 'dead/m', ...numbers.toReversed()]) {
        await documents.put(key, key, undefined);
      }
      expect(await keys(documents, 'dead/mail/')).toEqual(numbers);
      expect(await keys(documents, 'group/')).toEqual(['group/mail']);
      expect(await keys(documents, 'nothing/')).toEqual([]);
    });

    test('belong to the log and last as long as it', async () => {
      const backend = await open();
      await backend.documents.put('d', 'kept', undefined);
      await backend.close();
      expect(await (await open()).documents.get('d')).toMatchObject({ value: 'kept' });
      expect(await (await open({ log: 'another' })).documents.get('d')).toBeUndefined();
    });
  });
}
