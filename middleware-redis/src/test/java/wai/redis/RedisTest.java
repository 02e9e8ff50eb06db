package wai.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.RedisClient;

/// [Redis] and [RedisSettings]: what is waited for, and what becomes of a Redis that goes and comes.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RedisTest {
    private RedisServer server;

    @BeforeAll
    void start() {
        server = RedisServer.keeping();
    }

    @AfterAll
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    // ------------------------------------------------------------------------------------------ going and coming

    @Test
    void survivesARestartWithoutAnybodyNoticing() throws Exception {
        try (var redis = Redis.of(server.settings())) {
            redis.call(jedis -> jedis.set("kept", "1"));

            server.stop();
            server.start();

            String kept = redis.call(jedis -> jedis.get("kept"));
            assertThat(kept).isEqualTo("1");
        }
    }

    @Test
    void saysThatRedisIsAwayAndLeavesItAloneForAWhile() throws Exception {
        var nanos = new AtomicLong();
        var settings = RedisSettings.at(server.address()).withPause(Duration.ofMillis(250));
        try (var redis = Redis.of(settings, nanos::get)) {
            assertThat(redis.isReachable()).isTrue();
            server.stop();
            try {
                var first = catchThrowableOfType(RedisException.class, () -> redis.call(RedisClient::ping));
                int tried = server.relay().accepted();
                nanos.addAndGet(Duration.ofMillis(250).toNanos() - 1);
                var second = catchThrowableOfType(RedisException.class, () -> redis.call(RedisClient::ping));

                assertThat(first.isAway()).isTrue();
                assertThat(first.status().code()).isEqualTo(503);
                assertThat(second).hasMessageContaining("tried again in 0 ms");
                assertThat(redis.isReachable()).isFalse();
                assertThat(server.relay().accepted()).isEqualTo(tried);
            } finally {
                server.start();
            }
            nanos.addAndGet(1);
            assertThat(redis.isReachable()).isTrue();
        }
    }

    @Test
    void waitsNoLongerThanSetForAnAnswer() {
        try (var redis = Redis.of(server.settings().withAnswerTimeout(Duration.ofMillis(50)))) {
            assertThat(redis.isReachable()).isTrue();
            server.relay().mute(true);
            try {
                assertThatThrownBy(() -> redis.call(RedisClient::ping))
                        .isInstanceOf(RedisException.class)
                        .hasMessageContaining("Read timed out");
            } finally {
                server.relay().mute(false);
            }
        }
    }

    @Test
    void waitsNoLongerThanSetForAConnectionWhileAllAreInUse() throws Exception {
        var inUse = new CountDownLatch(1);
        var mayEnd = new CountDownLatch(1);
        try (var redis = Redis.of(server.settings().withConnections(1).withPatience(Duration.ofMillis(1)))) {
            var holder = CompletableFuture.runAsync(() -> {
                try (var _ = borrowed(redis)) {
                    inUse.countDown();
                    mayEnd.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            inUse.await();

            assertThatThrownBy(() -> redis.call(RedisClient::ping))
                    .isInstanceOf(RedisException.class)
                    .hasMessageContaining("all 1 connections")
                    .hasMessageContaining("in use");

            mayEnd.countDown();
            holder.join();
            assertThat(redis.isReachable()).isTrue();
        }
    }

    private static AutoCloseableConnection borrowed(Redis redis) {
        var taken = new ArrayList<redis.clients.jedis.Connection>(1);
        try {
            redis.call(jedis -> taken.add(jedis.getPool().getResource()));
        } catch (RedisException e) {
            throw new IllegalStateException(e);
        }
        return taken.getFirst()::close;
    }

    private interface AutoCloseableConnection extends AutoCloseable {
        @Override
        void close();
    }

    @Test
    void makesNoMoreConnectionsThanSet() throws Exception {
        int before = server.relay().accepted();
        try (var redis = Redis.of(server.settings().withConnections(3).withPatience(Duration.ofMinutes(1)))) {
            var calls = new ArrayList<CompletableFuture<Void>>();
            for (int i = 0; i < 50; i++) {
                calls.add(CompletableFuture.runAsync(
                        () -> assertThat(redis.isReachable()).isTrue()));
            }
            calls.forEach(CompletableFuture::join);
        }

        assertThat(server.relay().accepted() - before).isBetween(1, 3);
    }

    @Test
    void tellsARefusalFromAbsence() throws Exception {
        try (var redis = Redis.of(server.settings())) {
            redis.call(jedis -> jedis.lpush("list", "1"));

            var refusal = catchThrowableOfType(RedisException.class, () -> redis.call(jedis -> jedis.get("list")));

            assertThat(refusal.isAway()).isFalse();
            assertThat(refusal.status().code()).isEqualTo(500);
            assertThat(refusal).hasMessageContaining("WRONGTYPE");
            assertThat(redis.isReachable()).isTrue();
        }
    }

    @Test
    void doesNotBlameRedisForAnInterrupt() throws Exception {
        try (var redis = Redis.of(server.settings().withPause(Duration.ofMinutes(1)))) {
            var seen = new CompletableFuture<Boolean>();
            var thread = Thread.ofVirtual().start(() -> {
                Thread.currentThread().interrupt();
                try {
                    redis.call(jedis -> jedis.blpop(1, "nothing"));
                } catch (RedisException e) {
                    seen.complete(Thread.currentThread().isInterrupted());
                }
            });
            thread.join();

            assertThat(seen.getNow(false)).isTrue();
            assertThat(redis.isReachable()).isTrue();
        }
    }

    @Test
    void failsWhenItIsClosed() {
        var redis = Redis.of(server.settings());
        redis.close();

        assertThat(redis.isReachable()).isFalse();
    }

    // ------------------------------------------------------------------------------------------ settings

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "http://a:1",
                "redis:a",
                "redis:///",
                "//a:1",
                "redis://a:0",
                "redis://user:secret@a:65536",
                "rediss:///0"
            })
    void refusesAnAddressThatIsNone(String address) {
        assertThatThrownBy(() -> Redis.at(URI.create(address)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected redis://host:port")
                .hasMessageNotContainingAny("secret");
    }

    @Test
    void showsNoPassword() {
        try (var redis = Redis.at(URI.create("rediss://user:secret@redis.example/3"))) {
            assertThat(redis).hasToString("rediss://…@redis.example/3");
        }
    }

    @Test
    void holdsTimesWithinAMillisecondAndAMinute() {
        var settings = RedisSettings.at(URI.create("redis://a"));
        var times = java.util.List.<BiFunction<RedisSettings, Duration, RedisSettings>>of(
                RedisSettings::withConnectTimeout,
                RedisSettings::withAnswerTimeout,
                RedisSettings::withPatience,
                RedisSettings::withPause);

        for (var time : times) {
            assertThat(time.apply(settings, Duration.ofMillis(1))).isNotSameAs(settings);
            assertThat(time.apply(settings, Duration.ofMinutes(1))).isNotSameAs(settings);
            for (var past : java.util.List.of(
                    Duration.ofNanos(999_999), Duration.ofMinutes(1).plusNanos(1), Duration.ZERO)) {
                assertThatThrownBy(() -> time.apply(settings, past)).hasMessageContaining("a millisecond to a minute");
            }
        }
    }

    @Test
    void holdsTheNumberOfConnectionsAndThePrefixWithinBounds() {
        var settings = RedisSettings.at(URI.create("redis://a"));

        assertThat(settings.withConnections(1).connections()).isEqualTo(1);
        assertThat(settings.withConnections(10_000).connections()).isEqualTo(10_000);
        assertThatThrownBy(() -> settings.withConnections(0)).hasMessageContaining("1 to 10000");
        assertThatThrownBy(() -> settings.withConnections(10_001)).hasMessageContaining("1 to 10000");
        assertThat(settings.withPrefix("x".repeat(64)).prefix()).hasSize(64);
        assertThatThrownBy(() -> settings.withPrefix("x".repeat(65))).hasMessageContaining("up to 64");
        assertThatThrownBy(() -> settings.withPrefix("a b")).hasMessageContaining("visible ASCII");
    }
}
