import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { InstructionFile } from '../../src/memory/instructions/instruction-state.ts';
import { Instructions } from '../../src/memory/instructions/instructions.ts';
import { keepInstructions } from '../../src/memory/instructions/keep-instructions.ts';
import { reasonWords } from '../../src/state/file-reason.ts';
import { commitAll, git } from '../orchestrator/git.ts';
import { type Peer, coder, createPeers, maria } from './peers.ts';

const WAIT = { timeout: 30_000 };
const lineclear = { ...maria, source: 'memory', agent_id: 'memory' };

/** A workspace with these files, and notes that are kept in them. */
async function createFiles(given: Readonly<Record<string, string>>, listed?: readonly string[]) {
  const peers = createPeers();
  const root = path.join(peers.folder, 'project');
  fs.mkdirSync(path.join(root, '.lineclear'), { recursive: true });
  const full = (file: string) => path.join(root, file);
  const write = (file: string, text: string | Uint8Array) => {
    fs.mkdirSync(path.dirname(full(file)), { recursive: true });
    fs.writeFileSync(full(file), text);
  };
  for (const [file, text] of Object.entries(given)) write(file, text);
  const peer = await peers.open();
  const settings = () => ({ domain: 'instructions', files: listed });
  const instructionsOf = ({ memory, backend: { log, blobs } }: Peer) =>
    new Instructions({ memory, log, blobs, root, settings });
  const instructions = instructionsOf(peer);
  return {
    peers,
    peer,
    root,
    full,
    write,
    instructions,
    instructionsOf,
    read: (file: string) => (fs.existsSync(full(file)) ? fs.readFileSync(full(file), 'utf8') : undefined),
    edit: (file: string, from: string, to: string) =>
      write(file, fs.readFileSync(full(file), 'utf8').replace(from, to)),
    note: (text: string, slug?: string) => peer.memory.write({ domain: 'instructions', slug, text }, coder),
    /** One pass; how it stands then, in short. */
    pass: async () => short(await instructions.pass(lineclear)),
    async titles() {
      await peer.memory.refresh();
      return (await peer.memory.list({ domain: 'instructions' })).map(({ title }) => title).toSorted();
    },
    async events() {
      const events = [];
      for await (const event of peer.backend.log.read({ types: ['file.created', 'file.modified'] }))
        events.push(event);
      return events;
    },
  };
}

const short = (files: readonly InstructionFile[]): Record<string, string> =>
  Object.fromEntries(
    files.map(({ path: file, state }) => {
      const more = state.kind === 'problem' ? ` ${state.line ?? ''} ${reasonWords(state.reason)}` : '';
      return [file, state.kind + more + (state.kind === 'link' ? ` ${state.to}` : '')];
    }),
  );

const sectionIn = (text = '') =>
  /<!-- lineclear:begin[^]*<!-- lineclear:end -->/.exec(text)?.[0].replaceAll('\r\n', '\n');

describe('instruction files', () => {
  it('get the notes in one section, each at its end; nobody makes files, and each write is an event', async () => {
    const mine = '\uFEFF# Mine\r\n\r\nNo newline at the end';
    const { pass, note, read, events, titles } = await createFiles({
      'CLAUDE.md': mine,
      'AGENTS.md': '',
      'GEMINI.md': 'x\n',
    });
    expect(await pass()).toEqual({ 'AGENTS.md': 'same', 'CLAUDE.md': 'same', 'GEMINI.md': 'same' });
    expect(read('CLAUDE.md')).toBe(mine);

    await note('---\ntitle: Tests\n---\nRun `npm test`.\n');
    await note('## Before\n\nRead this.\n');
    expect(await pass()).toEqual({ 'AGENTS.md': 'same', 'CLAUDE.md': 'same', 'GEMINI.md': 'same' });
    expect(read('CLAUDE.md')?.startsWith(`${mine}\r\n\r\n<!-- lineclear:begin`)).toBe(true);
    expect(read('CLAUDE.md')?.replaceAll('\r\n', '')).not.toContain('\n');
    expect(read('GEMINI.md')).toMatch(
      /^x\n\n<!-- lineclear:begin instructions [0-9a-f]{12} -->\n<!-- Lineclear keeps/,
    );
    expect(read('AGENTS.md')).toBe(`${sectionIn(read('CLAUDE.md'))}\n`);
    expect(sectionIn(read('GEMINI.md'))).toMatch(/## Before\n\nRead this\.[^]*## Tests\n\nRun `npm test`\./);
    expect(read('QWEN.md')).toBeUndefined();
    expect(await titles()).toEqual(['Before', 'Tests']);
    expect(await events()).toMatchObject(
      ['AGENTS.md', 'CLAUDE.md', 'GEMINI.md'].map((file_path) => ({
        type: 'file.modified',
        source: 'memory',
        source_agent_id: 'memory',
        call_chain: ['user:maria', 'memory'],
        data: { operation: 'modify', file_path, after_ref: expect.stringContaining('blob:') },
      })),
    );
    await pass();
    expect(await events()).toHaveLength(3);
  });

  it('that somebody edited are left alone until it is taken over: each edit goes to its note', async () => {
    const files = await createFiles({ 'CLAUDE.md': 'Mine.\n', 'AGENTS.md': 'Too.\n' });
    const { pass, note, edit, read, instructions, peer, titles } = files;
    const { note: tests } = await note('---\ntitle: Tests\ntags: [ci]\n---\nRun them.\n\nAlways.\n');
    await note('# Style\n\nTwo spaces.\n');
    await note('# Old\n\nGone.\n');
    await pass();
    edit('CLAUDE.md', 'Run them.', 'Run all of them.');
    edit('CLAUDE.md', /<!-- lineclear:note old[^]*?Gone\.\n/.exec(read('CLAUDE.md') ?? '')?.[0] ?? '', '');
    edit('CLAUDE.md', 'Two spaces.', 'Two spaces.\n\n# Names\n\nShort ones.');
    edit('CLAUDE.md', '<!-- lineclear:note', 'Be kind.\n\n<!-- lineclear:note');
    const edited = read('CLAUDE.md');
    await peer.memory.update(tests.note_id, { body: 'Run them.\n\nAlmost always.\n' }, coder);

    expect(await pass()).toEqual({ 'AGENTS.md': 'same', 'CLAUDE.md': 'edited' });
    expect(read('CLAUDE.md')).toBe(edited);
    expect(read('AGENTS.md')).toContain('Almost always.');
    const planned = [
      { change: 'written', title: 'be-kind' },
      { change: 'written', title: 'Names' },
      { change: 'changed', title: 'Tests' },
      { change: 'deleted', title: 'Old' },
    ];
    expect(
      (await instructions.plan('CLAUDE.md')).toSorted((a, b) => (a.title < b.title ? -1 : 1)),
    ).toHaveLength(4);
    expect(await titles()).toEqual(['Old', 'Style', 'Tests']);
    expect(await instructions.takeOver('CLAUDE.md', maria)).toHaveLength(planned.length);
    expect(await pass()).toEqual({ 'AGENTS.md': 'same', 'CLAUDE.md': 'same' });
    expect((await peer.memory.get(tests.note_id)).text).toBe(
      '---\ntitle: Tests\ntags: [ci]\n---\nRun all of them.\n\nAlmost always.\n',
    );
    expect(await titles()).toEqual(['Names', 'Style', 'Tests', 'note']);
    expect(sectionIn(read('CLAUDE.md'))).toBe(sectionIn(read('AGENTS.md')));
    expect(read('AGENTS.md')).toMatch(/^Too\.\n[^]*Short ones\.[^]*Run all of them\.[^]*Be kind\./);
  });

  it('that somebody edited where the note changed, too, are taken over into a second version of it', async () => {
    const { pass, note, edit, read, instructions, peer } = await createFiles({ 'CLAUDE.md': '' });
    const { note: tests } = await note('# Tests\n\nRun them.\n');
    await pass();
    edit('CLAUDE.md', 'Run them.', 'Skip them.');
    await peer.memory.update(tests.note_id, { body: '# Tests\n\nRun them all.\n' }, coder);
    expect(await instructions.takeOver('CLAUDE.md', maria)).toEqual([
      { change: 'conflicted', title: 'Tests' },
    ]);
    const [fork] = (await peer.memory.get(tests.note_id)).forks;
    expect(fork?.conflicted && (await peer.memory.text(fork))).toContain('Skip them.');
    expect(read('CLAUDE.md')).toContain('Run them all.');
    await peer.memory.resolve(tests.note_id, fork?.event_id ?? '', 'other', maria);
    expect(await pass()).toEqual({ 'CLAUDE.md': 'same' });
    expect(read('CLAUDE.md')).toContain('Skip them.');
  });

  it('that somebody edited are as the notes again when that is undone; what was undone stays in the log', async () => {
    const { pass, note, edit, read, instructions, events, peer } = await createFiles({
      'CLAUDE.md': 'Mine.\n',
    });
    await note('# Tests\n\nRun them.\n');
    await pass();
    const before = read('CLAUDE.md');
    edit('CLAUDE.md', 'Run them.', 'Skip them.');
    edit('CLAUDE.md', 'Mine.', 'Mine, and more.');
    await instructions.undo('CLAUDE.md', maria);
    expect(read('CLAUDE.md')).toBe(before?.replace('Mine.', 'Mine, and more.'));
    const last = (await events()).at(-1);
    expect(last).toMatchObject({ source_agent_id: 'user:maria' });
    const ref = last?.type === 'file.modified' ? last.data.before_ref : undefined;
    expect(Buffer.from((ref && (await peer.backend.blobs.get(ref))) ?? []).toString()).toContain(
      'Skip them.',
    );
    await expect(instructions.undo('CLAUDE.md', maria)).rejects.toMatchObject({ code: 'not_waiting' });
  });

  it('whose section or file is gone do not get it back unasked', async () => {
    const { pass, note, full, write, read, instructions } = await createFiles({
      'CLAUDE.md': 'Mine.\n',
      'AGENTS.md': '',
    });
    await note('# Tests\n\nRun them.\n');
    await pass();
    const text = read('CLAUDE.md') ?? '';
    // As `/init` of an agent does.
    write('CLAUDE.md', '# All new\n');
    fs.rmSync(full('AGENTS.md'));
    expect(await pass()).toEqual({ 'AGENTS.md': 'deleted', 'CLAUDE.md': 'removed' });
    expect(await instructions.takeOver('CLAUDE.md', maria)).toEqual([]);
    await instructions.undo('AGENTS.md', maria);
    expect(await pass()).toEqual({ 'AGENTS.md': 'same', 'CLAUDE.md': 'left out' });
    expect(read('AGENTS.md')).toBe(`${sectionIn(text)}\n`);
    fs.rmSync(full('AGENTS.md'));
    await instructions.takeOver('AGENTS.md', maria);
    expect(await pass()).toEqual({ 'CLAUDE.md': 'left out' });
    // It comes back with git, or a person wants it back.
    write('CLAUDE.md', text);
    expect(await pass()).toEqual({ 'CLAUDE.md': 'same' });
    write('CLAUDE.md', '# All new\n');
    await instructions.undo('CLAUDE.md', maria);
    expect(read('CLAUDE.md')).toBe(`# All new\n\n${sectionIn(text)}\n`);
  });

  it('of another branch are brought up to date; those of somebody whose notes are not here wait for a person', async () => {
    const { pass, note, read, write, peer, instructions, titles } = await createFiles({
      'CLAUDE.md': 'Mine.\n',
    });
    const { note: tests } = await note('# Tests\n\nRun them.\n');
    await pass();
    const old = read('CLAUDE.md') ?? '';
    await peer.memory.update(tests.note_id, { slug: 'all-tests', body: '# Tests\n\nRun all.\n' }, coder);
    await pass();
    const now = read('CLAUDE.md');
    write('CLAUDE.md', old.replaceAll('\n', '\r\n'));
    expect(await pass()).toEqual({ 'CLAUDE.md': 'same' });
    expect(read('CLAUDE.md')).toBe(now?.replaceAll('\n', '\r\n'));

    const other = await createFiles({ 'CLAUDE.md': '' });
    await other.note('# Theirs\n\nKnown elsewhere.\n');
    await other.pass();
    write('CLAUDE.md', other.read('CLAUDE.md') ?? '');
    expect(await pass()).toEqual({ 'CLAUDE.md': 'edited' });
    expect(await instructions.plan('CLAUDE.md')).toEqual([{ change: 'written', title: 'Theirs' }]);
    await instructions.takeOver('CLAUDE.md', maria);
    expect(await titles()).toEqual(['Tests', 'Theirs']);
    expect(read('CLAUDE.md')).toMatch(/Run all\.[^]*Known elsewhere\./);
  });

  it('that only a formatter touched are no matter for a person', async () => {
    const { pass, note, read, write } = await createFiles({ 'CLAUDE.md': '' });
    await note('# Tests\n\nRun them.\n');
    await pass();
    const text = read('CLAUDE.md') ?? '';
    write('CLAUDE.md', text.replace('<!-- lineclear:note', '\n\n<!-- lineclear:note'));
    expect(await pass()).toEqual({ 'CLAUDE.md': 'same' });
    expect(read('CLAUDE.md')).toBe(text);
  });

  it('that cannot be kept are left alone, with the reason and the line', async () => {
    const files = await createFiles({ '../outside.md': 'Outside.\n' }, [
      'broken.md',
      'binary.md',
      'latin.md',
      'huge.md',
      'folder.md',
      'out.md',
      'nowhere.md',
      'git.md',
      'readonly.md',
      'missing.md',
      'good.md',
    ]);
    const { pass, note, write, full, read, instructions } = files;
    write('broken.md', 'a\n<!-- lineclear:begin instructions -->\nb\n');
    write('binary.md', Uint8Array.of(0x23, 0, 1));
    write('latin.md', Uint8Array.of(0x23, 0xe4));
    write('huge.md', 'x'.repeat(1_000_001));
    fs.mkdirSync(full('folder.md'));
    write('.git/config', 'x');
    write('readonly.md', 'x');
    fs.chmodSync(full('readonly.md'), 0o444);
    write('good.md', '');
    fs.symlinkSync('../outside.md', full('out.md'));
    fs.symlinkSync('nothing.md', full('nowhere.md'));
    fs.symlinkSync('.git/config', full('git.md'));
    await note('# Tests\n');
    const expected = {
      'broken.md': 'problem 2 is the begin of a section that has no end',
      'binary.md': 'problem  is no text in UTF-8',
      'latin.md': 'problem  is no text in UTF-8',
      'huge.md': 'problem  is larger than 1000 KB',
      'folder.md': 'problem  is no file',
      'out.md': 'problem  is a link out of the workspace',
      'nowhere.md': 'problem  is a link to nothing',
      'git.md': 'problem  is a link out of the workspace',
      'readonly.md': 'problem  is read-only',
      'missing.md': 'missing',
      'good.md': 'same',
    };
    expect(await pass()).toEqual(expected);
    expect([read('broken.md'), read('../outside.md'), read('readonly.md'), read('.git/config')]).toEqual([
      'a\n<!-- lineclear:begin instructions -->\nb\n',
      'Outside.\n',
      'x',
      'x',
    ]);
    await expect(instructions.undo('broken.md', maria)).rejects.toMatchObject({
      code: 'invalid_note',
      message: expect.stringContaining('broken.md:2 is the begin'),
    });
    await instructions.undo('missing.md', maria);
    expect(sectionIn(read('missing.md'))).toBe(sectionIn(read('good.md')));
  });

  it('that are one by a link are written once, and the link stays', async () => {
    const { pass, note, full, read, events } = await createFiles({
      'AGENTS.md': 'Mine.\n',
      'docs/rules.md': '',
    });
    fs.symlinkSync('AGENTS.md', full('CLAUDE.md'));
    fs.symlinkSync('docs/rules.md', full('GEMINI.md'));
    fs.chmodSync(full('AGENTS.md'), 0o640);
    await note('# Tests\n');
    expect(await pass()).toEqual({ 'AGENTS.md': 'same', 'CLAUDE.md': 'link AGENTS.md', 'GEMINI.md': 'same' });
    expect(fs.lstatSync(full('CLAUDE.md')).isSymbolicLink()).toBe(true);
    expect(fs.lstatSync(full('GEMINI.md')).isSymbolicLink()).toBe(true);
    expect(fs.statSync(full('AGENTS.md')).mode & 0o777).toBe(0o640);
    expect(sectionIn(read('docs/rules.md'))).toContain('# Tests');
    expect(await events()).toHaveLength(2);
  });

  it('are not taken over where nobody can say which note is meant', async () => {
    const { pass, note, read, write, instructions, titles } = await createFiles({ 'CLAUDE.md': 'Mine.\n' });
    await note('# Tests\n\nRun them.\n', 'tests');
    await pass();
    const marker = /<!-- lineclear:note .*\n/.exec(read('CLAUDE.md') ?? '')?.[0] ?? '';
    write(
      'CLAUDE.md',
      (read('CLAUDE.md') ?? '').replace('<!-- lineclear:end', `${marker}Again.\n\n<!-- lineclear:end`),
    );
    expect(await pass()).toEqual({ 'CLAUDE.md': 'edited' });
    await expect(instructions.takeOver('CLAUDE.md', maria)).rejects.toMatchObject({
      code: 'invalid_note',
      message: 'CLAUDE.md:11: the note tests is there twice, also in line 6.',
    });
    expect(await titles()).toEqual(['Tests']);
  });
});

describe('instruction files that are kept', () => {
  it('follow the notes, by one process of several; each sees what waits for a person', async () => {
    const files = await createFiles({ 'CLAUDE.md': 'Mine.\n', 'AGENTS.md': '' });
    const { peers, peer, root, read, edit, note, write, full, instructions, instructionsOf } = files;
    const other = await peers.open();
    const errors: unknown[] = [];
    const keep = (one: Peer) => {
      const stop = new AbortController();
      const seen: { now: Record<string, string> } = { now: {} };
      const ended = keepInstructions({
        instructions: instructionsOf(one),
        memory: one.memory,
        leases: one.backend.leases,
        root,
        author: lineclear,
        signal: stop.signal,
        onFiles: (found) => (seen.now = short(found)),
        onError: (error) => errors.push(error),
      });
      const end = () => {
        stop.abort();
        return ended;
      };
      onTestFinished(end);
      return { seen, end };
    };
    const [one, two] = [keep(peer), keep(other)];
    const { note: tests } = await note('# Tests\n\nRun them.\n');
    await expect.poll(() => read('CLAUDE.md'), WAIT).toContain('Run them.');
    await expect
      .poll(() => [one.seen.now, two.seen.now], WAIT)
      .toEqual(Array.from({ length: 2 }, () => ({ 'AGENTS.md': 'same', 'CLAUDE.md': 'same' })));

    // Git brings an older one back.
    commitAll(root);
    await peer.memory.update(tests.note_id, { body: '# Tests\n\nRun them all.\n' }, coder);
    await expect.poll(() => read('AGENTS.md'), WAIT).toContain('Run them all.');
    git(root, 'checkout', '--', 'AGENTS.md', 'CLAUDE.md');
    await expect.poll(() => [read('AGENTS.md'), read('CLAUDE.md')].join(), WAIT).toMatch(/all[^]*all/);
    await peer.memory.update(tests.note_id, { body: '# Tests\n\nRun them.\n' }, coder);
    await expect.poll(() => read('CLAUDE.md'), WAIT).toContain('Run them.\n');

    edit('CLAUDE.md', 'Run them.', 'Skip them.');
    await expect
      .poll(() => [one.seen.now['CLAUDE.md'], two.seen.now['CLAUDE.md']], WAIT)
      .toEqual(['edited', 'edited']);
    await one.end();
    await peer.memory.update(tests.note_id, { body: '# Tests\n\nRun them.\n\nTwice.\n' }, coder);
    await expect.poll(() => read('AGENTS.md'), WAIT).toContain('Twice.');
    expect(read('CLAUDE.md')).toContain('Skip them.');
    await instructions.takeOver('CLAUDE.md', maria);
    await expect.poll(() => two.seen.now['CLAUDE.md'], WAIT).toBe('same');
    expect(read('CLAUDE.md')).toMatch(/^Mine\.\n[^]*Skip them\.\n\nTwice\./);

    // A new file, one by a link, and one that goes.
    write('.github/copilot-instructions.md', 'Hello.\n');
    await expect.poll(() => read('.github/copilot-instructions.md'), WAIT).toContain('Twice.');
    write('docs/gemini.md', '');
    fs.symlinkSync('docs/gemini.md', full('GEMINI.md'));
    await expect.poll(() => read('docs/gemini.md'), WAIT).toContain('Twice.');
    edit('docs/gemini.md', 'Twice.', 'Thrice.');
    await expect.poll(() => two.seen.now['GEMINI.md'], WAIT).toBe('edited');
    fs.rmSync(full('CLAUDE.md'));
    await expect.poll(() => two.seen.now['CLAUDE.md'], WAIT).toBe('deleted');
    expect(errors).toEqual([]);
  }, 120_000);
});
