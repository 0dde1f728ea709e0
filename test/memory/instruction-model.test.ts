import fs from 'node:fs';
import path from 'node:path';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { LineclearError } from '../../src/contract/errors.ts';
import { Instructions } from '../../src/memory/instructions/instructions.ts';
import { cutFile } from '../../src/memory/instructions/section.ts';
import { type Peer, coder, createPeers, maria } from './peers.ts';

/** `MEMORY_ROUNDS=2000 npx vitest run --project unit test/memory` tries so many stories. */
const ROUNDS = Number(process.env['MEMORY_ROUNDS'] ?? 12);
const FILES = ['AGENTS.md', 'CLAUDE.md'];

class Crash extends Error {}

const file = fc.constantFrom(...FILES);
const slug = fc.constantFrom('one', 'two', 'three');
const steps = fc.constantFrom<number>(1, 2, 3, 4, 5, 6, Infinity, Infinity);

/** What may happen: a person or an agent writes inside or outside of the section, a note changes, somebody decides, or dies. */
const step = fc.oneof(
  fc.record({ do: fc.constant('write outside' as const), file }),
  fc.record({ do: fc.constant('write inside' as const), file, line: fc.nat(8) }),
  fc.record({ do: fc.constant('lose the section' as const), file }),
  fc.record({ do: fc.constant('delete' as const), file }),
  fc.record({ do: fc.constant('checkout' as const), file, version: fc.nat(9) }),
  fc.record({ do: fc.constant('write note' as const), slug }),
  fc.record({ do: fc.constant('order note' as const), slug, order: fc.constantFrom(-1, 0.5, 2) }),
  fc.record({ do: fc.constant('delete note' as const), slug }),
  fc.record({ do: fc.constant('pass' as const), steps }),
  fc.record({ do: fc.constant('take over' as const), file, steps }),
  fc.record({ do: fc.constant('undo' as const), file, steps }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Stories that went wrong once. */
const EXAMPLES: [Step[]][] = [
  [
    [
      { do: 'write note', slug: 'one' },
      { do: 'pass', steps: 4 },
      { do: 'write inside', file: 'AGENTS.md', line: 0 },
      { do: 'delete', file: 'CLAUDE.md' },
      { do: 'delete note', slug: 'one' },
      { do: 'pass', steps: 1 },
    ],
  ],
];

class Story {
  readonly #peer: Peer;
  readonly #root: string;
  readonly #instructions: Instructions;
  #stepsLeft = Infinity;
  /** What files were, for git. */
  readonly #versions: string[] = ['# Empty\n'];
  /** What a person wrote outside, by file. */
  readonly outside = new Map<string, string>();

  constructor(peer: Peer, folder: string) {
    this.#peer = peer;
    this.#root = folder;
    fs.mkdirSync(path.join(folder, '.lineclear'));
    const { memory, backend } = peer;
    this.#instructions = new Instructions({
      memory,
      log: backend.log,
      blobs: backend.blobs,
      root: folder,
      settings: () => ({ domain: 'rules', files: FILES }),
      beforeStep: () => {
        if ((this.#stepsLeft -= 1) < 0) throw new Crash();
      },
    });
    for (const name of FILES) this.#write(name, `# ${name}\r\n`);
  }

  read(name: string): string | undefined {
    const full = path.join(this.#root, name);
    return fs.existsSync(full) ? fs.readFileSync(full, 'utf8') : undefined;
  }

  #write(name: string, text: string): void {
    fs.writeFileSync(path.join(this.#root, name), text);
    this.#versions.push(text);
    this.outside.set(name, outsideOf(text));
  }

  async do(one: Step, number: number): Promise<void> {
    const word = `w${number}.`;
    const { memory } = this.#peer;
    const text = 'file' in one ? (this.read(one.file) ?? '') : '';
    const cut = cutFile(text);
    switch (one.do) {
      case 'write outside':
        return this.#write(one.file, `${word}\r\n${text}${word}`);
      case 'write inside': {
        if (cut.kind !== 'section') return;
        const lines = cut.section.inner.split('\n');
        const at = one.line % lines.length;
        const { domain } = cut.section;
        const inner = lines.with(
          at,
          lines[at]?.startsWith('<!--') ? `${word}\n${lines[at]}` : `${lines[at]} ${word}`,
        );
        const begin = /<!-- lineclear:begin .*/.exec(text)?.[0] ?? `<!-- lineclear:begin ${domain} -->`;
        return this.#write(
          one.file,
          `${cut.before}${begin}\n${inner.join('\n')}<!-- lineclear:end -->${cut.after}`,
        );
      }
      case 'lose the section':
        return this.#write(one.file, cut.kind === 'section' ? cut.before + cut.after : text);
      case 'delete':
        fs.rmSync(path.join(this.#root, one.file), { force: true });
        this.outside.delete(one.file);
        return;
      case 'checkout':
        return this.#write(one.file, this.#versions[one.version % this.#versions.length] ?? '');
      case 'write note': {
        await memory.refresh();
        const note = memory.at('rules', one.slug);
        const old = note ? (await memory.get(note.note_id)).text : `# ${one.slug}\n`;
        if (note) await memory.update(note.note_id, { text: `${old}\n${word}\n` }, coder);
        else await memory.write({ domain: 'rules', slug: one.slug, text: `${old}\n${word}\n` }, coder);
        return;
      }
      case 'order note': {
        await memory.refresh();
        const note = memory.at('rules', one.slug);
        if (!note) return;
        const { body } = await memory.get(note.note_id);
        await memory.update(note.note_id, { text: `---\norder: ${one.order}\n---\n${body}` }, coder);
        return;
      }
      case 'delete note': {
        await memory.refresh();
        const note = memory.at('rules', one.slug);
        if (note) await memory.delete(note.note_id, coder);
        return;
      }
      case 'pass':
        return await this.#passes(one.steps);
      case 'take over':
        return await this.act(one.steps, () => this.#instructions.takeOver(one.file, maria));
      case 'undo':
        return await this.act(one.steps, () => this.#instructions.undo(one.file, maria));
    }
  }

  /** Nobody decided: words of a section that go are in a version of a note. */
  async #passes(stepsLeft: number): Promise<void> {
    const words = () => new Set(FILES.flatMap((name) => wordsIn(sectionTextOf(this.read(name) ?? ''))));
    const before = words();
    await this.act(stepsLeft, () => this.#instructions.pass(maria));
    const gone = [...before].filter((word) => !words().has(word));
    if (gone.length === 0) return;
    const { memory } = this.#peer;
    const versions = await Promise.all([...memory.state.notes.keys()].map((id) => memory.versions(id)));
    const texts = await Promise.all(versions.flat().map((version) => memory.text(version)));
    expect(gone.filter((word) => !texts.some((text) => text.includes(word)))).toEqual([]);
  }

  /** Dies after so many steps, and leaves it at that. */
  async act(stepsLeft: number, work: () => Promise<unknown>): Promise<void> {
    this.#stepsLeft = stepsLeft;
    try {
      await work();
    } catch (error) {
      const isRefused =
        error instanceof LineclearError && ['not_waiting', 'invalid_note'].includes(error.code);
      if (!(error instanceof Crash) && !isRefused) throw error;
    }
    this.#stepsLeft = Infinity;
    for (const name of FILES) {
      const text = this.read(name);
      if (text === undefined) continue;
      this.#versions.push(text);
      // What a person wrote stays to the byte; only a section that comes anew has a line end of its own.
      const [mine, now] = [this.outside.get(name), outsideOf(text)];
      if (mine === undefined) this.outside.set(name, now);
      else if (now !== mine) {
        expect(now.startsWith(mine) && now.slice(mine.length).trim() === '').toBe(true);
        this.outside.set(name, now);
      }
    }
  }

  /** All that is undecided is taken over; then nothing is left to do. */
  async settle(): Promise<void> {
    for (let round = 0; round < 3; round += 1) {
      const files = await this.#instructions.pass(maria);
      for (const { path: name, state } of files) {
        if (state.kind !== 'edited') continue;
        const words = wordsIn(sectionTextOf(this.read(name) ?? ''));
        try {
          await this.#instructions.takeOver(name, maria);
        } catch (error) {
          if (!(error instanceof LineclearError && error.code === 'invalid_note')) throw error;
          await this.#instructions.undo(name, maria);
          continue;
        }
        const kept = await this.#allWords();
        expect(words.filter((word) => !kept.has(word))).toEqual([]);
      }
    }
  }

  /** Words of all notes with the versions that are kept beside them, also of those that somebody deleted knowingly. */
  async #allWords(): Promise<Set<string>> {
    const { memory } = this.#peer;
    await memory.refresh();
    const texts = await Promise.all(
      [...memory.state.notes.values()]
        .flatMap((note) => [note, ...note.forks])
        .map((version) => memory.text(version)),
    );
    return new Set(texts.flatMap((text) => wordsIn(text)));
  }

  async events(): Promise<string[]> {
    const hashes: string[] = [];
    const { log } = this.#peer.backend;
    for await (const { type, data } of log.read({ types: ['file.created', 'file.modified'] }))
      if (type === 'file.created' || type === 'file.modified') hashes.push(data.content_hash ?? '');
    return hashes;
  }

  /** The names of the notes in a file as it shows them, and as they say that they want to stand. */
  async orders(name: string): Promise<{ shown: string[]; wanted: string[] }> {
    const shown = [...(this.read(name) ?? '').matchAll(/^<!-- lineclear:note (\S+) /gm)].map(
      ([, note = '']) => note,
    );
    const { memory } = this.#peer;
    const notes = await Promise.all(
      shown.map(async (note) => {
        const { title, text } = await memory.get(memory.at('rules', note)?.note_id ?? '');
        return { note, title, order: Number(/^order: (.*)$/m.exec(text)?.[1] ?? 1e9) };
      }),
    );
    const wanted = notes.toSorted((a, b) => a.order - b.order || (titleKey(a) < titleKey(b) ? -1 : 1));
    return { shown, wanted: wanted.map(({ note }) => note) };
  }

  states = async () => (await this.#instructions.pass(maria)).map(({ state }) => state.kind);
}

function outsideOf(text: string): string {
  const cut = cutFile(text);
  return cut.kind === 'section' ? cut.before + cut.after : text;
}
function sectionTextOf(text: string): string {
  const cut = cutFile(text);
  return cut.kind === 'section' ? cut.section.inner : '';
}
const titleKey = (one: { title: string; note: string }): string => `${one.title}\n${one.note}`;
const wordsIn = (text: string): string[] => text.match(/w\d+\./g) ?? [];

it('nothing outside of the section changes, no word inside of it is lost but by undoing, and all files become the same', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 30 }), async (all) => {
      const peers = createPeers();
      const story = new Story(await peers.open(), peers.folder);
      for (const [number, one] of all.entries()) await story.do(one, number);
      await story.settle();
      const states = await story.states();
      expect(states.filter((kind) => kind === 'edited' || kind === 'due')).toEqual([]);
      const before = FILES.map((name) => story.read(name));
      const events = await story.events();
      await story.states();
      expect(FILES.map((name) => story.read(name))).toEqual(before);
      expect(await story.events()).toEqual(events);
      const sections = before.map((text) => sectionTextOf(text ?? '')).filter((text) => text !== '');
      expect(new Set(sections).size).toBeLessThan(2);
      for (const name of FILES) {
        const { shown, wanted } = await story.orders(name);
        expect(shown).toEqual(wanted);
      }
    }),
    { numRuns: ROUNDS, examples: EXAMPLES },
  );
}, 3_600_000);
