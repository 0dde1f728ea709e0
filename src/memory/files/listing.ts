import fs from 'node:fs';
import path from 'node:path';

/** A path as a key: some file systems take names that differ in case, or in how accents are written, for one. */
export const spellingKey = (file: string): string => file.normalize('NFC').toLowerCase();

/** The files of a folder as they are spelled: on some file systems another spelling finds them, too. */
export class Listing {
  readonly #folder: string;
  readonly #files: ReadonlySet<string>;
  readonly #byKey: ReadonlyMap<string, string>;

  constructor(folder: string, files: readonly string[]) {
    this.#folder = folder;
    this.#files = new Set(files);
    this.#byKey = new Map(files.map((file) => [spellingKey(file), file]));
  }

  has(file: string): boolean {
    return this.#files.has(file);
  }

  /** The file that differs in its spelling only, when none is spelled like this one, also since the listing was made. */
  otherSpelling(file: string): string | undefined {
    const other = this.has(file) ? undefined : this.#byKey.get(spellingKey(file));
    return other === undefined || this.#isSpelledSo(file) ? undefined : other;
  }

  #isSpelledSo(file: string): boolean {
    const [domain, name] = [path.dirname(file), path.basename(file)];
    return hasName(this.#folder, domain) && hasName(path.join(this.#folder, domain), name);
  }
}

const hasName = (folder: string, name: string): boolean =>
  fs.existsSync(folder) && fs.readdirSync(folder).includes(name);
