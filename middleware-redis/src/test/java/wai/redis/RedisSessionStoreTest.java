package wai.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static wai.test.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import wai.Application;
import wai.Response;
import wai.Status;
import wai.session.Session;
import wai.session.Sessions;
import wai.test.TestClient;

/// Sessions of several processes in one Redis, and what browsers see while it is away.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RedisSessionStoreTest {
    private static final String NAME = "n".repeat(43);

    /// `/set?a=b`, `/get?a`, `/clear`, `/renew`, and `/` which looks at nothing.
    private static final Application APPLICATION = (request, respond) -> {
        var query = request.query().parameters();
        var text = "";
        switch (request.rawPath()) {
            case "/set" -> {
                query.forEach(pair -> Session.of(request).set(pair.name(), "" + pair.value()));
                text = Session.of(request).isKept() ? "kept" : "not kept";
            }
            case "/get" ->
                text = Session.of(request).get(query.getFirst().name()).orElse("nothing");
            case "/clear" -> Session.of(request).clear();
            case "/renew" -> Session.of(request).renew();
            default -> text = "untouched";
        }
        return respond.with(Response.text(Status.OK, text));
    };

    private RedisServer server;
    private Redis redis;
    private RedisSessionStore store;

    @BeforeAll
    void start() {
        server = RedisServer.keeping();
        redis = Redis.of(server.settings());
        store = RedisSessionStore.of(redis);
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
        return TestClient.of(Sessions.in(store).wrap(APPLICATION));
    }

    private static byte[] key(String name) {
        return ("wai:session:" + Redis.digest(name)).getBytes(UTF_8);
    }

    // ------------------------------------------------------------------------------------------ several processes

    @Test
    void aSessionIsTheSameAtEveryProcess() {
        try (var second = Redis.of(server.settings())) {
            var one = client();
            one.get("/set?a=%C3%A4%0d%0a;b=2");

            var other = TestClient.of(Sessions.in(RedisSessionStore.of(second)).wrap(APPLICATION))
                    .withCookies(one.cookies());

            assertThat(other.get("/get?a")).hasBody("\u00e4\r\n");
            assertThat(other.get("/get?b")).hasBody("2");
            other.get("/clear");
            assertThat(one.get("/get?a")).hasBody("nothing");
        }
    }

    @Test
    void aRenewedSessionHasAnotherName() throws Exception {
        var client = client();
        client.get("/set?a=1");
        var before = redis.call(jedis -> new ArrayList<>(jedis.keys("*")));
        client.get("/renew");

        assertThat(client.get("/get?a")).hasBody("1");
        java.util.List<String> after = redis.call(jedis -> new ArrayList<>(jedis.keys("*")));
        assertThat(after).hasSize(1).doesNotContainAnyElementsOf(before);
    }

    @Test
    void survivesTheRestartOfRedis() {
        var client = client();
        client.get("/set?a=1");

        server.stop();
        server.start();

        assertThat(client.get("/get?a")).hasBody("1");
    }

    @Test
    void lastsAsLongAsSetAndIsExtendedByUse() throws Exception {
        var sessions = Sessions.in(store).withLifetime(Duration.ofHours(2));
        var client = TestClient.of(sessions.wrap(APPLICATION));
        client.get("/set?a=1");
        var key = redis.call(jedis -> jedis.keys("*").iterator().next());
        assertThat((long) redis.call(jedis -> jedis.ttl(key))).isBetween(7100L, 7200L);

        redis.call(jedis -> jedis.expire(key, 10));
        client.get("/get?a");

        assertThat((long) redis.call(jedis -> jedis.ttl(key))).isBetween(7100L, 7200L);
    }

    @Test
    void theKeyDoesNotTellTheNameOfTheSession() throws Exception {
        var client = client();
        client.get("/set?a=1");
        var cookie = client.cookies().toString();

        var key = redis.call(jedis -> jedis.keys("*").iterator().next());

        assertThat(cookie).doesNotContain(key.substring("wai:session:".length()));
    }

    // ------------------------------------------------------------------------------------------ away

    @Test
    void whoHasASessionGets503WhileRedisIsAwayAndItAgainAfterwards() {
        var client = client();
        client.get("/set?a=1");
        server.stop();
        try {
            assertThat(client.answeringErrors().get("/get?a")).hasStatus(503);
            assertThat(client().get("/")).hasBody("untouched"); // needs no session
        } finally {
            server.start();
        }
        assertThat(client.get("/get?a")).hasBody("1");
    }

    @Test
    void orFindsItEmptyAndKeepsItsCookie() {
        var client = TestClient.of(Samples.sessions(redis, APPLICATION));
        client.get("/set?a=1");
        var other = TestClient.of(Samples.sessions(redis, APPLICATION));
        server.stop();
        try {
            assertThat(client.get("/get?a")).hasBody("nothing").hasHeader("Vary", "Cookie");
            assertThat(client.get("/set?a=2")).hasBody("not kept").hasNoHeader("Set-Cookie");
            assertThat(other.get("/set?a=3")).hasStatus(200).hasNoHeader("Set-Cookie");
        } finally {
            server.start();
        }
        assertThat(client.get("/get?a")).hasBody("1");
        assertThat(other.get("/get?a")).hasBody("nothing");
    }

    // ------------------------------------------------------------------------------------------ bad values

    @Test
    void whatIsNoSessionCountsAsNone() throws Exception {
        var good = SessionFormat.write(Map.of("a", "1"));
        var serialized = new ByteArrayOutputStream();
        new ObjectOutputStream(serialized).writeObject(new HashMap<>(Map.of("a", "1")));
        var longer = java.util.Arrays.copyOf(good, good.length + 1);
        for (var value : java.util.List.of(
                serialized.toByteArray(), "{\"a\":1}".getBytes(UTF_8), new byte[] {0}, longer, new byte[70_000])) {
            redis.call(jedis -> jedis.set(key(NAME), value));

            assertThat(store.load(NAME)).isEmpty();
        }
        redis.call(jedis -> jedis.set(key(NAME), good));
        assertThat(store.load(NAME)).hasValue(Map.of("a", "1"));
    }

    @Test
    void whateverStandsInRedisIsASessionOrNone() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        var random = new Random(seed);
        var good = SessionFormat.write(Map.of("name", "value", "\u00e4", "", "third", "x".repeat(100)));
        for (int i = 0; i < 20_000; i++) {
            var bytes = java.util.Arrays.copyOf(good, random.nextInt(8) == 0 ? random.nextInt(200) : good.length);
            for (int change = random.nextInt(4); change >= 0 && bytes.length > 0; change--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try {
                SessionFormat.read(bytes);
            } catch (java.io.IOException e) {
                assertThat(e.getMessage()).as("seed %d", seed).isNotEmpty();
            }
        }
    }

    @Test
    void everyCutSessionIsNone() throws Exception {
        var good = SessionFormat.write(Map.of("name", "value"));
        for (int length = 0; length < good.length; length++) {
            var cut = java.util.Arrays.copyOf(good, length);
            assertThatThrownBy(() -> SessionFormat.read(cut)).isInstanceOf(java.io.IOException.class);
        }
    }

    @Test
    void aKeyOfAnotherTypeIsAnError() throws Exception {
        redis.call(jedis -> jedis.lpush(new String(key(NAME), UTF_8), "1"));

        assertThatThrownBy(() -> store.load(NAME)).hasMessageContaining("WRONGTYPE");
    }

    @Test
    void aNameOfAnyFormIsJustAName() throws Exception {
        for (var name : java.util.List.of("", "a\r\nFLUSHALL\r\n", "\0".repeat(43), "\u20ac*?", "x".repeat(100_000))) {
            assertThat(store.load(name)).isEmpty();
            store.extend(name, Duration.ofMinutes(1));
            store.delete(name);
        }
    }

    @Test
    void holdsAsManyBytesAsSetAndRefusesOneMore() throws Exception {
        var small = store.withBytes(1024);
        int overhead = SessionFormat.write(Map.of("a", "")).length;

        small.save(NAME, Map.of("a", "x".repeat(1024 - overhead)), Duration.ofMinutes(1));
        assertThat(small.load(NAME).orElseThrow().get("a")).hasSize(1024 - overhead);
        assertThatThrownBy(() -> small.save(NAME, Map.of("a", "x".repeat(1025 - overhead)), Duration.ofMinutes(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a session of 1025 bytes: expected 1024 or less");
    }

    @Test
    void boundsTheBoundItself() {
        store.withBytes(1024).withBytes(16_777_216);
        assertThatThrownBy(() -> store.withBytes(1023)).hasMessageContaining("1024 to 16777216");
        assertThatThrownBy(() -> store.withBytes(16_777_217)).hasMessageContaining("1024 to 16777216");
    }
}
