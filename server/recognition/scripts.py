"""What has to happen in Redis as one step. Time is Redis's own."""

from __future__ import annotations

_NOW = "local t = redis.call('TIME'); local now = t[1] * 1000 + math.floor(t[2] / 1000)\n"

SUBMIT = """
if ARGV[4] == 'trim' then
  redis.call('XTRIM', KEYS[1], 'MAXLEN', tonumber(ARGV[2]) - 1)
elseif redis.call('XLEN', KEYS[1]) >= tonumber(ARGV[2]) then
  return false
end
local id = redis.call('XADD', KEYS[1], '*', 'v', ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return id
"""
"""KEYS queue; ARGV job, limit, life of the queue in ms, `trim` or `refuse` when it is full."""

PROMOTE = """
local pending = redis.pcall('XPENDING', KEYS[1], ARGV[2], ARGV[1], ARGV[1], 1)
if #pending > 0 and not pending['err'] then return false end
local found = redis.call('XRANGE', KEYS[1], ARGV[1], ARGV[1])
if #found == 0 then return false end
redis.call('XDEL', KEYS[1], ARGV[1])
local id = redis.call('XADD', KEYS[2], '*', 'v', found[1][2][2])
redis.call('PEXPIRE', KEYS[2], ARGV[3])
return id
"""
"""KEYS from, to; ARGV id, group, life. A job that nobody has taken moves to another queue; its new id."""

MISSING = """
local missing = {}
for index = 1, #KEYS do
  missing[index] = #redis.call('XRANGE', KEYS[index], ARGV[index], ARGV[index]) == 0 and 1 or 0
end
return missing
"""

BEAT = (
    _NOW
    + """
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
redis.call('HSET', KEYS[2], ARGV[1], ARGV[3])
for _, dead in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now)) do
  redis.call('ZREM', KEYS[1], dead)
  redis.call('HDEL', KEYS[2], dead)
end
redis.call('PEXPIRE', KEYS[1], 60000)
redis.call('PEXPIRE', KEYS[2], 60000)
return now
"""
)
"""KEYS workers, cards; ARGV worker, lease in ms, card."""

LOOK = (
    _NOW
    + """
local cards = {}
for _, worker in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. now, '+inf')) do
  local card = redis.call('HGET', KEYS[2], worker)
  if card then cards[#cards + 1] = worker; cards[#cards + 1] = card end
end
local backlog = {}
for index = 3, #KEYS do
  local length = redis.call('XLEN', KEYS[index])
  local taken, oldest = 0, now
  if length > 0 then
    local pending = redis.pcall('XPENDING', KEYS[index], ARGV[1])
    if not pending['err'] then taken = pending[1] end
    if ARGV[2] == 'ages' then
      local first = redis.call('XRANGE', KEYS[index], '-', '+', 'COUNT', 1)[1][1]
      oldest = tonumber(string.match(first, '^%d+'))
    end
  end
  backlog[#backlog + 1] = {length, taken, now - oldest}
end
return {cards, backlog}
"""
)
"""KEYS workers, cards, queues; ARGV group, `ages` (which costs Redis a copy of each queue's first job) or nothing."""

SETTLE = """
if ARGV[3] ~= '' then
  redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[4], '*', 'v', ARGV[3])
  redis.call('PEXPIRE', KEYS[2], ARGV[5])
end
redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
return redis.call('XDEL', KEYS[1], ARGV[2])
"""
"""KEYS queue, answers; ARGV group, id, answer (may be empty), limit and life of the answers. So that a job is either
answered or still there, whenever a worker dies."""

BURY = """
redis.call('XADD', KEYS[2], 'MAXLEN', ARGV[3], '*', 'queue', KEYS[1], 'id', ARGV[2], 'deliveries', ARGV[4])
redis.call('PEXPIRE', KEYS[2], ARGV[5])
return 1
"""
"""KEYS queue, dead; ARGV group, id, limit, deliveries, life. Without what was said."""

LEAVE = """
local consumers = redis.pcall('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])
if consumers['err'] then return 0 end
local gone = 0
for _, consumer in ipairs(consumers) do
  local seen = {}
  for index = 1, #consumer, 2 do seen[consumer[index]] = consumer[index + 1] end
  if seen['pending'] == 0 and (seen['name'] == ARGV[2] or seen['idle'] > tonumber(ARGV[3])) then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], seen['name'])
    gone = gone + 1
  end
end
return gone
"""
"""KEYS queue; ARGV group, worker, idle in ms. Consumers that are no more, so that their names do not pile up; one that
still has jobs stays until others have them."""
