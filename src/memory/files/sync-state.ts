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

/** What came after the last {@link SyncState.save}: a line each. */
const changeSchema = z.tuple([z.string(), entrySchema.nullable()]);
type Change = z.infer<typeof changeSchema>;

/**
 * What the files of one folder and the log agreed on, by path. Derived: without it each file is compared with all versions
 * of its note, and one that was edited after it was lost may be in conflict with its own former text. So each change is
 * appended to a second file at once, and all of them are stored as a whole now and then.
 */
export class SyncState {
  readonly #file: string;
  readonly #logId: string;
  readonly #entries = new Map<string, SyncEntry>();
  readonly #paths = new Map<string, string>();

  constructor(file: string, logId: string) {
    this.#file = file;
    this.#logId = logId;
    for (const [path, entry] of load(file, logId)) this.#put(path, entry);
    // Changes are of use beside what they changed only.
    this.save();
  }

  get #changes(): string {
    return changesOf(this.#file);
  }

  get entries(): ReadonlyMap<string, SyncEntry> {
    return this.#entries;
  }

  /** The path of the file of a note. */
  pathOf(noteId: string): string | undefined {
    return this.#paths.get(noteId);
  }

  set(path: string, entry: SyncEntry): void {
    this.change([[path, entry]]);
  }

  delete(path: string): void {
    if (this.#entries.has(path)) this.change([[path, null]]);
  }

  /** Sets and deletes; all of them are stored with one writing. */
  change(changes: readonly Change[]): void {
    for (const [path, entry] of changes) this.#put(path, entry);
    fs.appendFileSync(this.#changes, changes.map((change) => `${JSON.stringify(change)}\n`).join(''));
  }

  clear(): void {
    this.#entries.clear();
    this.#paths.clear();
    this.save();
  }

  #put(path: string, entry: SyncEntry | null): void {
    const former = this.#entries.get(path)?.note_id;
    if (former !== undefined && this.#paths.get(former) === path) this.#paths.delete(former);
    this.#entries.delete(path);
    if (!entry) return;
    this.#entries.set(path, entry);
    this.#paths.set(entry.note_id, path);
  }

  save(): void {
    const state = { log_id: this.#logId, entries: [...this.#entries] } satisfies z.input<typeof stateSchema>;
    const draft = `${this.#file}.${process.pid}`;
    fs.writeFileSync(draft, JSON.stringify(state));
    fs.renameSync(draft, this.#file);
    // After a crash right here they are applied again, and change nothing.
    fs.rmSync(this.#changes, { force: true });
  }
}

const changesOf = (file: string): string => `${file}l`;

function load(file: string, logId: string): Change[] {
  try {
    const state = stateSchema.parse(JSON.parse(fs.readFileSync(file, 'utf8')));
    return state.log_id === logId ? [...state.entries, ...loadChanges(changesOf(file))] : [];
  } catch {
    // Not there, or of no use: see above.
    return [];
  }
}

function loadChanges(file: string): Change[] {
  if (!fs.existsSync(file)) return [];
  return fs
    .readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        return [changeSchema.parse(JSON.parse(line))];
      } catch {
        // The last one was not written to its end.
        return [];
      }
    });
}
