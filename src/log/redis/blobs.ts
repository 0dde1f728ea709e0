import { createHash } from 'node:crypto';
import { BLOB_AGE_STEP_MS, type BlobRef, type BlobStore } from '../log.ts';
import type { Keys } from './keys.ts';
import type { Link } from './link.ts';
import { defineScript } from './script.ts';

const NOW = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local put_at = tonumber(redis.call('ZSCORE', KEYS[2], ARGV[1]) or 0)
`;

/** KEYS: a blob, the times of all. ARGV: its name, milliseconds for which it counts as young. Reply: whether it is there. */
const touch = defineScript(`${NOW}
if now - put_at > tonumber(ARGV[2]) then redis.call('ZADD', KEYS[2], string.format('%.0f', now), ARGV[1]) end
return redis.call('EXISTS', KEYS[1])
`);

/** KEYS and ARGV: as above. Reply: whether it went. */
const removeOld = defineScript(`${NOW}
if now - put_at < tonumber(ARGV[2]) then return 0 end
redis.call('ZREM', KEYS[2], ARGV[1])
return redis.call('DEL', KEYS[1])
`);

export function createBlobs(link: Link, keys: Keys): BlobStore {
  const keysOf = (ref: BlobRef) => [keys.blob(ref), keys.blobTimes];
  return {
    async put(content) {
      const ref: BlobRef = `blob:${createHash('sha256').update(content).digest('hex')}`;
      // A copy: it may have to be sent again, and the caller may use its buffer again.
      const copy = Buffer.from(content);
      await link.run(async (client) => {
        // First its time: from then on nobody removes it.
        const isThere = (await touch(client, keysOf(ref), [ref, BLOB_AGE_STEP_MS])) === 1;
        if (!isThere) await client.set(keys.blob(ref), copy, 'NX');
      });
      return ref;
    },
    get: (ref) => link.run(async (client) => (await client.getBuffer(keys.blob(ref))) ?? undefined),
    remove: (ref, ageMs) =>
      link.run(async (client) => (await removeOld(client, keysOf(ref), [ref, ageMs])) === 1),
  };
}
