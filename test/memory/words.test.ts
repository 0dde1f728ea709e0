import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createWordIndex, wordsOf } from '../../src/memory/words.ts';
import { coder, createPeers, describeOnEachBackend, maria } from './peers.ts';

it('words are found without case and accents, and in scripts without spaces', () => {
  expect(wordsOf('Größe CAFÉ café, rate_limit x2')).toEqual(['große', 'cafe', 'rate', 'limit', 'x2']);
  expect(wordsOf('東京 API')).toEqual(['東', '京', 'api']);
});

describe.each([true, false])('an index, of the backend: %s', (ofBackend) => {
  const open = async () => {
    const { backend } = await createPeers().open();
    return (ofBackend ? backend.words : createWordIndex()) ?? expect.fail('there is no index');
  };

  it('finds keys that have all the terms as beginnings of words', async () => {
    const index = await open();
    const changes = [
      { key: 'a', words: ['rate', 'limit', 'http'] },
      { key: 'b', words: ['rating', 'http'] },
      { key: 'c', words: ['東', '京'] },
    ];
    expect(await index.update(0, 7, changes)).toBe(true);
    expect(await index.position()).toBe(7);
    const find = async (...terms: string[]) => (await index.find(terms)).toSorted();
    expect(await find('rat', 'http')).toEqual(['a', 'b']);
    expect(await find('rate')).toEqual(['a']);
    expect(await find('京')).toEqual(['c']);
    expect(await find('nothing')).toEqual([]);
    expect(await find()).toEqual([]);
    expect(await find('and"or*')).toEqual([]);
  });

  it('takes changes only from where it is, and forgets', async () => {
    const index = await open();
    await index.update(0, 1, [{ key: 'a', words: ['old'] }]);
    expect(await index.update(0, 2, [{ key: 'a', words: ['wrong'] }])).toBe(false);
    expect(await index.update(1, 2, [{ key: 'a', words: ['new'] }])).toBe(true);
    expect([await index.find(['old']), await index.find(['new'])]).toEqual([[], ['a']]);
    await index.update(2, 3, [{ key: 'a' }, { key: 'never' }]);
    expect(await index.find(['new'])).toEqual([]);
  });
});

describeOnEachBackend((newPeers) => {
  it('searches give the same answers, in the same order, in each process', async () => {
    const peers = newPeers();
    const { memory } = await peers.open();
    const write = async (title: string, body: string) =>
      (await memory.write({ domain: 'api', title, body }, coder)).note;
    const a = await write('Timeouts', 'The gateway gives up after 30 s; see rate limits.');
    const b = await write('Rate limits', 'Ten a second.');
    const c = await write('Größen', 'rate and limits, and Über-Rate.');
    const found = async (query: string) => (await memory.search(query)).map(({ slug }) => slug);
    expect(await found('rate LIMIT')).toEqual([b.slug, c.slug, a.slug]);
    expect(await found('grossen')).toEqual([]);
    expect(await found('größ uber')).toEqual([c.slug]);
    await memory.update(b.note_id, { body: 'Twenty a minute.' }, maria);
    expect(await found('minute')).toEqual([b.slug]);
    await memory.delete(b.note_id, maria);
    expect(await found('rate limit')).toEqual([c.slug, a.slug]);
    await memory.restore(b.note_id, undefined, maria);
    const other = await peers.open();
    expect((await other.memory.search('rate limit')).map(({ slug }) => slug)).toEqual([
      b.slug,
      c.slug,
      a.slug,
    ]);
    expect((await memory.search('rate', { agent: 'nobody' })).length).toBe(0);
  });
});

it('whatever the words, an index of a backend gives the answers of one in memory', async () => {
  const word = fc.string({
    minLength: 1,
    maxLength: 3,
    unit: fc.constantFrom('a', 'b', 'ä', '京', '2', 'ſ'),
  });
  const change = fc.record({ key: fc.constantFrom('x', 'y', 'z'), text: fc.option(fc.array(word)) });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(change, { maxLength: 3 })), fc.array(word), async (steps, asked) => {
      const { backend } = await createPeers().open();
      const [ours, theirs] = [createWordIndex(), backend.words ?? expect.fail('there is no index')];
      for (const [number, step] of steps.entries()) {
        const changes = step.map(({ key, text }) => ({
          key,
          ...(text && { words: wordsOf(text.join(' ')) }),
        }));
        await Promise.all([ours, theirs].map((index) => index.update(number, number + 1, changes)));
        const terms = wordsOf(asked.slice(0, number % 3).join(' '));
        expect((await theirs.find(terms)).toSorted()).toEqual((await ours.find(terms)).toSorted());
      }
    }),
    { numRuns: 25 },
  );
});
