import { redactText } from '../../contract/redact.ts';
import { newEventId } from '../../log/event-id.ts';
import type { BlobStore, EventLog } from '../../log/log.ts';
import { type Author, envelopeOf } from '../author.ts';
import { hashOf } from '../text-cache.ts';
import { type FoundFile, lookAtInstructions, writeInstructions } from './instruction-file.ts';
import type { KeptFile, KeptState, PendingWrite } from './kept-state.ts';

export interface FileWriterOptions {
  readonly log: EventLog;
  readonly blobs: BlobStore;
  readonly root: string;
  readonly kept: KeptState;
  /** Called before each step that changes something: a test ends the process there. */
  readonly beforeStep: () => void;
}

/** What is written, and where. */
interface Write {
  readonly path: string;
  /** As it was when this was decided; undefined where there is none. */
  readonly found: FoundFile | undefined;
  readonly text: string;
  /** The notes that are in it then, with their marks. */
  readonly notes: KeptFile['notes'];
}

/** Writes instruction files; each write is an event of the log, once, also after a crash between the two. */
export class FileWriter {
  readonly #options: FileWriterOptions;

  constructor(options: FileWriterOptions) {
    this.#options = options;
  }

  /** False when the file is not what was found any more. Throws `invalid_input`, and the errors of the disk and the log. */
  async write({ path, found, text, notes }: Write, author: Author): Promise<boolean> {
    const { root, kept, beforeStep } = this.#options;
    const pending: PendingWrite = {
      event_id: newEventId(),
      operation: found ? 'modify' : 'create',
      file_path: path,
      file_size: Buffer.byteLength(text),
      content_hash: hashOf(text),
      before_ref: found && (await this.#keep(found.text)),
      after_ref: await this.#keep(text),
      notes,
    };
    const before = kept.all().get(path);
    beforeStep();
    kept.set(path, { notes: {}, ...before, pending });
    beforeStep();
    if (!writeInstructions(root, path, found, text)) {
      kept.set(path, before);
      return false;
    }
    beforeStep();
    await this.#record(path, pending, author);
    return true;
  }

  /** Tells of writes after which a process has died. */
  async recover(author: Author): Promise<void> {
    const { kept, root } = this.#options;
    for (const [path, { pending, ...rest }] of kept.all()) {
      if (!pending) continue;
      const look = lookAtInstructions(root, path);
      const isDone = look.kind === 'file' && look.hash === pending.content_hash;
      if (isDone) await this.#record(path, pending, author);
      else if (Object.keys(rest.notes).length === 0 && !rest.is_left_out) kept.set(path, undefined);
      else kept.set(path, rest);
    }
  }

  async #record(path: string, pending: PendingWrite, author: Author): Promise<void> {
    const { log, kept, beforeStep } = this.#options;
    const { event_id: id, notes, before_ref, after_ref, ...data } = pending;
    await log.append([
      {
        ...envelopeOf(author),
        id,
        type: data.operation === 'create' ? 'file.created' : 'file.modified',
        context_refs: [...(before_ref ? [before_ref] : []), after_ref],
        data: { ...data, before_ref, after_ref },
      },
    ]);
    beforeStep();
    kept.set(path, { notes });
  }

  /** What was in a file, without secrets of known shapes. */
  #keep(text: string): Promise<`blob:${string}`> {
    return this.#options.blobs.put(new TextEncoder().encode(redactText(text)));
  }
}
