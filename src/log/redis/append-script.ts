import { BOUNDS, defineScript } from './script.ts';

/**
 * Appends the events of several calls, each of which is stored whole or not at all.
 *
 * KEYS: meta, log, ids.
 * ARGV: the log's identity; the id of an event that must be stored already ('' for none: otherwise TRYAGAIN); what the
 * keys of tasks begin with; the length of family streams; a channel; how many events, calls and publications follow.
 * The ids of all events. For each event its task ('' for none), its type, and itself as JSON. For each call the task whose
 * version is expected ('' for none), that version, and the number of its events. For each publication the number of the event. At
 * last the copies: the number of the event, the key of its family, the number of fields and values, and these.
 *
 * Reply: the head before (0 if nothing is new); and for each call that is not stored as a whole behind what comes before it: its number, and
 * the version that its task has instead, or a list of its sequences, negative for what was stored already.
 */
export const appendEvents = defineScript(`${BOUNDS}
local call, format = redis.call, string.format
if call('HGET', KEYS[1], 'log_id') ~= ARGV[1] then return redis.error_reply('REPLACED log') end
if ARGV[2] ~= '' and not call('ZSCORE', KEYS[3], ARGV[2]) then
  return redis.error_reply('TRYAGAIN what comes before it is not stored')
end
local log, task_keys, max_length, channel = KEYS[2], ARGV[3], ARGV[4], ARGV[5]
local events, calls, publications = tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])
local ids_at = 8
local events_at = ids_at + events
local calls_at = events_at + 3 * events
local publications_at = calls_at + 3 * calls
local copies_at = publications_at + publications

-- So many at once: a call of Lua takes only so many arguments.
local PART = 1000
local stored = {}
for from = 1, events, PART do
  local to = math.min(from + PART - 1, events)
  for i, score in ipairs(call('ZMSCORE', KEYS[3], unpack(ARGV, ids_at + from, ids_at + to))) do
    if score then stored[ARGV[ids_at + from + i - 1]] = tonumber(score) end
  end
end

local function write(command, entry, i)
  local at = events_at + 3 * i
  local task = ARGV[at - 2]
  if task == '' then return command('XADD', log, entry, 'type', ARGV[at - 1], 'event', ARGV[at]) end
  return command('XADD', log, entry, 'type', ARGV[at - 1], 'task_id', task, 'event', ARGV[at])
end

local head, first
local result, new_ids, entries, versions = { 0 }, {}, {}, {}
local event = 0
for at = calls_at + 1, calls_at + 3 * calls, 3 do
  local task, expected, last = ARGV[at], tonumber(ARGV[at + 1]), event + tonumber(ARGV[at + 2])
  local version = expected
  if task ~= '' then
    local all = true
    for i = event + 1, last do all = all and stored[ARGV[ids_at + i]] end
    if not all then version = versions[task] or select(2, bounds(task_keys .. task)) end
  end
  local sequences
  if version ~= expected then
    sequences, event = version, last
  end
  for i = event + 1, last do
    local id = ARGV[ids_at + i]
    local sequence = stored[id]
    if sequence then
      if not sequences then
        sequences = {}
        for before = event + 1, i - 1 do sequences[before - event] = head - (i - 1) + before end
      end
      sequences[i - event] = -sequence
    else
      if head then
        head = head + 1
      else
        -- Written at once: the server says which number is the next, for less than it asks to tell the head.
        local entry = write(redis.pcall, '0-*', i)
        if type(entry) == 'table' then
          local foreign = bounds(log)
          return type(foreign) == 'table' and foreign or entry
        end
        head, first = tonumber(string.sub(entry, 3)), i
        result[1] = head - 1
      end
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
  local entry, task = entries[i], ARGV[events_at + 3 * i - 2]
  if entry and i ~= first then write(call, entry, i) end
  if entry and task ~= '' then call('XADD', task_keys .. task, entry, '', '') end
end
for at = publications_at + 1, copies_at do
  local i = tonumber(ARGV[at])
  -- Who may not publish appends all the same.
  if entries[i] then
    redis.pcall('PUBLISH', channel,
      '{"sequence":' .. string.sub(entries[i], 3) .. ',' .. string.sub(ARGV[events_at + 3 * i], 2))
  end
end
local at = copies_at + 1
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
