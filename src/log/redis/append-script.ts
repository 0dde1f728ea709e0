import { BOUNDS, defineScript } from './script.ts';

/**
 * Appends the events of several calls, each of which is stored whole or not at all.
 *
 * KEYS: meta, log, ids, and all others that the arguments name by their place.
 * ARGV: the log's identity, the length of family streams, the id of an event that must be stored already ('' for none:
 * otherwise TRYAGAIN), the number of calls; for each call the key of the task whose
 * version is expected (0 for none), that version, and the number of events; for each event its id, the keys of its task
 * and its family (0 for none), the number of fields and values, and these.
 *
 * Reply: the head before, and for each call a list: the sequences of its events, negative for ids that were stored
 * already; or the one string `conflict:<version>`.
 */
export const appendEvents = defineScript(`${BOUNDS}
if redis.call('HGET', KEYS[1], 'log_id') ~= ARGV[1] then return redis.error_reply('REPLACED log') end
local _, head = bounds(KEYS[2])
if type(_) == 'table' then return _ end
if ARGV[3] ~= '' and not redis.call('ZSCORE', KEYS[3], ARGV[3]) then
  return redis.error_reply('TRYAGAIN what comes before it is not stored')
end
local max_length = ARGV[2]
local at = 5
local before = head
local result = { before }
for call = 1, tonumber(ARGV[4]) do
  local expected_key, expected, count = tonumber(ARGV[at]), tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
  at = at + 3
  local starts = {}
  local known = 0
  for i = 1, count do
    starts[i] = at
    if expected_key > 0 and redis.call('ZSCORE', KEYS[3], ARGV[at]) then known = known + 1 end
    at = at + 4 + tonumber(ARGV[at + 3])
  end
  local version = expected
  if expected_key > 0 and known < count then _, version = bounds(KEYS[expected_key]) end
  if version ~= expected then
    result[call + 1] = { 'conflict:' .. version }
  else
    local sequences = {}
    for i = 1, count do
      local start = starts[i]
      local stored = redis.call('ZSCORE', KEYS[3], ARGV[start])
      if stored then
        sequences[i] = -tonumber(stored)
      else
        head = head + 1
        local entry = '0-' .. string.format('%.0f', head)
        local task, family, fields = tonumber(ARGV[start + 1]), tonumber(ARGV[start + 2]), tonumber(ARGV[start + 3])
        redis.call('XADD', KEYS[2], entry, 'sequence', string.sub(entry, 3), unpack(ARGV, start + 4, start + 3 + fields))
        redis.call('ZADD', KEYS[3], head, ARGV[start])
        if task > 0 then redis.call('XADD', KEYS[task], entry, '', '') end
        if family > 0 then
          redis.call('XADD', KEYS[family], 'MAXLEN', '~', max_length, entry, 'sequence', string.sub(entry, 3),
            unpack(ARGV, start + 4, start + 3 + fields))
        end
        sequences[i] = head
      end
    end
    result[call + 1] = sequences
  end
end
return result
`);
