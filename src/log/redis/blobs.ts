import { createHash } from 'node:crypto';
import type { BlobRef, BlobStore } from '../log.ts';
import type { Keys } from './keys.ts';
import type { Link } from './link.ts';

export function createBlobs(link: Link, keys: Keys): BlobStore {
  return {
    async put(content) {
      const ref: BlobRef = `blob:${createHash('sha256').update(content).digest('hex')}`;
      const key = keys.blob(ref);
      // A copy: it may have to be sent again, and the caller may use its buffer again.
      const copy = Buffer.from(content);
      await link.run(async (client) => {
        if ((await client.exists(key)) === 0) await client.set(key, copy, 'NX');
      });
      return ref;
    },
    get: (ref) => link.run(async (client) => (await client.getBuffer(keys.blob(ref))) ?? undefined),
  };
}
