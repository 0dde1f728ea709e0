import * as z from 'zod';
import type { Truncation } from '../log.ts';
import type { Keys } from './keys.ts';
import type { Link } from './link.ts';
import { BOUNDS, defineScript } from './script.ts';

/** KEYS: meta, log. ARGV: the log's identity, the sequence. Tells readers before anything goes. Reply: up to where it may. */
const announce = defineScript(`${BOUNDS}
if redis.call('HGET', KEYS[1], 'log_id') ~= ARGV[1] then return redis.error_reply('REPLACED log') end
local first, last = bounds(KEYS[2])
if type(first) == 'table' then return first end
local upto = math.min(tonumber(ARGV[2]), last - 1)
local told = truncated_at(KEYS[1], first, last)
if upto > told then redis.call('HSET', KEYS[1], 'truncated_at', string.format('%.0f', upto)) end
return upto
`);

/**
 * KEYS: meta, log, ids, and the index of a task. ARGV: the log's identity, the sequences from and up to which its events
 * go, how many it looks at, and the types that stay. Reply: how many went, and where to go on, or 0.
 */
const removeEvents = defineScript(`
if redis.call('HGET', KEYS[1], 'log_id') ~= ARGV[1] then return redis.error_reply('REPLACED log') end
local stays = {}
for i = 5, #ARGV do stays[ARGV[i]] = true end
local page = redis.call('XRANGE', KEYS[4], '0-' .. ARGV[2], '0-' .. ARGV[3], 'COUNT', ARGV[4])
local removed, next = 0, 0
for _, entry in ipairs(page) do
  local found = redis.call('XRANGE', KEYS[2], entry[1], entry[1])[1]
  local type = ''
  for i = 1, found and #found[2] or 0, 2 do
    if found[2][i] == 'type' then type = found[2][i + 1] end
  end
  if not stays[type] then
    local sequence = string.sub(entry[1], 3)
    removed = removed + redis.call('XDEL', KEYS[2], entry[1])
    redis.call('ZREMRANGEBYSCORE', KEYS[3], sequence, sequence)
    redis.call('XDEL', KEYS[4], entry[1])
  end
end
if #page == tonumber(ARGV[4]) then next = tonumber(string.sub(page[#page][1], 3)) + 1 end
if redis.call('XLEN', KEYS[4]) == 0 then redis.call('DEL', KEYS[4]) end
return { removed, next }
`);

/** Events per script: bounds the time for which the server does nothing else. */
const STEP = 500;

const replySchema = z.tuple([z.int(), z.int()]);

/** Removes events of tasks; see `LogBackend.truncate`. */
export async function truncate(
  link: Link,
  keys: Keys,
  storedId: string,
  { upto, taskIds, keep, signal }: Truncation,
): Promise<number> {
  signal?.throwIfAborted();
  const told = await link.run((client) => announce(client, [keys.meta, keys.log], [storedId, upto]));
  const last = z.int().parse(told);
  let removed = 0;
  for (const taskId of taskIds) {
    const scriptKeys = [keys.meta, keys.log, keys.ids, keys.task(taskId)];
    for (let from = 1; from > 0 && from <= last;) {
      signal?.throwIfAborted();
      const args = [storedId, from, last, STEP, ...keep];
      const reply = await link.run((client) => removeEvents(client, scriptKeys, args));
      const [gone, next] = replySchema.parse(reply);
      removed += gone;
      from = next;
    }
  }
  return removed;
}
