/** What the store does, as scripts: each is one step to Redis, by its own clock, and leaves nothing without an end. */

/** Where scripts run: Redis over its own protocol, or over HTTP. */
export interface ScriptHost {
  /** Keys of one call must lie in one slot. */
  readonly isCluster: boolean;
  /** Runs a script on keys with arguments. @throws when the service is away. */
  run<T>(script: string, keys: readonly string[], args: readonly string[]): Promise<T>;
}

/** Counts one. ARGV: max, window in ms. Gives for how long no more is allowed, or 0. */
export const countScript = `
local count = redis.call('INCR', KEYS[1])
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  left = tonumber(ARGV[2])
  redis.call('PEXPIRE', KEYS[1], left)
end
if count <= tonumber(ARGV[1]) then return 0 end
return math.max(left, 1)`;

/** Forgets a key. */
export const forgetScript = `return redis.call('DEL', KEYS[1])`;

// A set is a hash of members; a value begins with its lease's end, so that each ends by itself.
const clock = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function ended(held) return tonumber(string.match(held, '^(%d+):')) <= now end`;

/** Holds leases. KEYS: a key for each; ARGV: life in ms, then member and value for each. */
export const holdScript = `${clock}
local life = tonumber(ARGV[1])
local seen = {}
for place, key in ipairs(KEYS) do
  if not seen[key] then
    seen[key] = true
    local all = redis.call('HGETALL', key)
    for at = 1, #all, 2 do
      if ended(all[at + 1]) then redis.call('HDEL', key, all[at]) end
    end
  end
  local value = string.format('%.0f:', now + life) .. ARGV[2 * place + 1]
  redis.call('HSET', key, ARGV[2 * place], value)
  redis.call('PEXPIRE', key, math.max(life, redis.call('PTTL', key)))
end
return #KEYS`;

/** Ends leases. KEYS: a key for each; ARGV: a member for each. */
export const dropScript = `
for place, key in ipairs(KEYS) do redis.call('HDEL', key, ARGV[place]) end
return #KEYS`;

/** The living leases of each key: member, value, member, value. */
export const readScript = `${clock}
local sets = {}
for place, key in ipairs(KEYS) do
  local living = {}
  local all = redis.call('HGETALL', key)
  for at = 1, #all, 2 do
    if not ended(all[at + 1]) then
      table.insert(living, all[at])
      table.insert(living, string.match(all[at + 1], '^%d+:(.*)$'))
    end
  end
  sets[place] = living
end
return sets`;
