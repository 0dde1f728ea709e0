import fs from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { type ErrorCode, LineclearError, messageOf } from '../contract/errors.ts';
import { firstIssue } from '../contract/issue.ts';
import { ORDER_DIGITS, namesIn, orderOf, parseFile, writtenAt } from './folder.ts';
import { Refused } from './refused.ts';
import { writeDurably } from './write-durably.ts';

/** More than these wait for something that does not come. */
const MAX_WAITING = 10_000;
/** What a writer that was killed left half written is this old when it is removed, in milliseconds. */
const STALE_MS = 600_000;

/** What the log would say again, whenever it is asked. Everything else may pass, so that it is waited for. */
const REFUSALS: readonly ErrorCode[] = [
  'invalid_event',
  'unknown_event_type',
  'unknown_event_version',
  'wrong_tenant',
  'data_too_large',
  'task_not_found',
  'invalid_input',
  'invalid_note',
  'note_too_large',
];

/** What is to be recorded, under the id that makes doing it twice do it once. */
export interface OutboxEntry<T> {
  /** A UUIDv7. */
  readonly id: string;
  /** When it happened, ISO 8601. */
  readonly at: string;
  readonly request: T;
}

export interface OutboxStatus {
  readonly waiting: number;
  /** When the oldest of them was put in. */
  readonly since: Date | undefined;
  /** Files of those that the log refused for good. */
  readonly refused: readonly string[];
  /** When the oldest of those were removed because they were too many, or too old; of the last month. */
  readonly removedAt: Date | undefined;
}

export interface Delivered {
  readonly delivered: number;
  /** Files of those that were refused just now. */
  readonly refused: readonly string[];
  /** Why the others wait on. */
  readonly cause: LineclearError | undefined;
}

const asLineclearError = (error: unknown): LineclearError =>
  error instanceof LineclearError
    ? error
    : new LineclearError('log_failed', messageOf(error), { cause: error });

/**
 * What waits to be recorded, a file each: it is whole or not there, survives a loss of power once {@link put} has
 * returned, and needs no lock, so that it may be on any file system and any number of processes may put in and take out.
 * Entries come out in the order in which one producer put them in. Two that deliver at once do the same things in the same
 * order, and the ids make that one.
 */
export class Outbox<T> {
  readonly #folder: string;
  readonly #schema: z.ZodType<OutboxEntry<T>>;
  readonly #limit: number;
  readonly #refused: Refused;

  /** `limit`: how many may wait; `refused`: how many of those that were refused are kept. */
  constructor(folder: string, request: z.ZodType<T>, limit = MAX_WAITING, refused?: number) {
    this.#folder = folder;
    this.#limit = limit;
    this.#refused = new Refused(path.join(folder, 'refused'), refused);
    this.#schema = z.strictObject({ id: z.uuid({ version: 'v7' }), at: z.iso.datetime(), request });
  }

  /** Stores an entry; it is safe when this returns. Throws `outbox_full` and the errors of the file system. */
  put(entry: OutboxEntry<T>): void {
    const names = namesIn(this.#folder);
    if (names.length >= this.#limit)
      throw new LineclearError('outbox_full', `${this.#folder} is full: ${this.#limit} events wait there.`);
    // After all that wait, also where the clock was set back.
    const order = Math.max(Date.now(), orderOf(names.at(-1)) + 1);
    const name = `${String(order).padStart(ORDER_DIGITS, '0')}-${entry.id}.json`;
    fs.mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    writeDurably(path.join(this.#folder, name), `${JSON.stringify(entry)}\n`);
  }

  status(): OutboxStatus {
    const names = namesIn(this.#folder);
    return {
      waiting: names.length,
      since: names.length === 0 ? undefined : new Date(orderOf(names[0])),
      refused: this.#refused.files,
      removedAt: this.#refused.removedAt,
    };
  }

  /** All that wait, in order; what cannot be read is left out. */
  waiting(): OutboxEntry<T>[] {
    return namesIn(this.#folder).flatMap((name) => {
      try {
        return [this.#read(path.join(this.#folder, name))];
      } catch {
        return [];
      }
    });
  }

  /**
   * Records what waits, one after the other, until something that may pass is in the way. What is refused for good is put
   * aside, with the reason. `record` must do nothing when it is called again with the same id. Never throws.
   */
  async deliver(record: (entry: OutboxEntry<T>) => Promise<void>): Promise<Delivered> {
    const refused: string[] = [];
    let delivered = 0;
    try {
      for (const name of namesIn(this.#folder)) {
        const file = path.join(this.#folder, name);
        // Another one was faster.
        if (!fs.existsSync(file)) continue;
        const problem = await this.#try(file, record);
        if (!problem) delivered += 1;
        else if (!REFUSALS.includes(problem.code)) return { delivered, refused, cause: problem };
        else if (fs.existsSync(file)) refused.push(this.#refused.keep(file, problem));
        fs.rmSync(file, { force: true });
      }
      if (delivered + refused.length > 0) this.#removeStale();
      this.#refused.removeOldest();
      return { delivered, refused, cause: undefined };
    } catch (error) {
      return { delivered, refused, cause: asLineclearError(error) };
    }
  }

  /** Lets what was refused wait again, perhaps corrected by hand meanwhile. Returns how many. Throws `invalid_input`. */
  retryRefused(): number {
    return this.#refused.takeOut((name, entry) =>
      writeDurably(path.join(this.#folder, name), `${JSON.stringify(entry)}\n`),
    );
  }

  /** Why an entry could not be recorded. */
  async #try(
    file: string,
    record: (entry: OutboxEntry<T>) => Promise<void>,
  ): Promise<LineclearError | undefined> {
    try {
      await record(this.#read(file));
      return undefined;
    } catch (error) {
      return asLineclearError(error);
    }
  }

  #read(file: string): OutboxEntry<T> {
    const result = this.#schema.safeParse(parseFile(file));
    if (result.success) return result.data;
    const { field, text } = firstIssue(result.error);
    throw new LineclearError('invalid_input', `${file}: ${text}`, { field });
  }

  #removeStale(): void {
    for (const name of fs.readdirSync(this.#folder)) {
      const file = path.join(this.#folder, name);
      if (!name.startsWith('.')) continue;
      const at = writtenAt(file);
      if (at !== undefined && Date.now() - at > STALE_MS) fs.rmSync(file, { force: true });
    }
  }
}
