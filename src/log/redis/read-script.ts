import { BOUNDS, defineScript } from './script.ts';

/**
 * KEYS: meta, log. Reply: up to where events may have been removed, and the last sequence; of an empty log 0 and 0.
 */
export const readBounds = defineScript(`${BOUNDS}
local first, last = bounds(KEYS[2])
if type(first) == 'table' then return first end
return { truncated_at(KEYS[1], first, last), last }
`);

/**
 * Looks for events of a task, of some types, or both, so that what does not fit need not travel.
 *
 * KEYS: meta, log, and the index of the task if there is one.
 * ARGV: the sequences from and until which it looks (inclusive), how many events it gives and how many it looks at, at
 * most; and the types, if not all.
 *
 * Reply: up to where it has looked, the entries, and up to where events may have been removed.
 */
export const findEvents = defineScript(`${BOUNDS}
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

local index = KEYS[3] or KEYS[2]
local found = {}
while from <= last and looks > 0 and #found < wanted do
  local page = redis.call('XRANGE', index, '0-' .. string.format('%.0f', from), '0-' .. string.format('%.0f', last),
    'COUNT', math.min(looks, wanted, 500))
  looks = looks - math.max(#page, 1)
  if #page == 0 then from = last + 1 end
  for i = 1, #page do
    local entry = page[i]
    if KEYS[3] then entry = redis.call('XRANGE', KEYS[2], entry[1], entry[1])[1] end
    from = tonumber(string.sub(page[i][1], 3)) + 1
    if entry and fits(entry[2]) then
      found[#found + 1] = entry
      if #found == wanted then break end
    end
  end
end
return { from - 1, found, truncated_at(KEYS[1], bounds(KEYS[2])) }
`);

/** KEYS: the index of a task. Reply: how many events of it were removed. */
export const countRemoved = defineScript(`
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
local info = redis.call('XINFO', 'STREAM', KEYS[1])
local length, added = 0, 0
for i = 1, #info, 2 do
  if info[i] == 'length' then length = info[i + 1] end
  if info[i] == 'entries-added' then added = info[i + 1] end
end
return added - length
`);
