import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { SnapshotStore } from '../log.ts';
import type { Objects } from './blobs.ts';
import type { Kv } from './kv.ts';
import { token } from './names.ts';

/** What the bucket says of a snapshot; its state is an object, because it may be larger than an entry. */
const entrySchema = z.object({
  sequence: z.int(),
  object: z.string(),
  /** The object before it, which somebody may be reading still. */
  previous: z.string().optional(),
});
type Entry = z.infer<typeof entrySchema>;

const keyOf = (reducer: string, version: number) => `snapshots.${token(reducer)}.${version}`;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function createSnapshots(kv: Kv, objects: Objects): SnapshotStore {
  async function read(key: string): Promise<{ entry?: Entry; revision?: number }> {
    const found = await kv.get(key);
    return found ? { entry: entrySchema.parse(JSON.parse(found.value)), revision: found.revision } : {};
  }

  async function remove(names: readonly (string | undefined)[]): Promise<void> {
    await Promise.all(names.map(async (name) => name !== undefined && (await objects.delete(name))));
  }

  /** A process of an older version may still run and put its own again: that costs space for a while and nothing else. */
  async function dropOlder(reducer: string, reducerVersion: number): Promise<void> {
    for await (const key of kv.keys(keyOf(reducer, 0).replace(/0$/, '*'))) {
      if (Number(key.split('.').at(-1)) >= reducerVersion) continue;
      const { entry, revision } = await read(key);
      if (entry && revision !== undefined && (await kv.delete(key, revision))) {
        await remove([entry.object, entry.previous]);
      }
    }
  }

  return {
    async get(reducer, reducerVersion) {
      const { entry } = await read(keyOf(reducer, reducerVersion));
      const content = entry && (await objects.get(entry.object));
      if (!content) return undefined;
      return { reducer, reducerVersion, sequence: entry.sequence, state: decoder.decode(content) };
    },

    async position(reducer, reducerVersion) {
      return (await read(keyOf(reducer, reducerVersion))).entry?.sequence ?? 0;
    },

    async put({ reducer, reducerVersion, sequence, state }) {
      const key = keyOf(reducer, reducerVersion);
      const object = `snapshot-${randomUUID()}`;
      let written = false;
      for (;;) {
        const { entry, revision } = await read(key);
        if (entry && entry.sequence > sequence) return await remove(written ? [object] : []);
        if (!written) await objects.put(object, encoder.encode(state));
        written = true;
        const next: Entry = { sequence, object, ...(entry ? { previous: entry.object } : {}) };
        if ((await kv.put(key, JSON.stringify(next), revision)) === undefined) continue;
        await remove([entry?.previous]);
        return await dropOlder(reducer, reducerVersion);
      }
    },
  };
}
