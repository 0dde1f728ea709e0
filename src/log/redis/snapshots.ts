import type { SnapshotStore } from '../log.ts';
import type { Keys } from './keys.ts';
import type { Link } from './link.ts';
import { defineScript } from './script.ts';

/**
 * KEYS: the snapshots of the reducer, the set of reducers. ARGV: reducer, version, sequence, state.
 * Older versions go; a process of one may still run and put its own again: that costs space for a while and nothing else.
 */
const putSnapshot = defineScript(`
local version, sequence = tonumber(ARGV[2]), tonumber(ARGV[3])
for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do
  if tonumber(string.match(field, '^%d+')) < version then redis.call('HDEL', KEYS[1], field) end
end
local stored = redis.call('HGET', KEYS[1], ARGV[2] .. ':sequence')
if stored and tonumber(stored) > sequence then return 0 end
redis.call('HSET', KEYS[1], ARGV[2] .. ':sequence', ARGV[3], ARGV[2] .. ':state', ARGV[4])
redis.call('SADD', KEYS[2], ARGV[1])
return 1
`);

export function createSnapshots(link: Link, keys: Keys): SnapshotStore {
  return {
    async get(reducer, reducerVersion) {
      const fields = [`${reducerVersion}:sequence`, `${reducerVersion}:state`] as const;
      const [sequence, state] = await link.run((client) => client.hmget(keys.snapshots(reducer), ...fields));
      if (typeof sequence !== 'string' || typeof state !== 'string') return undefined;
      return { reducer, reducerVersion, sequence: Number(sequence), state };
    },
    async position(reducer, reducerVersion) {
      const field = `${reducerVersion}:sequence`;
      return Number(await link.run((client) => client.hget(keys.snapshots(reducer), field)));
    },
    async put({ reducer, reducerVersion, sequence, state }) {
      const args = [reducer, reducerVersion, sequence, state];
      await link.run((client) => putSnapshot(client, [keys.snapshots(reducer), keys.reducers], args));
    },
  };
}
