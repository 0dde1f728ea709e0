import fs from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import type { LineclearError } from '../contract/errors.ts';
import { namesIn, orderOf, parseFile, writtenAt } from './folder.ts';
import { writeDurably } from './write-durably.ts';

/** More than these nobody corrects by hand. */
const MAX_REFUSED = 1000;
const KEPT_MS = 30 * 24 * 60 * 60 * 1000;
/** Written when something was removed. */
const REMOVED = '.removed';

/** What the log refused for good: files with the reason, for a person to correct. The newest of a month, and not too many. */
export class Refused {
  readonly #folder: string;
  readonly #limit: number;

  constructor(folder: string, limit = MAX_REFUSED) {
    this.#folder = folder;
    this.#limit = limit;
  }

  /** Paths, the oldest first. */
  get files(): string[] {
    return namesIn(this.#folder).map((name) => path.join(this.#folder, name));
  }

  /** When the oldest were removed last, if that was within the time for which they are kept. */
  get removedAt(): Date | undefined {
    const at = writtenAt(path.join(this.#folder, REMOVED));
    return at === undefined || Date.now() - at > KEPT_MS ? undefined : new Date(at);
  }

  /** Keeps a copy of an entry with the reason. Returns its path. */
  keep(file: string, { code, message, next }: LineclearError): string {
    const kept = path.join(this.#folder, path.basename(file));
    const error = { code, message, next };
    fs.mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    try {
      const entry = z.looseObject({}).parse(parseFile(file));
      writeDurably(kept, `${JSON.stringify({ error, ...entry }, undefined, 2)}\n`);
    } catch {
      // It is no entry at all: it is kept as it is.
      fs.copyFileSync(file, kept);
    }
    return kept;
  }

  /** Hands each out without the reason, then removes it. Returns how many. Throws `invalid_input`. */
  takeOut(take: (name: string, entry: unknown) => void): number {
    const { files } = this;
    for (const file of files) {
      const { error: _, ...entry } = z.looseObject({}).parse(parseFile(file));
      take(path.basename(file), entry);
      fs.rmSync(file, { force: true });
    }
    return files.length;
  }

  /** Removes those that are too old and, of the others, the oldest of too many. */
  removeOldest(): void {
    const now = Date.now();
    const names = namesIn(this.#folder);
    const fileOf = (name: string) => path.join(this.#folder, name);
    // It may have waited for long before it was refused, or was being corrected.
    const isOld = (name: string) =>
      now - orderOf(name) > KEPT_MS && now - (writtenAt(fileOf(name)) ?? now) > KEPT_MS;
    const excess = names.filter((name, index) => index < names.length - this.#limit || isOld(name));
    if (excess.length === 0) return;
    for (const name of excess) fs.rmSync(fileOf(name), { force: true });
    fs.writeFileSync(fileOf(REMOVED), '');
  }
}
