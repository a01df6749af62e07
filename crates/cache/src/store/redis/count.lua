-- Counts one more time, unless that is once too often (GCRA, ITU-T I.371): the key holds the moment at which everything
-- that was counted will have been given back. All times are in microseconds, by the clock of this server alone.
local key, interval, limit = KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2])
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local most = now + interval * limit

-- A moment in the past is as good as none, and one too far ahead was written by another clock.
local settled = tonumber(redis.call('GET', key)) or now
settled = math.min(math.max(settled, now), most) + interval
if settled > most then
    return {0, settled - most}
end
redis.call('SET', key, string.format('%.0f', settled), 'PX', math.ceil((settled - now) / 1000))
return {1, math.floor((most - settled) / interval)}
