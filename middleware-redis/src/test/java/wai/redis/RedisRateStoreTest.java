package wai.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static wai.test.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import wai.Application;
import wai.Response;
import wai.Status;
import wai.limits.RateLimit;
import wai.limits.RateStore.Share;
import wai.test.TestClient;

/// Rates that several processes limit together; the same questions as to the limit of one process.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RedisRateStoreTest {
    private static final Application OK = (_, respond) -> respond.with(Response.text(Status.OK, "ok"));
    private static final Share SHARE = new Share(3, Duration.ofHours(3));
    private static final String KEY = "wai:rate:pages:" + Redis.digest("somebody");

    private RedisServer server;
    private Redis redis;
    private RedisRateStore store;

    @BeforeAll
    void start() {
        server = RedisServer.keeping();
        redis = Redis.of(server.settings());
        store = RedisRateStore.of(redis, "pages");
    }

    @BeforeEach
    void forgetEverything() throws Exception {
        redis.call(jedis -> jedis.flushAll());
    }

    @AfterAll
    void stop() {
        if (server != null) {
            redis.close();
            server.close();
        }
    }

    private TestClient client() {
        return TestClient.of(RateLimit.of(3, Duration.ofHours(3)).in(store).wrap(OK));
    }

    // ------------------------------------------------------------------------------------------ the algorithm

    @Test
    void takesTheShareAtOnceAndRefusesOneMore() {
        var client = client();

        for (int i = 0; i < 3; i++) {
            assertThat(client.get("/")).hasStatus(200);
        }

        assertThat(client.get("/")).hasStatus(429).is("an hour, or a little less", response -> {
            int seconds = Integer.parseInt(response.header("Retry-After").orElse("0"));
            return seconds > 3000 && seconds <= 3600;
        });
    }

    @Test
    void givesTheShareBackEvenly() throws Exception {
        for (int i = 0; i < 3; i++) {
            assertThat(store.take("somebody", SHARE)).isZero();
        }
        assertThat(store.take("somebody", SHARE)).isPositive();

        back(Duration.ofHours(1));
        assertThat(store.take("somebody", SHARE)).isZero();
        assertThat(store.take("somebody", SHARE)).isPositive();
        back(Duration.ofHours(100));
        for (int i = 0; i < 3; i++) {
            assertThat(store.take("somebody", SHARE)).isZero();
        }
        assertThat(store.take("somebody", SHARE)).isPositive();
    }

    /// Lets time pass, for the client, by taking it out of what is kept.
    private void back(Duration time) throws Exception {
        var whole = Long.parseLong(redis.call(jedis -> jedis.get(KEY)));
        redis.call(jedis -> jedis.set(KEY, Long.toString(whole - time.toNanos() / 1000)));
    }

    @Test
    void countsForAllProcessesTogether() {
        try (var second = Redis.of(server.settings())) {
            var taken = new AtomicInteger();
            var calls = new ArrayList<CompletableFuture<Void>>();
            for (int i = 0; i < 40; i++) {
                var here = i % 2 == 0 ? store : RedisRateStore.of(second, "pages");
                calls.add(CompletableFuture.runAsync(() -> {
                    try {
                        taken.addAndGet(
                                here.take("somebody", new Share(7, Duration.ofDays(1)))
                                                .isZero()
                                        ? 1
                                        : 0);
                    } catch (RedisException e) {
                        throw new IllegalStateException(e);
                    }
                }));
            }
            calls.forEach(CompletableFuture::join);

            assertThat(taken).hasValue(7);
        }
    }

    @Test
    void tellsClientsAndLimitsApart() throws Exception {
        var one = new Share(1, Duration.ofHours(1));
        assertThat(store.take("a", one)).isZero();
        assertThat(store.take("a", one)).isPositive();

        assertThat(store.take("b", one)).isZero();
        assertThat(RedisRateStore.of(redis, "other").take("a", one)).isZero();
    }

    @Test
    void isForgottenWhenTheShareIsWholeAgain() throws Exception {
        store.take("somebody", SHARE);

        assertThat((long) redis.call(jedis -> jedis.ttl(KEY))).isBetween(3590L, 3600L);
    }

    @Test
    void knowsItsScriptAgainAfterARestart() throws Exception {
        assertThat(store.take("somebody", SHARE)).isZero();

        server.stop();
        server.start();

        assertThat(store.take("somebody", SHARE)).isZero();
        assertThat(store.take("somebody", SHARE)).isZero();
        assertThat(store.take("somebody", SHARE)).isPositive();
    }

    // ------------------------------------------------------------------------------------------ away

    @Test
    void isClosedWhileRedisIsAwayOrOpenWhereThatIsSet() {
        var closed = client().answeringErrors();
        var open = TestClient.of(Samples.rateLimit(redis, OK));
        server.stop();
        try {
            assertThat(closed.get("/")).hasStatus(503);
            assertThat(open.get("/")).hasStatus(200);
        } finally {
            server.start();
        }
        assertThat(closed.get("/")).hasStatus(200);
    }

    // ------------------------------------------------------------------------------------------ bad values

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"", "x", "-1", "nan", "inf", "1e300", "0x10", "12345678901234567", "1 "})
    void refusesWhatIsNoTime(String value) throws Exception {
        redis.call(jedis -> jedis.set(KEY, value));

        assertThatThrownBy(() -> store.take("somebody", SHARE))
                .isInstanceOf(RedisException.class)
                .hasMessageContaining("holds no time: expected up to 16 digits");
    }

    @Test
    void aTimeFarAheadDelaysNobodyForLongerThanTheLimitDoes() throws Exception {
        redis.call(jedis -> jedis.set(KEY, "9".repeat(16)));

        var wait = store.take("somebody", SHARE);

        assertThat(wait).isPositive().isLessThanOrEqualTo(Duration.ofHours(1));
    }

    @Test
    void aClientMayHaveAnyName() throws Exception {
        for (var name : List.of("", "a\r\nFLUSHALL\r\n", "\0", "\u20ac*?", "x".repeat(1_000_000))) {
            assertThat(store.take(name, SHARE)).isZero();
        }
    }

    @Test
    void hasAMicrosecondForEachRequestOrRefuses() throws Exception {
        assertThat(store.take("a", new Share(1000, Duration.ofMillis(1)))).isZero();
        assertThat(store.take("a", new Share(1, Duration.ofDays(366)))).isNotNull();

        for (var share : List.of(
                new Share(1001, Duration.ofMillis(1)),
                new Share(1, Duration.ofDays(366).plusNanos(1)))) {
            assertThatThrownBy(() -> store.take("a", share))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("a microsecond or more for each, and 366 days or less");
        }
    }
}
