import { BOUNDS, defineScript } from './script.ts';

/**
 * Appends the events of several calls, each of which is stored whole or not at all.
 *
 * KEYS: meta, log, ids.
 * ARGV: the log's identity; the id of an event that must be stored already ('' for none: otherwise TRYAGAIN); what the
 * keys of tasks begin with; the length of family streams; the numbers of events and of calls.
 * The ids of all events. For each event its task ('' for none), its type, and itself as JSON. For each call the task whose
 * version is expected ('' for none), that version, and the number of its events. At last the copies: the number of the
 * event, the key of its family, the number of fields and values, and these.
 *
 * Reply: the head before; and for each call that is not stored as a whole behind what comes before it: its number, and
 * the version that its task has instead, or a list of its sequences, negative for what was stored already.
 */
export const appendEvents = defineScript(`${BOUNDS}
local call, format = redis.call, string.format
if call('HGET', KEYS[1], 'log_id') ~= ARGV[1] then return redis.error_reply('REPLACED log') end
if ARGV[2] ~= '' and not call('ZSCORE', KEYS[3], ARGV[2]) then
  return redis.error_reply('TRYAGAIN what comes before it is not stored')
end
local log, task_keys, max_length = KEYS[2], ARGV[3], ARGV[4]
local events, calls = tonumber(ARGV[5]), tonumber(ARGV[6])
local events_at = 6 + events
local calls_at = events_at + 3 * events
local foreign, head = bounds(log)
if type(foreign) == 'table' then return foreign end

-- So many at once: a call of Lua takes only so many arguments.
local PART = 1000
local stored = {}
for from = 1, events, PART do
  local to = math.min(from + PART - 1, events)
  for i, score in ipairs(call('ZMSCORE', KEYS[3], unpack(ARGV, 6 + from, 6 + to))) do
    if score then stored[ARGV[5 + from + i]] = tonumber(score) end
  end
end

local result, new_ids, entries, versions = { head }, {}, {}, {}
local event = 0
for at = calls_at + 1, calls_at + 3 * calls, 3 do
  local task, expected, last = ARGV[at], tonumber(ARGV[at + 1]), event + tonumber(ARGV[at + 2])
  local version = expected
  if task ~= '' then
    local all = true
    for i = event + 1, last do all = all and stored[ARGV[6 + i]] end
    if not all then version = versions[task] or select(2, bounds(task_keys .. task)) end
  end
  local sequences
  if version ~= expected then
    sequences, event = version, last
  end
  for i = event + 1, last do
    local id = ARGV[6 + i]
    local sequence = stored[id]
    if sequence then
      if not sequences then
        sequences = {}
        for before = event + 1, i - 1 do sequences[before - event] = head - (i - 1) + before end
      end
      sequences[i - event] = -sequence
    else
      head = head + 1
      stored[id] = head
      entries[i] = '0-' .. format('%.0f', head)
      new_ids[#new_ids + 1] = head
      new_ids[#new_ids + 1] = id
      versions[ARGV[events_at + 3 * i - 2]] = head
      if sequences then sequences[i - event] = head end
    end
  end
  event = last
  if sequences then
    result[#result + 1] = { (at - calls_at + 2) / 3, sequences }
  end
end

for from = 1, #new_ids, PART do
  call('ZADD', KEYS[3], unpack(new_ids, from, math.min(from + PART - 1, #new_ids)))
end
for i = 1, events do
  local entry, at = entries[i], events_at + 3 * i
  local task = ARGV[at - 2]
  if entry and task == '' then
    call('XADD', log, entry, 'type', ARGV[at - 1], 'event', ARGV[at])
  elseif entry then
    call('XADD', log, entry, 'type', ARGV[at - 1], 'task_id', task, 'event', ARGV[at])
    call('XADD', task_keys .. task, entry, '', '')
  end
end
local at = calls_at + 3 * calls + 1
while at < #ARGV do
  local entry, fields = entries[tonumber(ARGV[at])], tonumber(ARGV[at + 2])
  if entry then
    call('XADD', ARGV[at + 1], 'MAXLEN', '~', max_length, entry, 'sequence', string.sub(entry, 3),
      unpack(ARGV, at + 3, at + 2 + fields))
  end
  at = at + 3 + fields
end
return result
`);
