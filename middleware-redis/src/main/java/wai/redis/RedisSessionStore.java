package wai.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import redis.clients.jedis.params.SetParams;
import wai.session.SessionStore;

/// Keeps sessions in Redis, where several processes find them.
///
/// {@snippet file="wai/redis/Samples.java" region="sessions"}
///
/// One key for each session, named by a digest of its name, so that who reads the keys can take no session over; Redis
/// forgets it when its time is over. Sessions survive the end of a process, and that of Redis as far as it writes to
/// disk (`appendonly yes`).
///
/// While Redis is away, requests of browsers that have a session are answered with 503, or go on with an empty one by
/// `Sessions.emptyWhileTheStoreIsAway()`. A value that is no session, or too long, counts as none, and is logged.
public final class RedisSessionStore implements SessionStore {
    private static final System.Logger LOG = System.getLogger("wai.redis");
    private static final int BYTES = 64 * 1024;
    private static final int FEWEST_BYTES = 1024;
    private static final int MOST_BYTES = 16 * 1024 * 1024;

    private final Redis redis;
    private final int bytes;

    private RedisSessionStore(Redis redis, int bytes) {
        this.redis = redis;
        this.bytes = bytes;
    }

    /// A store for sessions of up to 64 KiB.
    ///
    /// @param redis where it is
    /// @return the store
    public static RedisSessionStore of(Redis redis) {
        return new RedisSessionStore(requireNonNull(redis, "redis"), BYTES);
    }

    /// Sets how many bytes a session may take; 65,536 unless set. To save more fails the request.
    ///
    /// @param most 1024 to 16,777,216
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is less or more
    public RedisSessionStore withBytes(int most) {
        if (most < FEWEST_BYTES || most > MOST_BYTES) {
            throw new IllegalArgumentException(
                    "sessions of " + most + " bytes: expected " + FEWEST_BYTES + " to " + MOST_BYTES);
        }
        return new RedisSessionStore(redis, most);
    }

    /// {@inheritDoc}
    ///
    /// @throws RedisException when Redis is away or refuses
    @Override
    public Optional<Map<String, String>> load(String name) throws RedisException {
        var key = key(name);
        var value = redis.call(jedis -> jedis.getrange(key, 0, bytes)); // one more than may be
        if (value.length == 0) {
            return Optional.empty();
        }
        try {
            if (value.length > bytes) {
                throw new IOException("a session of more than " + bytes + " bytes");
            }
            return Optional.of(SessionFormat.read(value));
        } catch (IOException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    () -> new String(key, UTF_8) + " counts as no session: " + e.getMessage());
            return Optional.empty();
        }
    }

    /// {@inheritDoc}
    ///
    /// @throws RedisException when Redis is away or refuses
    /// @throws IllegalArgumentException when the session is too long
    @Override
    public void save(String name, Map<String, String> values, Duration lifetime) throws IOException {
        var value = SessionFormat.write(values);
        if (value.length > bytes) {
            throw new IllegalArgumentException(
                    "a session of " + value.length + " bytes: expected " + bytes + " or less (RedisSessionStore)");
        }
        var key = key(name);
        redis.call(jedis -> jedis.set(key, value, SetParams.setParams().px(lifetime.toMillis())));
    }

    /// {@inheritDoc}
    ///
    /// @throws RedisException when Redis is away or refuses
    @Override
    public void extend(String name, Duration lifetime) throws RedisException {
        var key = key(name);
        redis.call(jedis -> jedis.pexpire(key, lifetime.toMillis()));
    }

    /// {@inheritDoc}
    ///
    /// @throws RedisException when Redis is away or refuses
    @Override
    public void delete(String name) throws RedisException {
        var key = key(name);
        redis.call(jedis -> jedis.del(key));
    }

    private byte[] key(String name) {
        return redis.key("session", Redis.digest(name)).getBytes(UTF_8);
    }
}
