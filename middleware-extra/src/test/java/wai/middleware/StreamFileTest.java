package wai.middleware;

import static wai.test.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import wai.Application;
import wai.FilePart;
import wai.Headers;
import wai.Middleware;
import wai.Response;
import wai.Status;
import wai.shelf.Bodies;
import wai.test.TestClient;

class StreamFileTest {
    static final List<Map<String, String>> REQUESTS = List.of(
            Map.of(),
            Map.of("Range", "bytes=2-4"),
            Map.of("Range", "bytes=-2"),
            Map.of("Range", "bytes=99-"),
            Map.of("Range", "bytes=0-1,4-5"),
            Map.of("If-None-Match", "*"),
            Map.of("If-Match", "\"other\""),
            Map.of("If-Modified-Since", "Wed, 21 Oct 2025 07:28:00 GMT"));

    @TempDir
    Path folder;

    private Path file() throws Exception {
        var path = Files.writeString(folder.resolve("a.txt"), "0123456789");
        return Files.setLastModifiedTime(path, FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
    }

    @ParameterizedTest(name = "{0}")
    @FieldSource("REQUESTS")
    void answersAsTheHandlerWouldHave(Map<String, String> fields) throws Exception {
        var file = file();
        Application application = Bodies.answering(Response.file(Status.OK, Bodies.TYPE, file));

        for (var method : List.of("GET", "HEAD", "POST")) {
            var plain = send(application, method, fields);
            var streamed = send(Samples.streamFile(application, inner -> inner), method, fields);

            assertThat(streamed).hasStatus(plain.status());
            org.assertj.core.api.Assertions.assertThat(withoutBoundary(streamed))
                    .isEqualTo(withoutBoundary(plain));
        }
    }

    @Test
    void sendsAPartUnderItsOwnLength() throws Exception {
        var part = Response.file(Status.OK, Bodies.TYPE, file(), new FilePart(2, 3, 10));

        var response = send(StreamFile.always().wrap(Bodies.answering(part)), "GET", Map.of());

        assertThat(response).hasBody("234").hasHeader("Content-Length", "3").hasHeader("Content-Range", "bytes 2-4/10");
    }

    @Test
    void isAStreamForWhoeverLooks() throws Exception {
        var file = file();
        var seen = new java.util.ArrayList<Class<?>>();
        Middleware looking = Middleware.onResponse(response -> {
            seen.add(response.body().getClass());
            return response;
        });

        var response = TestClient.of(
                        Samples.streamFile(Bodies.answering(Response.file(Status.OK, Bodies.TYPE, file)), looking))
                .get("/");

        assertThat(response).hasBody("0123456789");
        org.assertj.core.api.Assertions.assertThat(seen).containsExactly(wai.Body.Stream.class);
    }

    @Test
    void answers404WithoutTheFile() {
        var gone = folder.resolve("gone");

        assertThat(send(
                        StreamFile.always().wrap(Bodies.answering(Response.file(Status.OK, Headers.EMPTY, gone))),
                        "GET",
                        Map.of()))
                .hasStatus(404);
        assertThat(send(
                        StreamFile.always()
                                .wrap(Bodies.answering(
                                        Response.file(Status.OK, Headers.EMPTY, gone, new FilePart(0, 1, 1)))),
                        "GET",
                        Map.of()))
                .hasStatus(404);
    }

    @Test
    void cutsTheResponseWhenTheFileBecameShorter() throws Exception {
        var file = file();
        var part = Response.file(Status.OK, Bodies.TYPE, file, new FilePart(0, 20, 20));

        var response = TestClient.of(StreamFile.always().wrap(Bodies.answering(part)))
                .answeringErrors()
                .get("/");

        assertThat(response).isIncomplete();
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(names = {"BYTES", "STREAM"})
    void leavesOtherBodiesAlone(Bodies body) {
        assertThat(send(StreamFile.always().wrap(body.application()), "GET", Map.of()))
                .hasBody(Bodies.TEXT);
    }

    private static wai.test.TestResponse send(Application application, String method, Map<String, String> fields) {
        var request = TestClient.of(application)
                .withClock(() -> Instant.parse("2026-01-01T00:00:00Z"))
                .request(method, "/");
        fields.forEach(request::header);
        return request.send();
    }

    private static String withoutBoundary(wai.test.TestResponse response) {
        var boundary = response.header("Content-Type")
                .filter(type -> type.startsWith("multipart"))
                .map(type -> type.substring(type.indexOf("boundary=") + 9));
        var text = response.headers().without(wai.HeaderName.DATE) + "\n" + response.text();
        return boundary.isEmpty() ? text : text.replace(boundary.get(), "B");
    }
}
