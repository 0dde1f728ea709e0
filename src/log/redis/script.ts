import { createHash } from 'node:crypto';
import type { Client } from './client.ts';

/** A Lua script: runs on the server without anything in between. Gives the reply as it comes. */
export type Script = (
  client: Client,
  keys: readonly string[],
  args: readonly (string | number)[],
) => Promise<unknown>;

/** Sends the digest of a script, and its text only to a server that does not know it (any more). */
export function defineScript(lua: string): Script {
  const sha = createHash('sha1').update(lua).digest('hex');
  return async (client, keys, args) => {
    // One list: there may be more of them than a call takes arguments.
    const all = [...keys, ...args.map(String)];
    try {
      return await client.evalsha(sha, keys.length, all);
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
      return await client.eval(lua, keys.length, all);
    }
  };
}

/**
 * Lua: `bounds`: the first and the last sequence of a stream, which may be empty or missing; an error for one that is not
 * ours. `truncated_at`: up to where events may have been removed, by us, or by another program that cuts off the beginning.
 */
export const BOUNDS = `
local function bounds(key)
  if redis.call('EXISTS', key) == 0 then return 0, 0 end
  local info = redis.call('XINFO', 'STREAM', key)
  local last, first = '0-0', nil
  for i = 1, #info, 2 do
    if info[i] == 'last-generated-id' then last = info[i + 1] end
    if info[i] == 'first-entry' and info[i + 1] then first = info[i + 1][1] end
  end
  if string.sub(last, 1, 2) ~= '0-' then
    return redis.error_reply('FOREIGN ' .. last)
  end
  last = tonumber(string.sub(last, 3))
  if not first then return last + 1, last end
  return tonumber(string.sub(first, 3)), last
end
local function truncated_at(meta, first, last)
  local told = tonumber(redis.call('HGET', meta, 'truncated_at') or 0)
  return last == 0 and 0 or math.max(told, first - 1)
end
`;
