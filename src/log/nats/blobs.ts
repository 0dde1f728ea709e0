import { createHash } from 'node:crypto';
import * as z from 'zod';
import { BLOB_AGE_STEP_MS, type BlobRef, type BlobStore } from '../log.ts';
import type { Link } from './link.ts';
import type { Names } from './names.ts';
import { type StoredMessage, createStore } from './store.ts';

/** Contents by name, each of which is written once. */
export interface Objects {
  /** The name must not be that of another content. What is there already becomes as young as if it were new. */
  put(name: string, content: Uint8Array): Promise<void>;
  get(name: string): Promise<Uint8Array | undefined>;
  delete(name: string): Promise<void>;
  /** Deletes it unless it was put after that time; whether it did. */
  deleteOlder(name: string, time: Date): Promise<boolean>;
}

const CHUNK_BYTES = 512 * 1024;

/** What the store says of an object. */
const infoSchema = z.looseObject({ nuid: z.string(), deleted: z.boolean().optional() });

const infoOf = ({ data }: StoredMessage) => infoSchema.parse(JSON.parse(new TextDecoder().decode(data)));

/** An ordinary object store of NATS, made when it is needed first. */
export function createObjects(
  link: Link,
  names: Names,
  description: string,
  replicas: number,
  now: () => Date,
): Objects {
  const manager = new link.driver.Objm(link.js);
  const stream = `OBJ_${names.bucket}`;
  const base = createStore({ link, stream, description, subjects: [`$O.${names.bucket}.>`], replicas });
  const open = () => manager.open(names.bucket, false);
  const exists = async () => (await base.state()) !== undefined;
  const about = (name: string) =>
    `$O.${names.bucket}.M.${Buffer.from(name).toString('base64').replaceAll('+', '-').replaceAll('/', '_')}`;

  /** Says something else of an object; false when somebody else was faster. The client's class would not notice. */
  async function replace({ subject, at }: StoredMessage, info: z.infer<typeof infoSchema>): Promise<boolean> {
    const message = { subject, data: JSON.stringify(info), headers: { 'Nats-Rollup': 'sub' } };
    return (await base.publish({ ...message, after: at })) !== undefined;
  }

  /** Whether it is there and young, from now on at least. */
  async function touch(name: string): Promise<boolean> {
    for (;;) {
      const known = await base.last(about(name));
      const info = known && infoOf(known);
      if (!info || info.deleted === true) return false;
      if (known.time.getTime() > now().getTime() - BLOB_AGE_STEP_MS) return true;
      if (await replace(known, info)) return true;
    }
  }

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
      const store = await link.run(() => manager.create(names.bucket, { replicas, description }));
      if (await touch(name)) return;
      await link.run(() => store.putBlob({ name, options: { max_chunk_size: CHUNK_BYTES } }, content));
    },

    async get(name) {
      return (await exists()) ? await link.run(() => read(name)) : undefined;
    },

    async delete(name) {
      await link.run(async () => (await open()).delete(name));
    },

    async deleteOlder(name, time) {
      const known = await base.last(about(name));
      if (!known || known.time > time) return false;
      const info = infoOf(known);
      const isGone =
        info.deleted !== true &&
        (await replace(known, { ...info, deleted: true, size: 0, chunks: 0, digest: '' }));
      // Also the pieces of one whose deletion was interrupted.
      if (isGone || info.deleted === true)
        await link.run(() => link.jsm.streams.purge(stream, { filter: `$O.${names.bucket}.C.${info.nuid}` }));
      return isGone;
    },
  };
}

/** `prefix`: begins the names of contents that no event can name. */
export const createBlobs = (objects: Objects, now: () => Date, prefix = ''): BlobStore => ({
  async put(content) {
    const name = `${prefix}${createHash('sha256').update(content).digest('hex')}`;
    // A copy: it is sent later, and the caller may use its buffer again.
    await objects.put(name, Uint8Array.from(content));
    return `blob:${name}` satisfies BlobRef;
  },
  get: (ref) => objects.get(nameOf(ref)),
  remove: (ref, ageMs) => objects.deleteOlder(nameOf(ref), new Date(now().getTime() - ageMs)),
});

const nameOf = (ref: BlobRef): string => ref.slice('blob:'.length);
