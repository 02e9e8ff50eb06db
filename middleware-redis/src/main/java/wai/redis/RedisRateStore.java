package wai.redis;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import wai.limits.RateStore;

/// Counts in Redis what clients send, for a `RateLimit` that several processes share.
///
/// {@snippet file="wai/redis/Samples.java" region="rate-limit"}
///
/// One number for each client, which Redis forgets when the client's share is whole again; one step of Redis for each
/// request, by its own clock, so that the clocks of the processes do not matter. Clients are named by digests: who
/// reads the keys learns no API key.
///
/// While Redis is away, requests are answered with 503, or pass with `RateLimit.openWhileTheStoreIsAway()`. What
/// clients have used is lost when Redis loses it.
public final class RedisRateStore implements RateStore {
    /// The generic cell rate algorithm in microseconds: the key has the time at which the share will be whole. A time
    /// further ahead than that is of another limit, or of a clock that was set back.
    private static final Script TAKE = new Script("""
            local time = redis.call('TIME')
            local now = time[1] * 1000000 + time[2]
            local interval, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
            local kept = redis.call('GET', KEYS[1])
            local whole = now
            if kept then
                if not string.match(kept, '^%d+$') or #kept > 16 then
                    return redis.error_reply('ERR ' .. KEYS[1] .. ' holds no time: expected up to 16 digits')
                end
                whole = math.min(math.max(tonumber(kept), now), now + burst)
            end
            local wait = whole + interval - now - burst
            if wait > 0 then
                return string.format('%.0f', wait)
            end
            redis.call('SET', KEYS[1], string.format('%.0f', whole + interval),
                'PX', string.format('%.0f', math.ceil((whole + interval - now) / 1000)))
            return '0'
            """);

    private static final int NANOS_PER_MICRO = 1000;
    private static final Duration LONGEST = Duration.ofDays(366);

    private final Redis redis;
    private final String name;

    private RedisRateStore(Redis redis, String name) {
        this.redis = redis;
        this.name = name;
    }

    /// A store.
    ///
    /// @param redis where it is
    /// @param name which limit this is: limits of the same name count together
    /// @return the store
    public static RedisRateStore of(Redis redis, String name) {
        return new RedisRateStore(requireNonNull(redis, "redis"), requireNonNull(name, "name"));
    }

    /// {@inheritDoc}
    ///
    /// @throws RedisException when Redis is away or refuses
    /// @throws IllegalArgumentException when the share is of more than 366 days, or has less than a microsecond for
    ///     each request
    @Override
    public Duration take(String client, Share share) throws RedisException {
        long interval = share.time().toNanos() / share.requests() / NANOS_PER_MICRO;
        if (interval < 1 || share.time().compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(share.requests() + " requests in " + share.time()
                    + ": expected a microsecond or more for each, and 366 days or less in Redis");
        }
        var keys = List.of(redis.key("rate", name + ":" + Redis.digest(client)));
        var arguments = List.of(Long.toString(interval), Long.toString(interval * share.requests()));
        var wait = redis.call(jedis -> TAKE.run(jedis, keys, arguments));
        return Duration.ofNanos(Long.parseLong(wait.toString()) * NANOS_PER_MICRO);
    }
}
