import * as z from 'zod';
import type { Keys } from './keys.ts';
import type { Link } from './link.ts';
import { BOUNDS, defineScript } from './script.ts';

/**
 * KEYS: log, ids, set of reducers, meta. ARGV: how many events stay, the beginning of the keys of snapshots and of tasks, and
 * how many events may go now, and the last one that may go, or ''. Reply: how many went.
 *
 * What a snapshot has not folded yet, and what a group has not been given or has not acknowledged yet, stays.
 */
const trimLog = defineScript(`${BOUNDS}
local first, last = bounds(KEYS[1])
if type(first) == 'table' then return first end
local upto = last - tonumber(ARGV[1])

local folded
for _, reducer in ipairs(redis.call('SMEMBERS', KEYS[3])) do
  local key = ARGV[2] .. reducer
  for _, field in ipairs(redis.call('HKEYS', key)) do
    if string.match(field, ':sequence$') then
      local sequence = tonumber(redis.call('HGET', key, field))
      if not folded or sequence < folded then folded = sequence end
    end
  end
end
upto = math.min(upto, folded or 0)

if upto >= first then
  for _, info in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
    local group = {}
    for i = 1, #info, 2 do group[info[i]] = info[i + 1] end
    upto = math.min(upto, tonumber(string.sub(group['last-delivered-id'], 3)))
    local pending = redis.call('XPENDING', KEYS[1], group['name'])
    if pending[1] > 0 then upto = math.min(upto, tonumber(string.sub(pending[2], 3)) - 1) end
  end
end
upto = math.min(upto, first + tonumber(ARGV[4]) - 1, tonumber(ARGV[5]) or upto)
if upto < first then return 0 end

redis.call('HSET', KEYS[4], 'truncated_at', math.max(truncated_at(KEYS[4], first, last), upto))
local tasks = {}
for _, entry in ipairs(redis.call('XRANGE', KEYS[1], '-', '0-' .. string.format('%.0f', upto))) do
  for i = 1, #entry[2], 2 do
    if entry[2][i] == 'task_id' then tasks[entry[2][i + 1]] = true end
  end
end
local keep = '0-' .. string.format('%.0f', upto + 1)
for task in pairs(tasks) do redis.call('XTRIM', ARGV[3] .. task, 'MINID', keep) end
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', upto)
return redis.call('XTRIM', KEYS[1], 'MINID', keep)
`);

/** Events per script: bounds the time for which the server does nothing else. */
const STEP = 500;

/** Removes the oldest events but about `keep`, none after `upto`, and what is known about them. Returns how many went. */
export async function trim(link: Link, keys: Keys, keep: number, upto = Infinity): Promise<number> {
  const args = [keep, keys.snapshots(''), keys.task(''), STEP, upto === Infinity ? '' : upto];
  for (let trimmed = 0; ;) {
    const reply = await link.run((client) =>
      trimLog(client, [keys.log, keys.ids, keys.reducers, keys.meta], args),
    );
    const step = z.int().parse(reply);
    trimmed += step;
    if (step < STEP) return trimmed;
  }
}
