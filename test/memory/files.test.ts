import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { reasonWords } from '../../src/state/file-reason.ts';
import { createFolder } from './folder.ts';
import { coder, describeOnEachBackend, eventsOf, maria } from './peers.ts';

const WAIT = { timeout: 30_000 };

describeOnEachBackend((newPeers) => {
  it('files follow the notes, and the notes follow them, without an echo', async () => {
    const { peers, file, read, write, keep } = createFolder(newPeers());
    const [syncer, other] = [await peers.open(), await peers.open()];
    const { errors } = keep(syncer);
    const { note } = await other.memory.write({ domain: 'api', title: 'Limits', body: 'Ten.\n' }, coder);
    await expect.poll(() => read('api/limits.md'), WAIT).toBe('---\ntitle: Limits\n---\nTen.\n');

    write('api/limits.md', '---\ntitle: Limits\nmine: kept # so\n---\nTwenty.\n');
    await expect.poll(async () => (await other.memory.get(note.note_id)).body, WAIT).toBe('Twenty.\n');
    expect((await eventsOf(other, note.note_id)).at(-1)).toMatchObject({
      source: 'memory',
      source_agent_id: 'user:maria',
    });
    await other.memory.update(note.note_id, { tags: ['http'] }, coder);
    const tagged = '---\ntitle: Limits\nmine: kept # so\ntags: [http]\n---\nTwenty.\n';
    await expect.poll(() => read('api/limits.md'), WAIT).toBe(tagged);

    // As editors save that replace a file.
    fs.writeFileSync(file('api/limits.tmp'), tagged.replace('Twenty', 'Thirty'));
    fs.renameSync(file('api/limits.tmp'), file('api/limits.md'));
    await expect.poll(async () => (await other.memory.get(note.note_id)).body, WAIT).toBe('Thirty.\n');

    fs.mkdirSync(file('ui'));
    fs.renameSync(file('api/limits.md'), file('ui/Rates.md'));
    await expect.poll(async () => (await other.memory.get(note.note_id)).slug, WAIT).toBe('Rates');
    expect(await other.memory.get(note.note_id)).toMatchObject({ domain: 'ui', body: 'Thirty.\n' });

    fs.rmSync(file('ui'), { recursive: true });
    await expect.poll(async () => (await other.memory.list()).length, WAIT).toBe(0);
    write('ui/Rates.md', 'Back again.\n');
    await expect
      .poll(async () => (await other.memory.list()).map(({ note_id }) => note_id), WAIT)
      .toEqual([note.note_id]);

    await other.memory.delete(note.note_id, coder);
    await expect.poll(() => read('ui/Rates.md'), WAIT).toBeUndefined();
    const types = (await eventsOf(other, note.note_id)).map(
      ({ type, source }) => `${source} ${type.slice(7)}`,
    );
    expect(types).toEqual([
      'test written',
      'memory updated',
      'test updated',
      'memory updated',
      'memory updated',
      'memory deleted',
      'memory written',
      'test deleted',
    ]);
    expect(errors).toEqual([]);
  }, 120_000);

  it('folders of two machines on one log become the same', async () => {
    const peers = newPeers();
    const here = createFolder(peers, 'here');
    const there = createFolder(peers, 'there');
    const [a, b] = [await peers.open(), await peers.open()];
    const kept = [here.keep(a), there.keep(b)];
    here.write('api/limits.md', 'Ten.\n');
    await expect.poll(() => there.read('api/limits.md'), WAIT).toBe('Ten.\n');
    there.write('api/limits.md', 'Twenty.\n');
    await expect.poll(() => here.read('api/limits.md'), WAIT).toBe('Twenty.\n');
    fs.renameSync(here.file('api/limits.md'), here.file('api/rates.md'));
    await expect.poll(() => there.read('api/rates.md'), WAIT).toBe('Twenty.\n');
    expect(there.read('api/limits.md')).toBeUndefined();
    const contexts = [here, there].map(({ folder }) => path.join(folder, 'context.json'));
    const [mine = '', theirs = ''] = contexts;
    await expect.poll(() => contexts.every((file) => fs.existsSync(file)), WAIT).toBe(true);
    fs.writeFileSync(mine, '{"agents":{"mary":{"status":"active"}}}');
    const status = () => JSON.parse(fs.readFileSync(theirs, 'utf8')).agents.mary?.status;
    await expect.poll(status, WAIT).toBe('active');
    fs.rmSync(there.file('api/rates.md'));
    await expect.poll(() => here.read('api/rates.md'), WAIT).toBeUndefined();
    expect(kept.flatMap(({ errors }) => errors)).toEqual([]);
  }, 60_000);
});

describe('files of notes', () => {
  it('keep their line ends and byte order mark, which are no change', async () => {
    const { peers, read, write, keep } = createFolder();
    const peer = await peers.open();
    write('api/win.md', '\uFEFF# Windows\r\n\r\nOne.\r\n');
    keep(peer);
    await expect
      .poll(async () => (await peer.memory.list()).map(({ title }) => title), WAIT)
      .toEqual(['Windows']);
    const [note] = await peer.memory.list();
    expect((await peer.memory.get(note?.note_id ?? '')).text).toBe('# Windows\n\nOne.\n');
    await peer.memory.update(note?.note_id ?? '', { body: '# Windows\n\nTwo.\n' }, coder);
    await expect.poll(() => read('api/win.md'), WAIT).toBe('\uFEFF# Windows\r\n\r\nTwo.\r\n');
  }, 60_000);

  it('that are no notes are left alone, with the reason', async () => {
    const { peers, folder, file, read, write, keep } = createFolder();
    const peer = await peers.open();
    fs.writeFileSync(path.join(folder, 'secret.md'), 'outside');
    write('api/bad.md', '---\ntitle: a\ntags: [\n---\nText.\n');
    write('api/list.md', '---\n- a\n---\n');
    write('api/bomb.md', '---\na: &a [x]\nb: *a\n---\n');
    write('api/binary.md', Uint8Array.of(0x23, 0, 1, 2));
    write('api/latin.md', Uint8Array.of(0x23, 0xe4));
    write('api/large.md', 'x'.repeat(300_000));
    write('api/con.md', 'reserved');
    write('api/deep/er.md', 'too deep');
    write('api/.hidden.md', 'hidden');
    fs.symlinkSync(path.join(folder, 'secret.md'), file('api/link.md'));
    fs.symlinkSync(folder, file('linked'));
    write('api/good.md', 'A note.\n');
    const { problems } = keep(peer);
    await expect.poll(() => problems.length, WAIT).toBe(1);
    const told = problems[0]?.map(
      ({ path: name, line, reason }) => `${name}:${line ?? ''} ${reasonWords(reason).slice(0, 30)}`,
    );
    expect(told?.toSorted()).toEqual([
      'api/bad.md:3 a bracket is not closed, or a ',
      'api/binary.md: is no text in UTF-8',
      'api/bomb.md:1 aliases (*name) are not taken',
      'api/con.md: has a name that cannot be that',
      'api/large.md: is larger than 256 KB',
      'api/latin.md: is no text in UTF-8',
      'api/link.md: is a link',
      'api/list.md:1 must be a list of `key: value`',
    ]);
    expect((await peer.memory.list()).map(({ slug }) => slug)).toEqual(['good']);
    expect(read('api/bad.md')).toContain('tags: [\n');
    write('api/bad.md', 'Mended.\n');
    await expect.poll(async () => (await peer.memory.list()).length, WAIT).toBe(2);
    await expect
      .poll(() => problems.at(-1)?.some(({ path: name }) => name === 'api/bad.md'), WAIT)
      .toBe(false);
  }, 60_000);

  it('are compared with the notes at the start; what changed on both sides is merged, or both are kept', async () => {
    const { peers, file, read, write, keep } = createFolder();
    const peer = await peers.open();
    const first = keep(peer);
    const text = '1\n2\n3\n4\n5\n';
    const [a, b] = [
      (await peer.memory.write({ domain: 'x', slug: 'merges', text }, coder)).note,
      (await peer.memory.write({ domain: 'x', slug: 'clashes', text }, coder)).note,
    ];
    await expect.poll(() => [read('x/merges.md'), read('x/clashes.md')], WAIT).toEqual([text, text]);
    await first.end();
    write('x/merges.md', text.replace('1', 'one, by me'));
    write('x/clashes.md', text.replace('3', 'three, by me'));
    write('x/new.md', 'Made while nobody looked.\n');
    await peer.memory.update(a.note_id, { text: text.replace('5', 'five, by it') }, coder);
    await peer.memory.update(b.note_id, { text: text.replace('3', 'three, by it') }, coder);
    keep(peer);
    const merged = text.replace('1', 'one, by me').replace('5', 'five, by it');
    await expect.poll(() => read('x/merges.md'), WAIT).toBe(merged);
    await expect
      .poll(async () => (await peer.memory.get(b.note_id)).forks.map(({ conflicted }) => conflicted), WAIT)
      .toEqual([true]);
    expect(read('x/clashes.md')).toContain('three, by me');
    expect((await peer.memory.get(b.note_id)).body).toContain('three, by it');
    expect((await peer.memory.get(a.note_id)).text).toBe(merged);
    await expect
      .poll(async () => (await peer.memory.list({ domain: 'x' })).map(({ slug }) => slug), WAIT)
      .toContain('new');

    // The person goes on with the own side, then takes the other one.
    fs.appendFileSync(file('x/clashes.md'), 'six\n');
    const mine = async () => {
      const [fork] = (await peer.memory.get(b.note_id)).forks;
      return fork && (await peer.memory.text(fork));
    };
    await expect.poll(mine, WAIT).toContain('six');
    const [fork] = (await peer.memory.get(b.note_id)).forks;
    await peer.memory.resolve(b.note_id, fork?.event_id ?? '', 'current', maria);
    await expect.poll(() => read('x/clashes.md'), WAIT).toBe(text.replace('3', 'three, by it'));
  }, 60_000);

  it('that were renamed and edited while nobody looked keep their history', async () => {
    const { peers, file, read, write, keep } = createFolder();
    const peer = await peers.open();
    const first = keep(peer);
    const text = '# Limits\n\nTen requests a second, and a hundred a minute.\n';
    const { note } = await peer.memory.write({ domain: 'api', slug: 'limits', text }, coder);
    await peer.memory.write({ domain: 'api', slug: 'other', text: 'Something else entirely.\n' }, coder);
    const named = await peer.memory.write({ domain: 'api', slug: 'Names', text: 'In one case.\n' }, coder);
    await expect.poll(() => read('api/Names.md'), WAIT).toBeDefined();
    await expect.poll(() => read('api/limits.md'), WAIT).toBe(text);
    await first.end();
    for (const name of ['api/limits.md', 'api/other.md']) fs.rmSync(file(name));
    write('http/rates.md', text.replace('Ten', 'Twenty'));
    fs.renameSync(file('api/Names.md'), file('api/names.md'));
    write('api/names.md', 'Nothing is left of it but the name.\n');
    write('http/new.md', 'Nothing of this was there before.\n');
    const { problems } = keep(peer);
    await expect.poll(async () => (await peer.memory.list()).length, WAIT).toBe(3);
    await expect.poll(async () => (await peer.memory.get(named.note.note_id)).slug, WAIT).toBe('names');
    await expect
      .poll(async () => (await peer.memory.get(note.note_id)).body, WAIT)
      .toBe(text.replace('Ten', 'Twenty'));
    expect(peer.memory.at('http', 'rates')?.note_id).toBe(note.note_id);
    expect(await peer.memory.versions(note.note_id)).toHaveLength(2);

    // What is a secret stays in the file, and that it is no part of the note is said.
    const secret = `ghp_${'a1'.repeat(18)}`;
    write('http/new.md', `One.\nTwo: ${secret}\n`);
    const { note_id } = peer.memory.at('http', 'new') ?? note;
    const body = async () => (await peer.memory.get(note_id)).body;
    await expect.poll(body, WAIT).toBe('One.\nTwo: [redacted github token]\n');
    await expect.poll(() => problems.at(-1), WAIT).toMatchObject([{ path: 'http/new.md', line: 2 }]);
    expect(read('http/new.md')).toContain(secret);
    await peer.memory.update(note_id, { body: 'Three.\n' }, coder);
    await expect.poll(() => problems.at(-1), WAIT).toEqual([]);
  }, 60_000);

  it('come back when the folder is gone as a whole', async () => {
    const { peers, folder, read, keep } = createFolder();
    const peer = await peers.open();
    keep(peer);
    await peer.memory.write({ domain: 'x', slug: 'stays', text: 'Here.\n' }, coder);
    await expect.poll(() => read('x/stays.md'), WAIT).toBe('Here.\n');
    fs.rmSync(path.join(folder, 'memory'), { recursive: true });
    await expect.poll(() => read('x/stays.md'), WAIT).toBe('Here.\n');
    expect(await peer.memory.list()).toHaveLength(1);
  }, 60_000);

  it('are kept by one process at a time, and by the next one when that ends', async () => {
    const { peers, read, write, keep } = createFolder();
    const [a, b] = [await peers.open(), await peers.open()];
    const [one, two] = [keep(a), keep(b)];
    const notes = async () => (await a.memory.list()).map(({ slug }) => slug).toSorted();
    write('x/first.md', 'First.\n');
    await expect.poll(notes, WAIT).toEqual(['first']);
    await one.end();
    write('x/second.md', 'Second.\n');
    await expect.poll(notes, WAIT).toEqual(['first', 'second']);
    await a.memory.write({ domain: 'x', slug: 'third', text: 'Third.\n' }, coder);
    await expect.poll(() => read('x/third.md'), WAIT).toBe('Third.\n');
    expect([...one.errors, ...two.errors]).toEqual([]);
  }, 60_000);
});

it('the file of contexts follows the contexts, and they follow it', async () => {
  const { peers, folder, keep } = createFolder();
  const peer = await peers.open();
  const { memory } = peer;
  await memory.updateAgentContext({ agentId: 'mary', patch: { status: 'active', at: { line: 1 } } }, coder);
  const { problems } = keep(peer);
  const file = path.join(folder, 'context.json');
  const agents = () => (fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')).agents : undefined);
  await expect.poll(agents, WAIT).toEqual({ mary: { status: 'active', at: { line: 1 } } });
  await memory.updateAgentContext({ agentId: 'tom', patch: { status: 'idle' } }, coder);
  await expect.poll(agents, WAIT).toHaveProperty('tom');

  fs.writeFileSync(file, JSON.stringify({ agents: { mary: { at: { line: 2 } }, tom: { status: 'idle' } } }));
  const unified = async () => await memory.getUnifiedContext();
  await expect
    .poll(async () => (await unified()).agents, WAIT)
    .toEqual({ mary: { at: { line: 2 } }, tom: { status: 'idle' } });
  expect((await unified()).set).toMatchObject({
    mary: { at: { by: 'user:maria' } },
    tom: { status: { by: 'coder-1' } },
  });
  await expect.poll(() => fs.readFileSync(file, 'utf8'), WAIT).toContain('"set"');

  fs.writeFileSync(file, '{"agents": ');
  await expect
    .poll(() => problems.at(-1), WAIT)
    .toMatchObject([{ path: 'context.json', reason: { kind: 'json' } }]);
  await memory.updateAgentContext({ agentId: 'tom', patch: { status: 'busy' } }, coder);
  expect(fs.readFileSync(file, 'utf8')).toBe('{"agents": ');
}, 60_000);
