import fs from 'node:fs';
import * as z from 'zod';

const entrySchema = z.object({
  note_id: z.string(),
  /** The version that the file was when both sides were the same; a version of the note, or a fork of it. */
  event_id: z.string(),
  /** Of the text of the file then. */
  hash: z.string(),
  /** Where the file was then: differs while a renaming by the person is not in the log yet. */
  path: z.string(),
});

/** What a file and the log agreed on. */
export type SyncEntry = z.infer<typeof entrySchema>;

const stateSchema = z.object({ log_id: z.string(), entries: z.array(z.tuple([z.string(), entrySchema])) });

/**
 * What the files of one folder and the log agreed on, by path. Derived: without it each file is compared with all versions
 * of its note. What was agreed on is stored now and then; to do it again after a crash changes nothing.
 */
export class SyncState {
  readonly #file: string;
  readonly #logId: string;
  readonly #entries = new Map<string, SyncEntry>();
  readonly #paths = new Map<string, string>();

  constructor(file: string, logId: string) {
    this.#file = file;
    this.#logId = logId;
    for (const [path, entry] of load(file, logId)) this.set(path, entry);
  }

  get entries(): ReadonlyMap<string, SyncEntry> {
    return this.#entries;
  }

  /** The path of the file of a note. */
  pathOf(noteId: string): string | undefined {
    return this.#paths.get(noteId);
  }

  set(path: string, entry: SyncEntry): void {
    this.#entries.set(path, entry);
    this.#paths.set(entry.note_id, path);
  }

  delete(path: string): void {
    const noteId = this.#entries.get(path)?.note_id;
    this.#entries.delete(path);
    if (noteId !== undefined && this.#paths.get(noteId) === path) this.#paths.delete(noteId);
  }

  clear(): void {
    this.#entries.clear();
    this.#paths.clear();
  }

  save(): void {
    const state = { log_id: this.#logId, entries: [...this.#entries] } satisfies z.input<typeof stateSchema>;
    const draft = `${this.#file}.${process.pid}`;
    fs.writeFileSync(draft, JSON.stringify(state));
    fs.renameSync(draft, this.#file);
  }
}

function load(file: string, logId: string): [string, SyncEntry][] {
  try {
    const state = stateSchema.parse(JSON.parse(fs.readFileSync(file, 'utf8')));
    return state.log_id === logId ? state.entries : [];
  } catch {
    // Not there, or of no use: see above.
    return [];
  }
}
