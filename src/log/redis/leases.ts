import * as z from 'zod';
import type { Lease, LeaseInfo, Leases } from '../log.ts';
import type { Keys } from './keys.ts';
import type { Link } from './link.ts';
import { defineScript } from './script.ts';

export interface LeaseOptions {
  readonly link: Link;
  readonly keys: Keys;
  /** A clock instead of the server's, for tests. */
  readonly now?: () => Date;
}

/**
 * KEYS: the lease, a hash of holder, token and expires_at; one that was given back has no holder and keeps its token.
 * ARGV: what to do, the time in milliseconds or '' for that of the server, and what it needs.
 * Reply: token and end of the lease that it gives, or nothing.
 */
const changeLease = defineScript(`
local act, now, holder = ARGV[1], tonumber(ARGV[2]), ARGV[3]
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local lease = redis.call('HMGET', KEYS[1], 'holder', 'token', 'expires_at')
local token, expires_at = tonumber(lease[2]) or 0, tonumber(lease[3]) or 0

local function give(next_token, ttl)
  expires_at = now + tonumber(ttl)
  redis.call('HSET', KEYS[1], 'holder', holder, 'token', next_token, 'expires_at', string.format('%.0f', expires_at))
  return { holder, next_token, expires_at, 1 }
end

if act == 'acquire' then
  local own = lease[1] == holder
  if lease[1] and not own and expires_at > now then return false end
  return give(own and token or token + 1, ARGV[4])
end
if act == 'look' then
  if not lease[1] then return false end
  return { lease[1], token, expires_at, expires_at > now and 1 or 0 }
end
if act == 'take over' then
  if lease[1] ~= ARGV[5] or token ~= tonumber(ARGV[6]) then return false end
  return give(token + 1, ARGV[4])
end
if lease[1] ~= holder or token ~= tonumber(ARGV[5]) then return false end
if act == 'renew' then return give(token, ARGV[4]) end
if act == 'remove' then
  redis.call('DEL', KEYS[1])
else
  redis.call('HDEL', KEYS[1], 'holder', 'expires_at')
end
return false
`);

const replySchema = z.tuple([z.string(), z.int(), z.int(), z.int()]).nullable();

/**
 * Leases by the server's clock, which is the same for everybody: how wrong the clock of a machine is does not matter.
 */
export function createLeases({ link, keys, now }: LeaseOptions): Leases {
  async function change(name: string, act: string, ...args: (string | number)[]) {
    const reply = await link.run((client) =>
      changeLease(client, [keys.lease(name)], [act, now ? now().getTime() : '', ...args]),
    );
    const given = replySchema.parse(reply);
    if (!given) return undefined;
    const [holder, token, expiresAt, isHeld] = given;
    return { info: { name, holder, token, expiresAt: new Date(expiresAt) }, isHeld: isHeld === 1 };
  }

  function toLease(info: LeaseInfo | undefined, ttlMs: number): Lease | undefined {
    if (!info) return undefined;
    const { name, holder, token } = info;
    return {
      ...info,
      renew: async () => (await change(name, 'renew', holder, ttlMs, token)) !== undefined,
      async release({ forGood = false } = {}) {
        await change(name, forGood ? 'remove' : 'release', holder, 0, token);
      },
    };
  }

  return {
    acquire: async (name, holder, ttlMs) =>
      toLease((await change(name, 'acquire', holder, ttlMs))?.info, ttlMs),
    takeOver: async ({ name, holder: from, token }, holder, ttlMs) =>
      toLease((await change(name, 'take over', holder, ttlMs, from, token))?.info, ttlMs),
    latest: async (name) => (await change(name, 'look', ''))?.info,
    async holder(name) {
      const found = await change(name, 'look', '');
      return found?.isHeld ? found.info : undefined;
    },
  };
}
