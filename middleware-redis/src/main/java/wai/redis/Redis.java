package wai.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.net.SocketTimeoutException;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.SslVerifyMode;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.util.JedisURIHelper;

/// One Redis or Valkey server, and a bounded number of connections to it.
///
/// {@snippet file="wai/redis/Samples.java" region="redis"}
///
/// One object for a program; any number of threads use it. Connections are made when they are needed, so a program
/// starts while Redis is away. What was begun on a connection that turns out to be broken is done once more on a new
/// one: after a restart of Redis nobody sees the connections of before. Whatever cannot be done in time is a
/// [RedisException].
public final class Redis implements AutoCloseable {
    private static final int PORT = 6379;
    private static final int DEEPEST_CAUSE = 16;

    /// Errors of a server that starts, stops, is a replica now, or has no connection left for us.
    private static final List<String> ABSENCES = List.of(
            "LOADING", "MASTERDOWN", "READONLY", "BUSY ", "CLUSTERDOWN", "TRYAGAIN", "ERR max number of clients");

    private final RedisSettings settings;
    private final LongSupplier nanos;
    private final HostAndPort place;
    private final RedisClient client;

    /// Until when Redis is left alone, by the clock; the present when it is not.
    private final AtomicLong awayUntil;

    private Redis(RedisSettings settings, LongSupplier nanos) {
        this.settings = settings;
        this.nanos = nanos;
        this.awayUntil = new AtomicLong(nanos.getAsLong());
        var address = settings.address();
        this.place = new HostAndPort(address.getHost(), address.getPort() < 0 ? PORT : address.getPort());
        var pool = new ConnectionPoolConfig();
        pool.setMaxTotal(settings.connections());
        pool.setMaxIdle(settings.connections());
        pool.setMaxWait(settings.patience());
        pool.setJmxEnabled(false);
        this.client = RedisClient.builder()
                .hostAndPort(place)
                .clientConfig(configuration(Duration.ZERO))
                .poolConfig(pool)
                .build();
    }

    /// A server with default settings.
    ///
    /// @param address as [RedisSettings#at]
    /// @return the server; no connection is made yet
    /// @throws IllegalArgumentException when it is no such address
    public static Redis at(URI address) {
        return of(RedisSettings.at(address));
    }

    /// A server.
    ///
    /// @param settings where it is, and how long to wait for it
    /// @return the server; no connection is made yet
    public static Redis of(RedisSettings settings) {
        return of(settings, System::nanoTime);
    }

    static Redis of(RedisSettings settings, LongSupplier nanos) {
        return new Redis(requireNonNull(settings, "settings"), nanos);
    }

    /// Whether it answers now; for health checks.
    ///
    /// @return false when it is away, or refuses
    public boolean isReachable() {
        try {
            var _ = call(RedisClient::ping);
            return true;
        } catch (RedisException _) { // that is the answer
            return false;
        }
    }

    /// Closes all connections. What uses it afterwards fails.
    @Override
    public void close() {
        client.close();
    }

    /// Where it is, without the password.
    @Override
    public String toString() {
        return settings.toString();
    }

    RedisSettings settings() {
        return settings;
    }

    /// The name of a key.
    ///
    /// @param kind what it is for
    /// @param name which one
    String key(String kind, String name) {
        return settings.prefix() + kind + ":" + name;
    }

    /// A name of 43 characters for one of any length, from which nobody finds the other one.
    static String digest(String name) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(name.getBytes(UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /// Has Redis do something that may be done twice.
    <T> T call(Command<T> command) throws RedisException {
        long left = awayUntil.get() - nanos.getAsLong();
        if (left > 0) {
            throw RedisException.away(this + " could not be reached; it is tried again in "
                    + Duration.ofNanos(left).toMillis() + " ms");
        }
        try {
            return attempt(command);
        } catch (JedisDataException e) {
            throw refused(e);
        } catch (JedisException | IllegalStateException e) { // the latter when the pool is closed
            checkInterrupt(e);
            if (isExhausted(e)) {
                throw RedisException.away(
                        "all " + settings.connections() + " connections to " + this + " are in use", e);
            }
            awayUntil.set(nanos.getAsLong() + settings.pause().toNanos());
            throw RedisException.away(this + " is away: " + e.getMessage(), e);
        }
    }

    /// What an error of Redis comes to: some only say that it is not there yet, or not any more.
    RedisException refused(JedisDataException e) {
        var message = "" + e.getMessage();
        return ABSENCES.stream().anyMatch(message::startsWith)
                ? RedisException.away(this + " is away: " + message, e)
                : RedisException.refused(this + " refused: " + message, e);
    }

    /// A connection for who waits long.
    ///
    /// @param block how long an answer may take longer than others
    Jedis open(Duration block) {
        return new Jedis(place, configuration(block));
    }

    private <T> T attempt(Command<T> command) {
        try {
            return command.run(client);
        } catch (JedisDataException e) {
            throw e;
        } catch (JedisException e) {
            if (isCausedBy(e, SocketTimeoutException.class) || isInterrupt(e) || isExhausted(e)) {
                throw e;
            }
            client.getPool().clear(); // the connections of before a restart
            return command.run(client);
        }
    }

    /// Whether all connections were in use.
    private static boolean isExhausted(RuntimeException e) {
        return isCausedBy(e, NoSuchElementException.class);
    }

    /// Who is interrupted is told so, and Redis is not to blame.
    private void checkInterrupt(RuntimeException e) throws RedisException {
        if (isInterrupt(e)) {
            Thread.currentThread().interrupt();
            throw RedisException.away("interrupted while " + this + " was waited for", e);
        }
    }

    private static boolean isInterrupt(RuntimeException e) {
        return Thread.currentThread().isInterrupted() || isCausedBy(e, InterruptedException.class);
    }

    private static boolean isCausedBy(Throwable e, Class<? extends Exception> type) {
        var cause = e.getCause();
        for (int depth = 0; cause != null && depth < DEEPEST_CAUSE; depth++) {
            if (type.isInstance(cause)) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    private DefaultJedisClientConfig configuration(Duration block) {
        var address = settings.address();
        int answer = (int) settings.answerTimeout().toMillis();
        var configuration = DefaultJedisClientConfig.builder()
                .connectionTimeoutMillis((int) settings.connectTimeout().toMillis())
                .socketTimeoutMillis(answer)
                .blockingSocketTimeoutMillis(answer + (int) block.toMillis())
                .database(JedisURIHelper.getDBIndex(address));
        var user = JedisURIHelper.getUser(address);
        if (user != null) {
            configuration.user(user);
        }
        var password = JedisURIHelper.getPassword(address);
        if (password != null) {
            configuration.password(password);
        }
        if ("rediss".equals(address.getScheme())) {
            configuration.sslOptions(
                    SslOptions.builder().sslVerifyMode(SslVerifyMode.FULL).build());
        }
        return configuration.build();
    }

    /// What Redis is to do.
    @FunctionalInterface
    interface Command<T> {
        T run(RedisClient client);
    }
}
