package wai.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import wai.Application;
import wai.Bytes;
import wai.HeaderName;
import wai.Headers;
import wai.Middleware;
import wai.Response;
import wai.Status;
import wai.jwt.JwtAuth;
import wai.jwt.JwtKeys;
import wai.lint.Lint;
import wai.metrics.Metrics;
import wai.metrics.MetricsPage;
import wai.test.TestClient;
import wai.tracing.Tracing;

/// The middlewares that need libraries, each over every kind of body, method and end, in memory and on Warp: nothing is
/// lost, nothing is added, exceptions pass, and lint finds nothing between the layers.
class WatchedShelfTest {
    private static final byte[] SECRET = "0123456789abcdef0123456789abcdef".getBytes(UTF_8);
    private static final String TEXT = "some text in lines\n".repeat(100);
    private static final Headers TYPE = Headers.of(HeaderName.CONTENT_TYPE, "text/plain");

    record Row(String name, Middleware middleware, boolean onWarp) {
        TestClient client(Application application, List<Lint.Finding> findings) {
            var throwing = Lint.throwing();
            var watched = Lint.collecting(findings::add)
                    .named("all", throwing.around(name, middleware).wrap(throwing.named("application", application)));
            return plain(watched).withHeader(HeaderName.AUTHORIZATION, "Bearer " + token());
        }

        TestClient plain(Application application) {
            return onWarp ? TestClient.of(application, new WarpStarter()) : TestClient.of(application);
        }

        @Override
        public String toString() {
            return name + (onWarp ? " on Warp" : " in memory");
        }
    }

    static Stream<Row> rows() {
        return Stream.of(false, true)
                .flatMap(onWarp -> Stream.of(
                        new Row("Metrics", Metrics.in(new SimpleMeterRegistry()), onWarp),
                        new Row("MetricsPage", MetricsPage.at("/metrics", () -> "none"), onWarp),
                        new Row("Tracing", Tracing.by(OpenTelemetry.noop()), onWarp),
                        new Row(
                                "JwtAuth",
                                JwtAuth.verifying(JwtKeys.ofSecret(SECRET), "HS256")
                                        .withAudience("shelf"),
                                onWarp)));
    }

    private static String token() {
        try {
            var claims = new JWTClaimsSet.Builder()
                    .audience("shelf")
                    .expirationTime(Date.from(Instant.now().plusSeconds(3600)))
                    .build();
            var token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
            token.sign(new MACSigner(SECRET));
            return token.serialize();
        } catch (com.nimbusds.jose.JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Response> bodies(Status status) {
        return List.of(
                Response.of(status, TYPE, Bytes.utf8(TEXT)),
                Response.file(status, TYPE, file()),
                Response.stream(status, TYPE, out -> {
                    out.writeUtf8(TEXT.substring(0, 100));
                    out.flush();
                    out.writeUtf8(TEXT.substring(100));
                }));
    }

    private static Path file() {
        try {
            var path = Files.createTempFile("wai-shelf", ".txt");
            path.toFile().deleteOnExit();
            return Files.writeString(path, TEXT, UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Application answering(Response response) {
        return (_, respond) -> respond.with(response);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void passesEveryBody(Row row) {
        for (var status : List.of(Status.OK, Status.NOT_FOUND)) {
            for (var response : bodies(status)) {
                for (var method : List.of("GET", "HEAD", "POST")) {
                    var findings = new ArrayList<Lint.Finding>();
                    try (var plain = row.plain(answering(response));
                            var client = row.client(answering(response), findings)) {
                        var expected = plain.request(method, "/a?b").send();
                        var seen = client.request(method, "/a?b").send();

                        assertThat(seen.status()).isEqualTo(expected.status());
                        assertThat(seen.text()).isEqualTo(expected.text());
                        for (var name : List.of("Content-Length", "Content-Type", "ETag", "Last-Modified")) {
                            assertThat(seen.header(name)).as(name).isEqualTo(expected.header(name));
                        }
                        assertThat(findings).isEmpty();
                    }
                }
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void passesResponsesWithoutContent(Row row) {
        for (var status : List.of(Status.NO_CONTENT, Status.NOT_MODIFIED)) {
            var findings = new ArrayList<Lint.Finding>();
            try (var client = row.client(answering(Response.of(status, Headers.EMPTY, Bytes.EMPTY)), findings)) {
                assertThat(client.get("/").status()).isEqualTo(status);
                assertThat(client.head("/").status()).isEqualTo(status);
                assertThat(findings).isEmpty();
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void passesRawConnections(Row row) {
        var findings = new ArrayList<Lint.Finding>();
        var raw = Response.raw(
                Status.SWITCHING_PROTOCOLS,
                Headers.of(HeaderName.UPGRADE, "echo", HeaderName.CONNECTION, "Upgrade"),
                Response.text(Status.OK, TEXT),
                connection -> {
                    connection.input().transferTo(connection.output());
                    connection.output().flush();
                });
        try (var client = row.client(answering(raw), findings);
                var live = client.request("GET", "/").upgrade("echo").open()) {
            live.raw().write("ping").closeOutput();

            assertThat(live.raw().readToEnd().utf8()).isEqualTo("ping");
        }
        assertThat(findings).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void letsFailuresPass(Row row) {
        Application fails = (_, _) -> {
            throw new IllegalStateException("broken");
        };
        var failsInTheMiddle = answering(Response.stream(Status.OK, TYPE, out -> {
            out.writeUtf8(TEXT);
            out.flush();
            throw new IllegalStateException("broken");
        }));
        var findings = new ArrayList<Lint.Finding>();
        try (var client = row.client(fails, findings).answeringErrors();
                var cut = row.client(failsInTheMiddle, findings).answeringErrors()) {
            assertThat(client.get("/").status()).isEqualTo(Status.INTERNAL_SERVER_ERROR);
            assertThat(cut.get("/").isComplete()).isFalse();
        }
        assertThat(findings).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void flushesWhatIsFlushed(Row row) {
        var mayEnd = new CountDownLatch(1);
        var slow = answering(Response.stream(Status.OK, TYPE, out -> {
            out.writeUtf8("first\n");
            out.flush();
            mayEnd.await();
            out.writeUtf8("second\n");
        }));
        try (var client = row.client(slow, new ArrayList<>());
                var live = client.open("/")) {
            assertThat(live.awaitText("first\n")).isEqualTo("first\n"); // before the end, or never
            mayEnd.countDown();
            assertThat(live.rest().text()).isEqualTo("first\nsecond\n");
        } finally {
            mayEnd.countDown();
        }
    }

    @Test
    void thePageNamesThemAll() throws IOException {
        var page = Files.readString(Path.of("../docs/middleware.md"));

        assertThat(rows().map(row -> "`" + row.name() + "`")).allMatch(page::contains);
    }
}
