import { randomBytes } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { LineclearError } from '../../src/contract/errors.ts';
import type { EventLog } from '../../src/log/log.ts';
import { Memory } from '../../src/memory/memory.ts';
import { MEMORY_VERSION } from '../../src/state/memory.ts';
import { coder, describeOnEachBackend, eventsOf, maria } from './peers.ts';

const note = { domain: 'api', title: 'Rate limits', tags: ['http'], body: 'Max 10 requests a second.\n' };
const lost = () => new LineclearError('log_unreachable', 'gone');
const sha = (letter: string) => `sha256:${letter.repeat(64)}`;

const fiveLines = (word: string) => `1\n2\n${word}\n4\n5\n`;

describeOnEachBackend((newPeers) => {
  describe('a note', () => {
    it('is seen by every process as it was written, with who and when', async () => {
      const peers = newPeers();
      const [a, b] = [await peers.open(), await peers.open()];
      const { note: written, outcome } = await a.memory.write(note, coder);
      expect(outcome).toBe('written');
      const seen = await b.memory.get(written.note_id);
      expect(seen).toMatchObject({
        ...note,
        slug: 'rate-limits',
        agent_id: 'coder-1',
        user_id: 'maria',
        created_by: 'coder-1',
        text: `---\ntitle: Rate limits\ntags: [http]\n---\n${note.body}`,
      });
      const [event] = await eventsOf(b, written.note_id);
      expect(event).toMatchObject({
        type: 'memory.written',
        source_agent_id: 'coder-1',
        call_chain: ['user:maria', 'coder-1'],
        context_refs: [seen.content_hash.replace('sha256', 'blob')],
        data: { note_id: written.note_id, domain: 'api', agent_id: 'coder-1', user_id: 'maria' },
      });
    });

    it('can be changed, deleted and brought back, and remembers every version', async () => {
      const peer = await newPeers().open();
      const { memory } = peer;
      const { note: first } = await memory.write(note, coder);
      const { note_id: id } = first;
      const { note: second } = await memory.update(
        id,
        { body: 'Max 20.\n', tags: ['http', 'limits'] },
        maria,
      );
      await memory.delete(id, maria);
      await expect(memory.get(id)).rejects.toMatchObject({ code: 'note_not_found' });
      expect(await memory.list()).toEqual([]);
      expect((await memory.list({ deleted: true })).map(({ note_id }) => note_id)).toEqual([id]);
      await memory.restore(id, undefined, maria);
      expect(await memory.get(id)).toMatchObject({ body: 'Max 20.\n', tags: ['http', 'limits'] });
      await memory.restore(id, first.event_id, maria);
      expect((await memory.get(id)).body).toBe(note.body);
      expect((await eventsOf(peer, id)).map(({ type }) => type.replace('memory.', ''))).toEqual([
        'written',
        'updated',
        'deleted',
        'written',
        'updated',
      ]);
      expect((await memory.versions(id))[1]).toMatchObject({
        event_id: second.event_id,
        agent_id: 'user:maria',
      });
    });

    it('is found by domain, tag, agent and age', async () => {
      const { memory } = await newPeers().open();
      const { note: a } = await memory.write(note, coder);
      const { note: b } = await memory.write({ ...note, domain: 'ui', tags: ['looks'] }, maria);
      const ids = async (filter: object) => (await memory.list(filter)).map(({ note_id }) => note_id);
      expect(await ids({})).toEqual([b.note_id, a.note_id]);
      expect(await ids({ domain: 'ui' })).toEqual([b.note_id]);
      expect(await ids({ tag: 'http' })).toEqual([a.note_id]);
      expect(await ids({ agent: 'coder-1' })).toEqual([a.note_id]);
      expect(await ids({ since: b.at })).toContain(b.note_id);
      expect(await ids({ since: '2999-01-01T00:00:00Z' })).toEqual([]);
    });

    it('gets a name that is free, and refuses one that leads out of its folder', async () => {
      const { memory } = await newPeers().open();
      const slugs = [];
      for (let index = 0; index < 3; index += 1) slugs.push((await memory.write(note, coder)).note.slug);
      expect(slugs).toEqual(['rate-limits', 'rate-limits-2', 'rate-limits-3']);
      for (const bad of [
        '..',
        '../x',
        'a/b',
        'a\\b',
        '.hidden',
        'con',
        'nul.md',
        'x ',
        'x'.repeat(81),
        'a\nb',
      ]) {
        await expect(memory.write({ ...note, domain: bad }, coder)).rejects.toMatchObject({
          field: 'domain',
        });
        await expect(memory.write({ ...note, slug: bad }, coder)).rejects.toMatchObject({ field: 'slug' });
      }
    });

    it('is refused when it is too large or its front matter cannot be read, and holds no secret', async () => {
      const { memory } = await newPeers().open();
      const large = memory.write({ ...note, body: 'x'.repeat(256 * 1024) }, coder);
      await expect(large).rejects.toMatchObject({ code: 'note_too_large' });
      const text = '---\ntitle: a\ntags: [\n---\nx';
      await expect(memory.write({ domain: 'a', text }, coder)).rejects.toMatchObject({
        code: 'invalid_note',
      });
      const secret = `ghp_${'a1'.repeat(18)}`;
      const { note: written } = await memory.write({ ...note, body: `token ${secret}` }, coder);
      expect((await memory.get(written.note_id)).text).not.toContain(secret);
    });
  });

  describe('changes at the same time', () => {
    it('are merged where they touch different lines', async () => {
      const peers = newPeers();
      const [a, b] = [await peers.open(), await peers.open()];
      const { note: one } = await a.memory.write({ ...note, body: '1\n2\n3\n4\n5\n' }, coder);
      await b.memory.refresh();
      await a.memory.update(one.note_id, { body: 'one\n2\n3\n4\n5\n' }, coder);
      const late = await b.memory.update(one.note_id, { body: '1\n2\n3\n4\nfive\n' }, maria, one.event_id);
      expect(late.outcome).toBe('merged');
      expect((await a.memory.get(one.note_id)).body).toBe('one\n2\n3\n4\nfive\n');
      expect((await a.memory.get(one.note_id)).forks).toEqual([]);
    });

    it('are both kept where they touch the same line, until a person takes one', async () => {
      const peer = await newPeers().open();
      const { memory } = peer;
      for (const [taken, body] of [
        ['current', 'theirs\n'],
        ['other', 'mine\n'],
        [{ text: 'both\n' }, 'both\n'],
      ] as const) {
        const { note: one } = await memory.write({ domain: 'a', body: 'old\n' }, coder);
        await memory.update(one.note_id, { body: 'theirs\n' }, coder);
        const late = await memory.update(one.note_id, { body: 'mine\n' }, maria, one.event_id);
        expect(late.outcome).toBe('conflicted');
        const [fork] = (await memory.get(one.note_id)).forks;
        expect((await memory.get(one.note_id)).body).toBe('theirs\n');
        expect(fork && (await memory.writer.text(fork))).toBe('mine\n');
        expect((await eventsOf(peer, one.note_id)).at(-1)?.type).toBe('memory.conflicted');
        await memory.resolve(one.note_id, fork?.event_id ?? '', taken, maria);
        expect(await memory.get(one.note_id)).toMatchObject({ body, forks: [] });
      }
    });

    it('that could not be merged are one text with markers, which is taken when nothing is there twice', async () => {
      const { memory } = await newPeers().open();
      const { note: one } = await memory.write({ domain: 'a', text: fiveLines('3') }, coder);
      await memory.update(one.note_id, { text: fiveLines('theirs').replace('5', 'five') }, coder);
      await memory.update(one.note_id, { text: fiveLines('mine').replace('1', 'one') }, maria, one.event_id);
      const { merged, other, note: current } = await memory.conflict(one.note_id);
      expect(merged).toBe('one\n2\n<<<<<<< coder-1\ntheirs\n=======\nmine\n>>>>>>> user:maria\n4\nfive\n');
      expect([current.agent_id, other.agent_id]).toEqual(['coder-1', 'user:maria']);
      const settle = (whole: string) => memory.resolve(one.note_id, other.event_id, { text: whole }, maria);
      await expect(settle(merged)).rejects.toMatchObject({ code: 'invalid_note', field: 'line 3' });
      await settle('one\n2\nours\n4\nfive\n');
      await expect(memory.conflict(one.note_id)).rejects.toMatchObject({ code: 'not_waiting' });
      expect((await memory.get(one.note_id)).text).toBe('one\n2\nours\n4\nfive\n');
    });

    it('never delete words that who deleted had not seen', async () => {
      const { memory } = await newPeers().open();
      const { note: one } = await memory.write({ domain: 'a', body: 'old\n' }, coder);
      await memory.update(one.note_id, { body: 'new\n' }, coder);
      await memory.writer.remove(one, one.event_id, maria);
      expect((await memory.get(one.note_id)).body).toBe('new\n');
      const { note: two } = await memory.write({ domain: 'a', body: 'old\n' }, coder);
      await memory.delete(two.note_id, maria);
      expect((await memory.update(one.note_id, { body: 'x\n' }, coder)).outcome).toBe('written');
      const content = { domain: 'a', slug: two.slug, text: 'newer\n' };
      await memory.writer.change(content, { noteId: two.note_id, base: two.event_id }, coder);
      expect((await memory.get(two.note_id)).body).toBe('newer\n');
    });

    it('that a process left unmerged when it died are merged by the next one', async () => {
      const peers = newPeers();
      const { memory, backend } = await peers.open();
      const { note: one } = await memory.write({ domain: 'a', body: '1\n2\n3\n' }, coder);
      await memory.update(one.note_id, { body: 'one\n2\n3\n' }, coder);
      const content = { domain: 'a', slug: one.slug, text: '1\n2\nthree\n' };
      await memory.writer.put(content, { noteId: one.note_id, base: one.event_id }, maria);
      const [x, y] = [await peers.open(), await peers.open()];
      await Promise.all([x.memory.settleAll(maria), y.memory.settleAll(maria)]);
      expect((await memory.get(one.note_id)).body).toBe('one\n2\nthree\n');
      const events = await Array.fromAsync(backend.log.read());
      expect(events).toHaveLength(4);
    });
  });

  describe('subscribers', () => {
    it('hear of every change of every process in order, and a slow or failing one holds up nothing', async () => {
      const peers = newPeers();
      const [a, b] = [await peers.open(), await peers.open()];
      const heard: string[] = [];
      const done = Promise.withResolvers<void>();
      b.memory.subscribe(['memory.updated'], () => new Promise<void>(() => undefined));
      b.memory.subscribe(['memory.written'], () => {
        throw new Error('deaf');
      });
      const stop = b.memory.subscribe(
        ['memory.written', 'memory.updated'],
        ({ data: { note_id, title } }) => {
          heard.push(`${title} ${b.memory.state.notes.get(note_id)?.title}`);
          if (heard.length === 3) done.resolve();
        },
      );
      const { note: one } = await a.memory.write({ ...note, title: 'a' }, coder);
      await a.memory.update(one.note_id, { title: 'b' }, coder);
      await a.memory.update(one.note_id, { title: 'c' }, coder);
      await done.promise;
      expect(heard.map((line) => line[0])).toEqual(['a', 'b', 'c']);
      expect(heard.at(-1)).toBe('c c');
      expect(b.errors).toMatchObject([{ message: 'deaf' }]);
      stop();
      await a.memory.update(one.note_id, { title: 'd' }, coder);
      await b.memory.refresh();
      await b.memory.close();
      expect(heard).toHaveLength(3);
    });

    it('miss nothing when the connection is lost in the middle of a reading', async () => {
      const { backend, memory } = await newPeers().open();
      let left = Infinity;
      const isLost = () => left-- === 0;
      const log: EventLog = {
        ...backend.log,
        head: () => (isLost() ? Promise.reject(lost()) : backend.log.head()),
        async *read(query) {
          for await (const event of backend.log.read(query)) {
            yield event;
            if (isLost()) throw lost();
          }
        },
      };
      const errors: unknown[] = [];
      const reader = await Memory.open({ ...backend, log }, (error) => errors.push(error));
      onTestFinished(() => reader.close());
      const heard: (string | undefined)[] = [];
      reader.subscribe(['memory.written'], ({ data }) => void heard.push(data.slug));
      const slugs = ['a', 'b', 'c', 'd', 'e', 'f'];
      for (const [index, slug] of slugs.entries()) {
        left = index;
        await memory.write({ domain: 'a', slug, body: 'x\n' }, coder);
        await expect.poll(() => heard.length).toBe(index + 1);
      }
      expect(errors).toEqual([]);
      expect(heard).toEqual(slugs);
    });
  });

  describe('contexts', () => {
    it('of all agents are one, each value with who set it', async () => {
      const peers = newPeers();
      const [a, b] = [await peers.open(), await peers.open()];
      await a.memory.updateAgentContext(
        { agentId: 'mary', patch: { status: 'active', at: { file: 'x', line: 1 } } },
        coder,
      );
      await b.memory.updateAgentContext({ agentId: 'mary', patch: { at: { line: 2 } } }, maria);
      await b.memory.updateAgentContext({ agentId: 'tom', patch: { status: 'idle', gone: 1 } }, maria);
      await b.memory.updateAgentContext({ agentId: 'tom', patch: { gone: null } }, maria);
      expect(await a.memory.getUnifiedContext()).toMatchObject({
        agents: { mary: { status: 'active', at: { file: 'x', line: 2 } }, tom: { status: 'idle' } },
        set: { mary: { status: { by: 'coder-1' }, at: { by: 'user:maria' } } },
        conflicts: {},
      });
    });

    it('keep both values of a key that two set without knowing of each other; the later counts', async () => {
      const peers = newPeers();
      const [a, b] = [await peers.open(), await peers.open()];
      await a.memory.updateAgentContext({ agentId: 'mary', patch: { status: 'idle' } }, coder);
      await a.memory.refresh();
      const base = a.memory.state.contexts.get('mary')?.event_id;
      await a.memory.updateAgentContext({ agentId: 'mary', patch: { status: 'busy', x: 1 }, base }, coder);
      await b.memory.updateAgentContext({ agentId: 'mary', patch: { status: 'away', y: 2 }, base }, maria);
      const unified = await a.memory.getUnifiedContext();
      expect(unified.agents).toEqual({ mary: { status: 'away', x: 1, y: 2 } });
      expect(unified.conflicts).toMatchObject({
        mary: [{ key: 'status', value: 'away', other: { value: 'busy', by: 'coder-1' } }],
      });
      const events = await Array.fromAsync(a.backend.log.read({ types: ['memory.conflicted'] }));
      expect(events).toMatchObject([{ data: { key: 'status', value: 'away', other_value: 'busy' } }]);
      const tom = { ...maria, agent_id: 'tom' };
      await a.memory.updateAgentContext({ agentId: 'mary', patch: { status: 'gone' }, base }, tom);
      const { conflicts } = await a.memory.getUnifiedContext();
      expect(conflicts['mary']?.map(({ value, by, other }) => [value, by, other.value])).toEqual([
        ['gone', 'tom', 'busy'],
        ['gone', 'tom', 'away'],
      ]);
      const told = await Array.fromAsync(a.backend.log.read({ types: ['memory.conflicted'] }));
      const others = told.slice(1).map((one) => one.type === 'memory.conflicted' && one.data.other_value);
      expect(others).toEqual(['busy', 'away']);
      await a.memory.resolveContext('mary', 'status', conflicts['mary']?.[0]?.other.sequence ?? 0, maria);
      expect(await b.memory.getUnifiedContext()).toMatchObject({
        agents: { mary: { status: 'busy' } },
        conflicts: {},
      });
    });
  });

  describe('what is large', () => {
    it('is kept: a note of the greatest size, and a list of notes that no single message could hold', async () => {
      const peers = newPeers();
      const { memory, backend } = await peers.open();
      const text = randomBytes(128 * 1024 - 8).toString('hex');
      const { note: large } = await memory.write({ domain: 'large', text }, coder);
      const by = { source: 'x', source_agent_id: 'x', call_chain: ['x'] };
      const title = 'A title that is as long as a title can be. '.repeat(4);
      await backend.log.append(
        Array.from({ length: 2500 }, (_, index) => ({
          ...by,
          type: 'memory.written',
          data: {
            note_id: `n${index}`,
            user_id: 'u',
            agent_id: 'x',
            domain: 'd',
            title,
            content_hash: sha('a'),
          },
        })),
      );
      await memory.refresh();
      const stored = await backend.snapshots.get('memory', MEMORY_VERSION);
      expect(stored?.state.length).toBeGreaterThan(1_048_576);
      const later = await peers.open();
      expect(later.memory.state.notes.size).toBe(2501);
      expect((await later.memory.get(large.note_id)).text).toBe(text);
    });
  });

  it('the history of a note costs what the note has had, however long the log is', async () => {
    const { backend } = await newPeers().open();
    let read = 0;
    const log: EventLog = {
      ...backend.log,
      async *read(query) {
        for await (const event of backend.log.read(query)) {
          read += 1;
          yield event;
        }
      },
    };
    const memory = await Memory.open({ ...backend, log }, (error) => {
      throw error;
    });
    const { note: one } = await memory.write({ ...note, body: '0\n' }, coder);
    const other = { note_id: 'n', user_id: 'u', agent_id: 'x', domain: 'd', content_hash: sha('a') };
    const by = { source: 'x', source_agent_id: 'x', call_chain: ['x'] };
    for (const body of ['1\n', '2\n', '3\n']) {
      const type = 'memory.updated';
      await backend.log.append(Array.from({ length: 600 }, () => ({ ...by, type, data: other })));
      await memory.update(one.note_id, { body }, coder);
    }
    read = 0;
    const newest = await memory.versions(one.note_id, 2);
    expect(await Promise.all(newest.map((version) => memory.text(version)))).toEqual(
      ['2', '3'].map((body) => `---\ntitle: Rate limits\ntags: [http]\n---\n${body}\n`),
    );
    expect(read).toBe(2);
    expect(await memory.versions(one.note_id)).toHaveLength(4);
    expect(read).toBe(6);
  });

  it('events of other programs, with the least data, make notes too', async () => {
    const { memory, backend } = await newPeers().open();
    const by = { source: 'x', source_agent_id: 'x', call_chain: ['x'] };
    const data = { note_id: 'n', user_id: 'u', agent_id: 'x', domain: 'd', content_hash: sha('a') };
    await backend.log.append([{ ...by, type: 'memory.written', data }]);
    expect(await memory.list()).toMatchObject([{ note_id: 'n', slug: 'n', title: 'n' }]);
    await expect(memory.get('n')).rejects.toMatchObject({ code: 'note_lost' });
    await backend.log.append([{ ...by, type: 'memory.updated', data: { ...data, content_hash: sha('b') } }]);
    expect(await memory.list()).toMatchObject([{ content_hash: sha('b') }]);
  });
});
