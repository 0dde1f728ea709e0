import fs from 'node:fs';
import path from 'node:path';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { FileSync } from '../../src/memory/files/file-sync.ts';
import { SyncState } from '../../src/memory/files/sync-state.ts';
import { type Peer, coder, createPeers, maria } from './peers.ts';

/** `MEMORY_ROUNDS=2000 npx vitest run --project unit test/memory` tries so many stories. */
const ROUNDS = Number(process.env['MEMORY_ROUNDS'] ?? 15);

class Crash extends Error {}

const name = fc.constantFrom('a/one', 'a/ONE', 'a/two', 'b/one', 'b/Three');
const line = fc.nat(5);

/** What may happen: the person does something to a file, an agent to a note, the syncer looks, or dies while it does. */
const step = fc.oneof(
  fc.record({ do: fc.constant('edit file' as const), name, line, crlf: fc.boolean() }),
  fc.record({ do: fc.constant('delete file' as const), name }),
  fc.record({ do: fc.constant('rename file' as const), name, to: name }),
  fc.record({ do: fc.constant('edit note' as const), name, line }),
  fc.record({ do: fc.constant('delete note' as const), name }),
  fc.record({ do: fc.constant('move note' as const), name, to: name }),
  fc.record({
    do: fc.constant('sync' as const),
    steps: fc.constantFrom<number>(1, 2, 3, 5, 8, Infinity, Infinity),
    keeps: fc.boolean(),
  }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const sync = (steps: number, keeps: boolean): Step => ({ do: 'sync', steps, keeps });

/** Stories that went wrong once. */
const EXAMPLES: [Step[]][] = [
  [
    [
      { do: 'edit file', name: 'b/one', line: 0, crlf: false },
      { do: 'edit note', name: 'a/one', line: 0 },
      { do: 'move note', name: 'a/one', to: 'b/one' },
      sync(Infinity, true),
      { do: 'edit file', name: 'b/one', line: 0, crlf: false },
      { do: 'delete note', name: 'b/one' },
      sync(1, false),
    ],
  ],
  [
    [
      { do: 'edit note', name: 'b/Three', line: 0 },
      sync(Infinity, true),
      { do: 'move note', name: 'b/Three', to: 'a/two' },
      { do: 'edit file', name: 'a/one', line: 0, crlf: false },
      { do: 'edit file', name: 'a/two', line: 0, crlf: false },
      { do: 'delete note', name: 'a/two' },
      sync(1, false),
      { do: 'delete file', name: 'a/one' },
      sync(Infinity, false),
    ],
  ],
];

const blank = Array.from({ length: 6 }, (_, index) => `line ${index}:`).join('\n');

/** Adds a word to a line, whatever else the text says. */
const withWord = (text: string, number: number, word: string): string => {
  const lines = text.split('\n');
  return lines.with(number % lines.length, `${lines[number % lines.length]} ${word}`).join('\n');
};

class Story {
  readonly #peer: Peer;
  readonly #folder: string;
  readonly #stateFile: string;
  #stepsLeft = Infinity;
  #sync: FileSync;
  #state: SyncState;
  /** Words that somebody wrote, and nobody has knowingly taken away. */
  readonly words = new Set<string>();

  constructor(peer: Peer, folder: string) {
    this.#peer = peer;
    this.#folder = path.join(folder, 'memory');
    this.#stateFile = path.join(folder, 'state.json');
    fs.mkdirSync(this.#folder);
    [this.#sync, this.#state] = this.#start();
  }

  #start(): [FileSync, SyncState] {
    const { memory, backend } = this.#peer;
    const state = new SyncState(this.#stateFile, backend.log.logId);
    const beforeStep = () => {
      if ((this.#stepsLeft -= 1) < 0) throw new Crash();
    };
    return [new FileSync({ memory, folder: this.#folder, state, author: maria, beforeStep }), state];
  }

  async do(one: Step, number: number): Promise<void> {
    const word = `w${number}.`;
    const { memory } = this.#peer;
    const file = 'name' in one ? path.join(this.#folder, `${one.name}.md`) : '';
    const [domain = '', slug = ''] = 'name' in one ? one.name.split('/') : [];
    await memory.refresh();
    const note = memory.at(domain, slug);
    switch (one.do) {
      case 'edit file': {
        const text = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : blank;
        const eol = one.crlf ? '\r\n' : '\n';
        fs.mkdirSync(path.dirname(file), { recursive: true });
        fs.writeFileSync(file, withWord(text.replaceAll('\r\n', '\n'), one.line, word).replaceAll('\n', eol));
        this.words.add(word);
        return;
      }
      case 'delete file':
        if (fs.existsSync(file)) this.#takeAway(fs.readFileSync(file, 'utf8'));
        fs.rmSync(file, { force: true });
        return;
      case 'rename file': {
        const to = path.join(this.#folder, `${one.to}.md`);
        if (!fs.existsSync(file) || fs.existsSync(to)) return;
        fs.mkdirSync(path.dirname(to), { recursive: true });
        fs.renameSync(file, to);
        return;
      }
      case 'edit note':
        this.words.add(word);
        if (!note) await memory.write({ domain, slug, text: withWord(blank, one.line, word) }, coder);
        else
          await memory.update(
            note.note_id,
            { text: withWord((await memory.get(note.note_id)).text, one.line, word) },
            coder,
          );
        return;
      case 'delete note':
        if (!note) return;
        for (const version of [note, ...note.forks]) this.#takeAway(await memory.text(version));
        await memory.delete(note.note_id, coder);
        return;
      case 'move note': {
        const [toDomain = '', toSlug = ''] = one.to.split('/');
        if (note && !memory.at(toDomain, toSlug))
          await memory.update(note.note_id, { domain: toDomain, slug: toSlug }, coder);
        return;
      }
      case 'sync':
        await this.sync(one.steps, one.keeps);
    }
  }

  #takeAway(text: string): void {
    for (const word of this.words) if (text.includes(word)) this.words.delete(word);
  }

  /** Looks once; dies after so many steps, and is started anew then, with what it had stored. */
  async sync(steps: number, keeps: boolean): Promise<void> {
    this.#stepsLeft = steps;
    try {
      await this.#sync.pass();
      if (keeps) this.#state.save();
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      // As after a loss of power.
      if (!keeps) fs.rmSync(`${this.#stateFile}l`, { force: true });
      [this.#sync, this.#state] = this.#start();
    }
  }

  files(): Record<string, string> {
    const all = fs.globSync('*/*.md', { cwd: this.#folder });
    const text = (file: string) =>
      fs.readFileSync(path.join(this.#folder, file), 'utf8').replaceAll('\r\n', '\n');
    return Object.fromEntries(all.map((file) => [file.replaceAll('\\', '/'), text(file)]));
  }

  get problems() {
    return [...this.#sync.problems.values()];
  }
}

it('files and notes become the same and no words are lost, whatever happens on both sides and whenever the syncer dies', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 30 }), async (steps) => {
      const peers = createPeers();
      const peer = await peers.open();
      const story = new Story(peer, peers.folder);
      for (const [number, one] of steps.entries()) await story.do(one, number);
      for (let round = 0; round < 4; round += 1) await story.sync(Infinity, true);

      const { memory, backend } = peer;
      expect(story.problems).toEqual([]);
      const head = await backend.log.head();
      await story.sync(Infinity, true);
      expect(await backend.log.head()).toBe(head);

      const notes = await memory.list();
      const files = story.files();
      const texts = await Promise.all(
        notes.map(async (note) => [
          await memory.text(note),
          ...(await Promise.all(note.forks.map((fork) => memory.text(fork)))),
        ]),
      );
      expect(Object.keys(files)).toHaveLength(notes.length);
      // Each file shows its note, or the person's side of what could not be merged.
      const shown = Object.values(files);
      expect(texts.every((versions) => shown.some((text) => versions.includes(text)))).toBe(true);
      const kept = texts.flat().join('\n');
      expect([...story.words].filter((word) => !kept.includes(word))).toEqual([]);
    }),
    { numRuns: ROUNDS, examples: EXAMPLES },
  );
}, 3_600_000);
