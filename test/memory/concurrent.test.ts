import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { subscribe } from '../../src/log/subscribe.ts';
import type { Author } from '../../src/memory/author.ts';
import { type Peer, describeOnEachBackend } from './peers.ts';

const ROUNDS = Number(process.env['MEMORY_ROUNDS'] ?? 6);

/** Adds a line of its own to a note, as it was some versions ago. */
interface Step {
  readonly peer: number;
  readonly note: number;
  readonly line: number;
  readonly behind: number;
}
const step: fc.Arbitrary<Step> = fc.record({
  peer: fc.nat(2),
  note: fc.nat(1),
  line: fc.nat(9),
  behind: fc.nat(2),
});

const author = (peer: number): Author => ({ source: 'test', user_id: 'maria', agent_id: `agent-${peer}` });
const blank = Array.from({ length: 10 }, (_, index) => `${index}:`).join('\n');

async function carryOut(
  { memory }: Peer,
  id: string,
  { peer, line, behind }: Step,
  word: string,
): Promise<void> {
  const versions = await memory.versions(id);
  const base = versions[Math.max(0, versions.length - 1 - behind)];
  if (!base) return;
  const lines = (await memory.writer.text(base)).split('\n');
  const text = lines.with(line, `${lines[line]} ${word}`).join('\n');
  await memory.update(id, { text }, author(peer), base.event_id);
}

/** Reads each note as soon as its event is seen on another way, and says which readings were older than that event. */
async function readAtOnce({ backend, memory }: Peer, signal: AbortSignal): Promise<string[]> {
  const stale: string[] = [];
  for await (const { events } of subscribe(backend.log, { signal })) {
    for (const event of events) {
      if (event.type !== 'memory.updated' || signal.aborted) continue;
      const { note_id } = event.data;
      await memory.get(note_id);
      const seen = memory.state;
      if (seen.position < event.sequence) stale.push(`${note_id} at ${seen.position}, not ${event.sequence}`);
    }
  }
  return stale;
}

describeOnEachBackend((newPeers) => {
  it('whatever processes write at the same time, all see the same, nothing is lost, and no reading is out of date', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 24 }), async (steps) => {
        const opened = newPeers();
        const peers = [await opened.open(), await opened.open(), await opened.open()];
        const [first] = peers;
        if (!first) return;
        const ids: string[] = [];
        for (const slug of ['a', 'b'])
          ids.push((await first.memory.write({ domain: 'd', slug, body: blank }, author(0))).note.note_id);
        const stop = new AbortController();
        const readings = peers.map((peer) => readAtOnce(peer, stop.signal));
        const ofPeer = peers.map(async (peer, index) => {
          for (const [number, one] of steps.entries())
            if (one.peer === index) await carryOut(peer, ids[one.note] ?? '', one, `w${number}.`);
        });
        await Promise.all(ofPeer);
        await Promise.all(peers.map(({ memory }) => memory.refresh()));
        stop.abort();
        expect((await Promise.all(readings)).flat()).toEqual([]);
        const states = peers.map(({ memory }) => JSON.stringify([...memory.state.notes]));
        expect(new Set(states).size).toBe(1);
        for (const [index, id] of ids.entries()) {
          const { text, forks } = await first.memory.get(id);
          expect(forks.every(({ conflicted }) => conflicted)).toBe(true);
          const kept = [
            text,
            ...(await Promise.all(forks.map((fork) => first.memory.writer.text(fork)))),
          ].join('\n');
          const words = steps.flatMap(({ note }, number) => (note === index ? [`w${number}.`] : []));
          expect(words.filter((word) => !kept.includes(word))).toEqual([]);
        }
      }),
      { numRuns: ROUNDS },
    );
  }, 600_000);
});
