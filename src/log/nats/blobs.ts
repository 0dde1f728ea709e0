import { createHash } from 'node:crypto';
import type { BlobRef, BlobStore } from '../log.ts';
import type { Link } from './link.ts';
import type { Names } from './names.ts';
import { createStore } from './store.ts';

/** Contents by name, each of which is written once. */
export interface Objects {
  /** The name must not be that of another content. */
  put(name: string, content: Uint8Array): Promise<void>;
  get(name: string): Promise<Uint8Array | undefined>;
  delete(name: string): Promise<void>;
}

const CHUNK_BYTES = 512 * 1024;

/** An ordinary object store of NATS, made when it is needed first. */
export function createObjects(link: Link, names: Names, description: string, replicas: number): Objects {
  const manager = new link.driver.Objm(link.js);
  const stream = `OBJ_${names.bucket}`;
  const base = createStore({ link, stream, description, subjects: [`$O.${names.bucket}.>`], replicas });
  const open = () => manager.open(names.bucket, false);
  const exists = async () => (await base.state()) !== undefined;

  async function read(name: string): Promise<Uint8Array | undefined> {
    const object = await link.inTime((await open()).get(name));
    if (!object) return undefined;
    // Where a piece of it is missing, the client would wait for ever.
    object.error.catch(() => undefined);
    const reader = object.data.getReader();
    const pieces: Uint8Array[] = [];
    try {
      for (;;) {
        const piece = await link.inTime(reader.read());
        if (piece.done) return Buffer.concat(pieces);
        pieces.push(piece.value);
      }
    } finally {
      reader.cancel().catch(() => undefined);
    }
  }

  return {
    async put(name, content) {
      await link.run(async () => {
        const store = await manager.create(names.bucket, { replicas, description });
        const known = await store.info(name);
        if (known && !known.deleted) return;
        await store.putBlob({ name, options: { max_chunk_size: CHUNK_BYTES } }, content);
      });
    },

    async get(name) {
      return (await exists()) ? await link.run(() => read(name)) : undefined;
    },

    async delete(name) {
      await link.run(async () => (await open()).delete(name));
    },
  };
}

export const createBlobs = (objects: Objects): BlobStore => ({
  async put(content) {
    const name = createHash('sha256').update(content).digest('hex');
    // A copy: it is sent later, and the caller may use its buffer again.
    await objects.put(name, Uint8Array.from(content));
    return `blob:${name}` satisfies BlobRef;
  },
  get: (ref) => objects.get(ref.slice('blob:'.length)),
});
