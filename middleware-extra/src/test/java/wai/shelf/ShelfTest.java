package wai.shelf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import wai.Application;
import wai.Bytes;
import wai.Capability;
import wai.Headers;
import wai.Middleware;
import wai.Response;
import wai.Status;
import wai.lint.Lint;
import wai.test.TestClient;
import wai.test.TestResponse;

/// Every middleware of the shelf over every kind of body, method and end: nothing is lost, nothing is added that was
/// not announced, exceptions pass, and lint finds nothing between the layers.
class ShelfTest {
    private static final Path SOURCES = Path.of("src/main/java");
    private static final int CUT_AT = 1000;

    static List<ShelfRow> rows() {
        return ShelfRows.all();
    }

    // ------------------------------------------------------------------------------------------ the list

    @Test
    void everyMiddlewareOfTheShelfHasARow() throws Exception {
        var missing = new ArrayList<String>();
        for (var type : publicTypes()) {
            boolean listed = rows().stream().anyMatch(row -> row.name().startsWith(type.getSimpleName()));
            if (makesMiddleware(type) && !listed) {
                missing.add(type.getName());
            }
        }

        assertThat(publicTypes()).hasSizeGreaterThan(10);
        assertThat(missing).isEmpty();
    }

    @Test
    void everyMiddlewareOfTheShelfStandsOnThePage() throws Exception {
        var page = Files.readString(Path.of("../docs/middleware.md"));

        var missing = publicTypes().stream()
                .filter(ShelfTest::makesMiddleware)
                .filter(type -> !page.contains("`" + type.getSimpleName()))
                .toList();

        assertThat(missing).isEmpty();
    }

    private static List<Class<?>> publicTypes() throws IOException, ClassNotFoundException {
        var types = new ArrayList<Class<?>>();
        try (Stream<Path> files = Files.walk(SOURCES.resolve("wai"))) {
            for (var file :
                    files.filter(path -> path.toString().endsWith(".java")).toList()) {
                var name =
                        SOURCES.relativize(file).toString().replace(".java", "").replace('/', '.');
                if (!name.endsWith("package-info")) {
                    var type = Class.forName(name, false, ShelfTest.class.getClassLoader());
                    if (Modifier.isPublic(type.getModifiers())) {
                        types.add(type);
                    }
                }
            }
        }
        return types;
    }

    private static boolean makesMiddleware(Class<?> type) {
        return Arrays.stream(type.getMethods())
                .filter(method -> Modifier.isStatic(method.getModifiers()))
                .map(Method::getReturnType)
                .anyMatch(Middleware.class::isAssignableFrom);
    }

    // ------------------------------------------------------------------------------------------ the table

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void passesEveryBody(ShelfRow row) {
        for (var body : List.of(Bodies.BYTES, Bodies.FILE, Bodies.STREAM)) {
            for (var method : List.of("GET", "HEAD", "POST")) {
                for (var status : List.of(Status.OK, Status.NOT_FOUND)) {
                    var response = body.response(status);
                    var plain = row.send(TestClient.of(Bodies.answering(response)), method, "/a/b?c=d");
                    var findings = new ArrayList<Lint.Finding>();

                    var seen = row.send(client(row, Bodies.answering(response), findings), method, "/a/b?c=d");

                    assertSame(row, seen, plain, body + " " + method + " " + status);
                    assertThat(findings).as(body + " " + method + " " + status).isEmpty();
                }
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void passesResponsesWithoutContent(ShelfRow row) {
        for (var status : List.of(Status.NO_CONTENT, Status.NOT_MODIFIED)) {
            for (var method : List.of("GET", "HEAD")) {
                var response = Response.of(status, Headers.EMPTY, Bytes.EMPTY);
                var findings = new ArrayList<Lint.Finding>();

                var seen = row.send(client(row, Bodies.answering(response), findings), method, "/a");

                assertThat(seen.status()).isEqualTo(status);
                assertThat(seen.bytes().length()).isZero();
                assertThat(findings).as(method + " " + status).isEmpty();
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void passesRawConnections(ShelfRow row) {
        var findings = new ArrayList<Lint.Finding>();
        var client = client(row, Bodies.RAW.application(), findings);

        try (var live = row.request(client, "GET", "/a").upgrade("echo").open()) {
            assertThat(live.status()).isEqualTo(Status.SWITCHING_PROTOCOLS);
            live.raw().write("ping").closeOutput();
            assertThat(live.raw().readToEnd().utf8()).isEqualTo("ping");
        }
        var fallback = row.send(client.without(Capability.RAW), "GET", "/a");

        assertThat(row.text(fallback)).isEqualTo(Bodies.TEXT);
        assertThat(findings).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void letsFailuresPass(ShelfRow row) {
        Application fails = (_, _) -> {
            throw new IllegalStateException("broken");
        };
        Application failsInTheMiddle = Bodies.answering(Response.stream(Status.OK, Bodies.TYPE, out -> {
            out.writeUtf8("x".repeat(CUT_AT));
            out.flush();
            throw new IllegalStateException("broken");
        }));
        Application failsAfterwards = (_, respond) -> {
            var _ = respond.with(Bodies.BYTES.response(Status.OK));
            throw new IllegalStateException("broken");
        };

        for (var application : List.of(fails, failsInTheMiddle, failsAfterwards)) {
            var findings = new ArrayList<Lint.Finding>();
            var response = row.send(client(row, application, findings).answeringErrors(), "GET", "/a");

            boolean late = !application.equals(fails);
            if (late || !row.answersFailures()) {
                assertThat(response.failure()).get().hasToString("java.lang.IllegalStateException: broken");
            } else {
                assertThat(response.failure()).isEmpty();
            }
            assertThat(response.isComplete()).isEqualTo(!application.equals(failsInTheMiddle));
            assertThat(response.violations()).isEmpty();
            assertThat(findings).isEmpty();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void flushesWhatIsFlushed(ShelfRow row) throws Exception {
        var mayEnd = new CountDownLatch(1);
        var application = Bodies.answering(Response.stream(Status.OK, Bodies.TYPE, out -> {
            out.writeUtf8("first\n");
            out.flush();
            mayEnd.await();
            out.writeUtf8("second\n");
        }));

        try (var live = row.request(client(row, application, new ArrayList<>()), "GET", "/a")
                .open()) {
            assertThat(live.nextChunk()).isPresent(); // before the end, or never
            mayEnd.countDown();
            assertThat(row.text(live.rest())).endsWith("second\n");
        } finally {
            mayEnd.countDown();
        }
    }

    private static TestClient client(ShelfRow row, Application application, List<Lint.Finding> findings) {
        var throwing = Lint.throwing();
        var collecting = Lint.collecting(findings::add);
        var watched = throwing.around("outer", inner -> inner)
                .then(throwing.around(row.name(), row.middleware()))
                .wrap(throwing.named("application", application));
        return TestClient.of(collecting.named("all", watched));
    }

    private static void assertSame(ShelfRow row, TestResponse seen, TestResponse plain, String what) {
        assertThat(seen.isComplete()).as(what).isTrue();
        assertThat(seen.status()).as(what).isEqualTo(plain.status());
        assertThat(row.text(seen)).as(what).isEqualTo(plain.text());
        if (!row.changesBody()) {
            assertThat(seen.header("Content-Length")).as(what).isEqualTo(plain.header("Content-Length"));
            assertThat(seen.header("ETag")).as(what).isEqualTo(plain.header("ETag"));
        }
        assertThat(seen.header("Content-Type")).as(what).isEqualTo(plain.header("Content-Type"));
        assertThat(seen.header("Last-Modified")).as(what).isEqualTo(plain.header("Last-Modified"));
    }
}
