import fs from 'node:fs';
import * as z from 'zod';
import { blobRef } from '../../contract/events/define.ts';

const notesSchema = z.record(z.string(), z.string());

const pendingSchema = z.object({
  event_id: z.uuid(),
  operation: z.enum(['create', 'modify']),
  file_path: z.string(),
  file_size: z.number(),
  content_hash: z.string(),
  before_ref: blobRef.optional(),
  after_ref: blobRef,
  notes: notesSchema,
});

const fileSchema = z.object({
  /** The notes that were written there last: the mark of the text of each, by its name. */
  notes: notesSchema,
  /** A person took over that the section is gone. */
  is_left_out: z.boolean().optional(),
  /** A write that an event is to tell of: it was done if the file is that. */
  pending: pendingSchema.optional(),
});
const stateSchema = z.record(z.string(), fileSchema);

/** What is remembered of an instruction file. */
export type KeptFile = z.infer<typeof fileSchema>;
export type PendingWrite = z.infer<typeof pendingSchema>;

/**
 * What is remembered of the instruction files of a workspace: which had the section, so that one without it is told from a
 * new one. Read and written anew each time, because several processes do; without it every file is a new one.
 */
export class KeptState {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  all(): ReadonlyMap<string, KeptFile> {
    try {
      return new Map(Object.entries(stateSchema.parse(JSON.parse(fs.readFileSync(this.#file, 'utf8')))));
    } catch {
      // Not there, or of no use: see above.
      return new Map();
    }
  }

  /** Undefined forgets the file. */
  set(path: string, kept: KeptFile | undefined): void {
    const files = new Map(this.all());
    if (kept) files.set(path, kept);
    else files.delete(path);
    const draft = `${this.#file}.${process.pid}`;
    fs.writeFileSync(draft, JSON.stringify(Object.fromEntries(files)));
    fs.renameSync(draft, this.#file);
  }
}
