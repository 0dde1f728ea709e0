import { createHash } from 'node:crypto';
import type { BlobRef, BlobStore } from '../log/log.ts';

export const hashOf = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;
export const blobOf = (hash: string): BlobRef => `blob:${hash.replace(/^sha256:/, '')}`;

/** Characters that are kept. */
const ROOM = 8_000_000;

/** Texts by their hash, the ones used last kept: what has a name by its content can never be out of date. */
export class TextCache {
  readonly #blobs: BlobStore;
  readonly #texts = new Map<string, string>();
  #size = 0;

  constructor(blobs: BlobStore) {
    this.#blobs = blobs;
  }

  /** Undefined when it is not there, as after an import. */
  async get(hash: string): Promise<string | undefined> {
    const kept = this.#texts.get(hash);
    if (kept !== undefined) {
      this.#texts.delete(hash);
      this.#texts.set(hash, kept);
      return kept;
    }
    const content = await this.#blobs.get(blobOf(hash));
    if (!content) return undefined;
    const text = new TextDecoder().decode(content);
    this.#keep(hash, text);
    return text;
  }

  /** Stores a text; returns its hash. */
  async put(text: string): Promise<string> {
    const hash = hashOf(text);
    await this.#blobs.put(new TextEncoder().encode(text));
    this.#keep(hash, text);
    return hash;
  }

  #keep(hash: string, text: string): void {
    if (this.#texts.has(hash)) return;
    this.#texts.set(hash, text);
    this.#size += text.length;
    for (const [oldest, { length }] of this.#texts) {
      if (this.#size <= ROOM) return;
      this.#texts.delete(oldest);
      this.#size -= length;
    }
  }
}
