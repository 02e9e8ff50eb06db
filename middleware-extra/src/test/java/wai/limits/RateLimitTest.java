package wai.limits;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static wai.test.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import wai.Application;
import wai.Response;
import wai.Status;
import wai.StatusException;
import wai.shelf.Bodies;
import wai.test.TestClient;
import wai.test.TestResponse;

/// [RateLimit] and [ConcurrencyLimit].
class RateLimitTest {
    private static final long SECOND = 1_000_000_000;

    private final AtomicLong nanos = new AtomicLong(-5); // the clock may begin anywhere
    private final RateLimit limit = RateLimit.of(3, Duration.ofSeconds(6), nanos::get);

    private static TestResponse from(TestClient client, String address) {
        return client.request("GET", "/")
                .remoteAddress(new InetSocketAddress(InetAddress.ofLiteral(address), 1))
                .send();
    }

    // ------------------------------------------------------------------------------------------ RateLimit

    @Test
    void takesTheShareAtOnceAndRefusesOneMore() {
        var client = TestClient.of(limit.wrap(Bodies.telling()));

        for (int i = 0; i < 3; i++) {
            assertThat(from(client, "192.0.2.1")).hasStatus(200);
        }
        assertThat(from(client, "192.0.2.1"))
                .hasStatus(429)
                .hasHeader("Retry-After", "2")
                .bodyContains("in 2 s");
        assertThat(from(client, "192.0.2.2")).hasStatus(200);
    }

    @Test
    void givesTheShareBackEvenly() {
        var client = TestClient.of(limit.wrap(Bodies.telling()));
        for (int i = 0; i < 3; i++) {
            from(client, "192.0.2.1");
        }

        nanos.addAndGet(2 * SECOND - 1);
        assertThat(from(client, "192.0.2.1")).hasStatus(429).hasHeader("Retry-After", "1");
        nanos.addAndGet(1);
        assertThat(from(client, "192.0.2.1")).hasStatus(200);
        assertThat(from(client, "192.0.2.1")).hasStatus(429);
        nanos.addAndGet(100 * SECOND);
        for (int i = 0; i < 3; i++) {
            assertThat(from(client, "192.0.2.1")).hasStatus(200);
        }
        assertThat(from(client, "192.0.2.1")).hasStatus(429);
    }

    @Test
    void neverLetsMoreThroughThanItSays() {
        long seed = Long.getLong("seed", System.nanoTime());
        var random = new Random(seed);
        var client = TestClient.of(limit.wrap(Bodies.telling()));
        long taken = 0;
        long start = nanos.get();
        for (int i = 0; i < 2000; i++) {
            nanos.addAndGet(random.nextLong(3 * SECOND));
            taken += from(client, "192.0.2.1").status().code() == 200 ? 1 : 0;
            long share = 3 + (nanos.get() - start) / (2 * SECOND);
            org.assertj.core.api.Assertions.assertThat(taken)
                    .as("seed %d", seed)
                    .isLessThanOrEqualTo(share);
        }
        org.assertj.core.api.Assertions.assertThat(taken).as("seed %d", seed).isGreaterThan(1000);
    }

    @ParameterizedTest(name = "{0} and {1}")
    @CsvSource({
        "2001:db8:1:2::1, 2001:db8:1:2:ffff::2, 429",
        "2001:db8:1:2::1, 2001:db8:1:3::1, 200",
        "::ffff:192.0.2.1, 192.0.2.1, 429",
        "192.0.2.1, 192.0.2.2, 200"
    })
    void tellsClientsApartByAddressOrNetwork(String first, String second, int status) {
        var client =
                TestClient.of(RateLimit.of(1, Duration.ofSeconds(1), nanos::get).wrap(Bodies.telling()));

        assertThat(from(client, first)).hasStatus(200);
        assertThat(from(client, second)).hasStatus(status);
    }

    @Test
    void tellsClientsApartBySomethingElse() {
        var client = TestClient.of(Samples.rateLimit(Bodies.telling()));

        assertThat(client.request("GET", "/").header("Authorization", "a").send())
                .hasStatus(200);
        assertThat(client.get("/")).hasStatus(200);
    }

    @Test
    void takesABoundedMemory() {
        var bounded = limit.withClients(10);
        var client = TestClient.of(bounded.wrap(Bodies.telling()));
        int refused = 0;

        for (int i = 0; i < 100; i++) {
            refused += from(client, "192.0.2." + i).status().code() == 429 ? 1 : 0;
        }

        org.assertj.core.api.Assertions.assertThat(bounded.clients()).isLessThanOrEqualTo(11); // all others are one
        org.assertj.core.api.Assertions.assertThat(refused).isEqualTo(100 - 10 - 3);
        assertThat(from(client, "192.0.2.1")).hasStatus(200); // is remembered
        nanos.addAndGet(100 * SECOND);
        assertThat(from(client, "192.0.2.200")).hasStatus(200); // the others are forgotten
        org.assertj.core.api.Assertions.assertThat(bounded.clients()).isEqualTo(1);
    }

    @ParameterizedTest(name = "{0} in {1} ns")
    @CsvSource({"0, 1000", "-1, 1000", "1, 0", "2, 1", "1, -1"})
    void refusesARateThatIsNone(int requests, long time) {
        assertThatThrownBy(() -> RateLimit.of(requests, Duration.ofNanos(time))).hasMessageContaining("1 or more");
        assertThatThrownBy(() -> limit.withClients(0)).hasMessageContaining("1 or more");
    }

    @Test
    void countsInAStoreAndFailsOrPassesWhileItIsAway() {
        var asked = new java.util.ArrayList<String>();
        RateStore away = (client, share) -> {
            asked.add(client + " " + share.requests() + " " + share.time());
            throw new StatusException(Status.SERVICE_UNAVAILABLE, "away");
        };
        var closed = TestClient.of(limit.in(away).wrap(Bodies.telling())).answeringErrors();
        var open = TestClient.of(limit.in(away).openWhileTheStoreIsAway().wrap(Bodies.telling()));

        assertThat(from(closed, "192.0.2.1")).hasStatus(503);
        assertThat(from(open, "192.0.2.1")).hasStatus(200);
        org.assertj.core.api.Assertions.assertThat(asked).hasSize(2).containsOnly("192.0.2.1 3 PT6S");
    }

    @Test
    void aStoreThatIsBrokenIsNotOneThatIsAway() {
        RateStore broken = (_, _) -> {
            throw new IllegalStateException("broken");
        };
        var open = TestClient.of(limit.in(broken).openWhileTheStoreIsAway().wrap(Bodies.telling()));

        assertThat(from(open.answeringErrors(), "192.0.2.1")).hasStatus(500);
    }

    // ------------------------------------------------------------------------------------------ ConcurrencyLimit

    @Test
    void worksOnSoManyAndSendsTheRestAway() {
        var inside = new CountDownLatch(2);
        var mayEnd = new CountDownLatch(1);
        Application waits = (_, respond) -> {
            inside.countDown();
            mayEnd.await();
            return respond.with(Response.text(Status.OK, "done"));
        };
        var client = TestClient.of(ConcurrencyLimit.of(2).wrap(waits));

        try (var first = client.open("/");
                var second = client.open("/")) {
            await(inside);
            assertThat(client.get("/")).hasStatus(503).hasHeader("Retry-After", "1");
            mayEnd.countDown();
            assertThat(first.rest()).hasBody("done");
            assertThat(second.rest()).hasBody("done");
        }
        assertThat(client.get("/")).hasBody("done");
    }

    @Test
    void letsSomeWait() {
        var inside = new CountDownLatch(1);
        var mayEnd = new CountDownLatch(1);
        Application waits = (_, respond) -> {
            inside.countDown();
            mayEnd.await();
            return respond.with(Response.text(Status.OK, "done"));
        };
        var limit = ConcurrencyLimit.of(1).withQueue(1, Duration.ofMinutes(1));
        var client = TestClient.of(limit.wrap(waits));

        try (var first = client.open("/")) {
            await(inside);
            try (var second = client.open("/")) {
                while (limit.waiting() == 0) {
                    Thread.onSpinWait();
                }
                assertThat(client.get("/")).hasStatus(503);
                mayEnd.countDown();
                assertThat(first.rest()).hasBody("done");
                assertThat(second.rest()).hasBody("done");
            }
        }
    }

    @Test
    void sendsAwayWhoWaitedTooLong() {
        var inside = new CountDownLatch(1);
        var mayEnd = new CountDownLatch(1);
        Application waits = (_, respond) -> {
            inside.countDown();
            mayEnd.await();
            return respond.with(Response.text(Status.OK, "done"));
        };
        var client = TestClient.of(
                ConcurrencyLimit.of(1).withQueue(5, Duration.ofNanos(1)).wrap(waits));

        try (var first = client.open("/")) {
            await(inside);
            assertThat(client.get("/")).hasStatus(503);
            mayEnd.countDown();
            assertThat(first.rest()).hasBody("done");
        }
    }

    @Test
    void givesThePlaceBackAfterAFailure() {
        Application fails = (_, _) -> {
            throw new IllegalStateException("broken");
        };
        var client = TestClient.of(ConcurrencyLimit.of(1).wrap(fails)).answeringErrors();

        for (int i = 0; i < 3; i++) {
            assertThat(client.get("/")).hasStatus(500);
        }
        assertThat(TestClient.of(Samples.concurrencyLimit(Bodies.telling())).get("/"))
                .hasStatus(200);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(ints = {0, -1})
    void refusesALimitThatIsNone(int requests) {
        assertThatThrownBy(() -> ConcurrencyLimit.of(requests)).hasMessageContaining("1 or more");
        assertThatThrownBy(() -> ConcurrencyLimit.of(1).withQueue(-1, Duration.ZERO))
                .hasMessageContaining("0 or more");
    }

    private static void await(CountDownLatch latch) {
        try {
            org.assertj.core.api.Assertions.assertThat(latch.await(60, TimeUnit.SECONDS))
                    .isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
