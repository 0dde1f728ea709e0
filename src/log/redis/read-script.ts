import { BOUNDS, defineScript } from './script.ts';

/** KEYS: log. Reply: the first and the last sequence; of an empty log 1 and 0. */
export const readBounds = defineScript(`${BOUNDS}
local first, last = bounds(KEYS[1])
if type(first) == 'table' then return first end
if last == 0 then first = 1 end
return { first, last }
`);

/**
 * Looks for events of a task, of some types, or both, so that what does not fit need not travel.
 *
 * KEYS: log, and the index of the task if there is one.
 * ARGV: the sequences from and until which it looks (inclusive), how many events it gives and how many it looks at, at
 * most; and the types, if not all.
 *
 * Reply: up to where it has looked, and the entries.
 */
export const findEvents = defineScript(`
local from, last = tonumber(ARGV[1]), tonumber(ARGV[2])
local wanted, looks = tonumber(ARGV[3]), tonumber(ARGV[4])
local types = #ARGV > 4 and {} or nil
for i = 5, #ARGV do types[ARGV[i]] = true end

local function fits(fields)
  if not types then return true end
  for i = 1, #fields, 2 do
    if fields[i] == 'type' then return types[fields[i + 1]] end
  end
  return false
end

local index = KEYS[2] or KEYS[1]
local found = {}
while from <= last and looks > 0 and #found < wanted do
  local page = redis.call('XRANGE', index, '0-' .. string.format('%.0f', from), '0-' .. string.format('%.0f', last),
    'COUNT', math.min(looks, wanted, 500))
  looks = looks - math.max(#page, 1)
  if #page == 0 then from = last + 1 end
  for i = 1, #page do
    local entry = page[i]
    if KEYS[2] then entry = redis.call('XRANGE', KEYS[1], entry[1], entry[1])[1] end
    from = tonumber(string.sub(page[i][1], 3)) + 1
    if entry and fits(entry[2]) then
      found[#found + 1] = entry
      if #found == wanted then break end
    end
  end
end
return { from - 1, found }
`);

/**
 * KEYS: the set of reducers, and the index of a task if that is what was read. ARGV: the beginning of the keys of snapshots.
 * Reply: 1 if events of it were removed, and the newest event that is in a snapshot.
 */
export const describeTrimming = defineScript(`
local removed = 1
if KEYS[2] then
  local length, added = 0, 0
  if redis.call('EXISTS', KEYS[2]) == 1 then
    local info = redis.call('XINFO', 'STREAM', KEYS[2])
    for i = 1, #info, 2 do
      if info[i] == 'length' then length = info[i + 1] end
      if info[i] == 'entries-added' then added = info[i + 1] end
    end
  end
  if added == length then removed = 0 end
end
local newest = 0
for _, reducer in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  local snapshots = redis.call('HGETALL', ARGV[1] .. reducer)
  for i = 1, #snapshots, 2 do
    if string.match(snapshots[i], ':sequence$') then newest = math.max(newest, tonumber(snapshots[i + 1])) end
  end
end
return { removed, newest }
`);
