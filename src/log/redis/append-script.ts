import { BOUNDS, defineScript } from './script.ts';

/**
 * Appends events of several calls, one after the other; those of a call that expects a version all or none.
 *
 * KEYS: meta, log, ids.
 * ARGV: the log's identity; the id of an event that must be stored already ('' for none: otherwise TRYAGAIN); what the
 * keys of tasks begin with; the length of family streams; a channel; how many events, expectations and publications follow.
 * The ids of all events. For each event its task ('' for none), its type, and itself as JSON. For each expectation the
 * number of its first event, how many they are, the task, and the version that it must have. For each publication the
 * number of the event. At last the copies: the number of the event, the key of its family, the number of fields and
 * values, and these.
 *
 * Reply: the head before (0 if nothing is new), which the events follow, but: pairs of the number of an event that was
 * stored already and its sequence; and pairs of the number of the first event of those that are refused and the version
 * that their task has.
 */
export const appendEvents = defineScript(`${BOUNDS}
local call = redis.call
if call('HGET', KEYS[1], 'log_id') ~= ARGV[1] then return redis.error_reply('REPLACED log') end
if ARGV[2] ~= '' and not call('ZSCORE', KEYS[3], ARGV[2]) then
  return redis.error_reply('TRYAGAIN what comes before it is not stored')
end
local log, task_keys, max_length, channel = KEYS[2], ARGV[3], ARGV[4], ARGV[5]
local events, expectations, publications = tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])
local ids_at = 8
local events_at = ids_at + events
local expectations_at = events_at + 3 * events
local publications_at = expectations_at + 4 * expectations
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

local before, known, conflicts = 0, {}, {}
local head, first
local new_ids, entries, versions = {}, {}, {}
local at, refused = expectations_at + 1, 0
for i = 1, events do
  if at <= publications_at and i == tonumber(ARGV[at]) then
    local last, task, expected = i + tonumber(ARGV[at + 1]) - 1, ARGV[at + 2], tonumber(ARGV[at + 3])
    local all = true
    for j = i, last do all = all and stored[ARGV[ids_at + j]] end
    local version = all and expected or versions[task] or select(2, bounds(task_keys .. task))
    if version ~= expected then
      conflicts[#conflicts + 1] = { i, version }
      refused = last
    end
    at = at + 4
  end
  local id = ARGV[ids_at + i]
  if i > refused and stored[id] then
    known[#known + 1] = { i, stored[id] }
  elseif i > refused then
    local entry
    if head then
      head = head + 1
      entry = '0-' .. string.format('%d', head)
    else
      -- Written at once: the server says which number is the next, for less than it asks to tell the head.
      entry = write(redis.pcall, '0-*', i)
      if type(entry) == 'table' then
        local foreign = bounds(log)
        return type(foreign) == 'table' and foreign or entry
      end
      head, first = tonumber(string.sub(entry, 3)), i
      before = head - 1
    end
    stored[id] = head
    entries[i] = entry
    new_ids[#new_ids + 1] = string.sub(entry, 3)
    new_ids[#new_ids + 1] = id
    versions[ARGV[events_at + 3 * i - 2]] = head
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
at = copies_at + 1
while at < #ARGV do
  local entry, fields = entries[tonumber(ARGV[at])], tonumber(ARGV[at + 2])
  if entry then
    call('XADD', ARGV[at + 1], 'MAXLEN', '~', max_length, entry, 'sequence', string.sub(entry, 3),
      unpack(ARGV, at + 3, at + 2 + fields))
  end
  at = at + 3 + fields
end
return { before, known, conflicts }
`);
