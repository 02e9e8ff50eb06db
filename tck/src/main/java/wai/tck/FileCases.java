package wai.tck;

import static java.util.Objects.requireNonNull;
import static wai.tck.CaseFailure.expect;
import static wai.tck.CaseFailure.expectEqual;
import static wai.tck.TckCase.staged;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import wai.FilePart;
import wai.HeaderName;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.spi.Rule;

/// What a handler does with a file.
final class FileCases {
    private static final String CONTENT = "0123456789abcdef";
    private static final String MODIFIED = "Sun, 06 Nov 1994 08:49:37 GMT";
    private static final String EARLIER = "Sat, 05 Nov 1994 08:49:37 GMT";
    private static final String LATER = "Mon, 07 Nov 1994 08:49:37 GMT";
    private static final Headers TEXT = Headers.of(HeaderName.CONTENT_TYPE, "text/plain");
    private static final DateTimeFormatter HTTP_DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US);

    private FileCases() {}

    static List<TckCase> all() {
        return List.of(
                whole(),
                validatorsOfTheApplication(),
                largeFile(),
                headOfFile(),
                range(),
                ranges(),
                unsatisfiable(),
                notModified(),
                precondition(),
                ifRange(),
                part(),
                missing(),
                ignoredRange(),
                emptyFile(),
                precedence(),
                rangeUnderCondition(),
                manyRanges(),
                headUnderCondition());
    }

    private static TckCase emptyFile() {
        return staged(
                Rule.FIL_WHOLE,
                "sends an empty file as a whole response without bytes",
                (_, respond, scene) -> respond.with(Response.file(Status.OK, TEXT, path(scene))),
                scene -> {
                    scene.note("path", scene.file(""));
                    var answer = scene.get("/")
                            .hasStatus(200)
                            .hasField("Content-Length", "0")
                            .hasBody("");
                    scene.expectNothingBehind(answer, "/");
                });
    }

    private static TckCase precedence() {
        return served(Rule.FIL_PRECONDITION, "lets If-Match decide before If-Unmodified-Since", scene -> {
            var both = ClientRequest.of("GET", "/").with("If-Match", "*").with("If-Unmodified-Since", EARLIER);
            scene.ask(both).hasStatus(200).hasBody(CONTENT);
            scene.ask(both.with("Range", "bytes=1-2")).hasStatus(206).hasBody("12");
            scene.ask(ClientRequest.of("GET", "/")
                            .with("If-Match", "\"a\", \"b\"")
                            .with("If-Unmodified-Since", LATER))
                    .hasStatus(412);
        });
    }

    private static TckCase rangeUnderCondition() {
        return served(Rule.FIL_NOT_MODIFIED, "answers a range that was not modified with 304, else with 206", scene -> {
            var range = ClientRequest.of("GET", "/").with("Range", "bytes=1-2");
            scene.ask(range.with("If-Modified-Since", LATER)).hasStatus(304).hasBody("");
            scene.ask(range.with("If-Modified-Since", EARLIER)).hasStatus(206).hasBody("12");
            scene.ask(range.with("If-None-Match", "\"other\"").with("If-Modified-Since", LATER))
                    .hasStatus(206)
                    .hasBody("12");
            scene.ask(ClientRequest.of("GET", "/").with("If-Modified-Since", "yesterday"))
                    .hasStatus(200)
                    .hasBody(CONTENT);
        });
    }

    private static TckCase manyRanges() {
        return served(Rule.FIL_RANGES, "does not multiply a file by the ranges that are asked for", scene -> {
            var answer = scene.ask(ClientRequest.of("GET", "/").with("Range", "bytes=" + "0-,".repeat(1000) + "0-"))
                    .isWhole();
            int status = answer.head().status();
            answer.holds(status == 200 || status == 206 || status == 416, "status " + status);
            answer.holds(answer.bytes().length < 10 * CONTENT.length(), answer.bytes().length + " bytes were sent");
        });
    }

    private static TckCase headUnderCondition() {
        return served(Rule.FIL_NOT_MODIFIED, "answers HEAD under conditions as GET, without a body", scene -> {
            var head = ClientRequest.of("HEAD", "/");
            scene.ask(head.with("If-Modified-Since", LATER)).hasStatus(304).hasBody("");
            scene.ask(head.with("If-Modified-Since", EARLIER))
                    .hasStatus(200)
                    .hasField("Content-Length", "16")
                    .hasBody("");
            var gone = scene.ask(head.with("If-Unmodified-Since", EARLIER))
                    .hasStatus(412)
                    .hasBody("");
            scene.expectNothingBehind(gone, "/");
        });
    }

    private static TckCase whole() {
        return served(Rule.FIL_WHOLE, "sends a whole file with its length and validators", scene -> {
            var answer = scene.get("/")
                    .hasStatus(200)
                    .hasField("Content-Length", "16")
                    .hasField("Accept-Ranges", "bytes")
                    .hasField("Last-Modified", MODIFIED)
                    .hasField("Content-Type", "text/plain")
                    .hasNo("Content-Range")
                    .hasBody(CONTENT);
            answer.holds(
                    answer.value("ETag")
                            .filter(tag -> tag.matches("(W/)?\"[^\"]*\""))
                            .isPresent(),
                    "no ETag, or no quoted one");
        });
    }

    private static TckCase validatorsOfTheApplication() {
        var headers = TEXT.adding(HeaderName.ETAG, "\"mine\"").adding(HeaderName.LAST_MODIFIED, EARLIER);
        return staged(
                Rule.FIL_WHOLE,
                "keeps the validators of the application",
                (_, respond, scene) -> respond.with(Response.file(Status.OK, headers, path(scene))),
                scene -> {
                    prepare(scene);
                    scene.get("/")
                            .hasStatus(200)
                            .hasField("ETag", "\"mine\"")
                            .hasField("Last-Modified", EARLIER)
                            .hasBody(CONTENT);
                });
    }

    private static TckCase largeFile() {
        return staged(
                Rule.FIL_WHOLE,
                "sends a file larger than every buffer",
                (_, respond, scene) -> respond.with(Response.file(Status.OK, TEXT, path(scene))),
                scene -> {
                    var content = new String(Replies.noise(3_000_001), java.nio.charset.StandardCharsets.ISO_8859_1);
                    scene.note("path", scene.file(content));
                    scene.get("/")
                            .hasStatus(200)
                            .hasField("Content-Length", "3000001")
                            .hasBody(Replies.noise(3_000_001));
                });
    }

    private static TckCase headOfFile() {
        return served(Rule.RSP_HEAD, "answers HEAD of a file with the file's length and no body", scene -> {
            var head = scene.ask(ClientRequest.of("HEAD", "/"))
                    .hasStatus(200)
                    .hasField("Content-Length", "16")
                    .hasField("Last-Modified", MODIFIED)
                    .hasBody("");
            scene.expectNothingBehind(head, "/");
        });
    }

    private static TckCase range() {
        return served(Rule.FIL_RANGE, "answers one satisfiable range with 206 and those bytes", scene -> {
            expectRange(scene, "bytes=2-14", "bytes 2-14/16", "23456789abcde");
            expectRange(scene, "bytes=10-20", "bytes 10-15/16", "abcdef");
            expectRange(scene, "bytes=5-", "bytes 5-15/16", "56789abcdef");
            expectRange(scene, "bytes=-3", "bytes 13-15/16", "def");
            expectRange(scene, "bytes=0-0", "bytes 0-0/16", "0");
        });
    }

    private static void expectRange(Scene scene, String range, String contentRange, String body) throws IOException {
        scene.ask(ClientRequest.of("GET", "/").with("Range", range))
                .hasStatus(206)
                .hasField("Content-Range", contentRange)
                .hasField("Content-Length", Integer.toString(body.length()))
                .hasBody(body);
    }

    private static TckCase ranges() {
        return served(Rule.FIL_RANGES, "answers several satisfiable ranges with multipart/byteranges", scene -> {
            var answer = scene.ask(ClientRequest.of("GET", "/").with("Range", "bytes=0-1,4-5,-2"))
                    .hasStatus(206)
                    .isWhole();
            var type = answer.value("Content-Type").orElse("");
            answer.holds(type.startsWith("multipart/byteranges; boundary="), "Content-Type " + type);
            var boundary = type.substring(type.indexOf('=') + 1).replace("\"", "");
            var parts = answer.text().split("--" + java.util.regex.Pattern.quote(boundary), -1);
            expectEqual("parts, with what is before and behind them", 5, parts.length);
            expectPart(parts[1], "bytes 0-1/16", "01");
            expectPart(parts[2], "bytes 4-5/16", "45");
            expectPart(parts[3], "bytes 14-15/16", "ef");
            expect(parts[4].startsWith("--"), "the last boundary does not end the body\n" + answer.shown());
        });
    }

    private static void expectPart(String part, String contentRange, String body) {
        int end = part.indexOf("\r\n\r\n");
        expect(end >= 0, "a part without a header: " + part);
        var head = part.substring(0, end).toLowerCase(Locale.ROOT);
        expect(
                head.contains("content-range: " + contentRange),
                "a part without Content-Range " + contentRange + ": " + part);
        expect(head.contains("content-type: text/plain"), "a part without its Content-Type: " + part);
        expectEqual("content of a part", body + "\r\n", part.substring(end + 4));
    }

    private static TckCase unsatisfiable() {
        return served(Rule.FIL_UNSATISFIABLE, "answers a range outside the file with 416 and its size", scene -> {
            for (var range : List.of("bytes=16-", "bytes=100-200", "bytes=-0")) {
                var answer = scene.ask(ClientRequest.of("GET", "/").with("Range", range))
                        .hasStatus(416)
                        .hasField("Content-Range", "bytes */16")
                        .isWhole();
                scene.expectNothingBehind(answer, "/");
            }
        });
    }

    private static TckCase notModified() {
        return served(Rule.FIL_NOT_MODIFIED, "answers 304 to If-None-Match and If-Modified-Since that hold", scene -> {
            var tag = scene.get("/").value("ETag").orElse("\"no ETag\"");
            expectStatus(scene, 304, "If-None-Match", tag);
            expectStatus(scene, 304, "If-None-Match", "\"other\", " + tag);
            expectStatus(scene, 304, "If-None-Match", "*");
            expectStatus(scene, 200, "If-None-Match", "\"other\"");
            expectStatus(scene, 304, "If-Modified-Since", MODIFIED);
            expectStatus(scene, 304, "If-Modified-Since", LATER);
            expectStatus(scene, 200, "If-Modified-Since", EARLIER);
            var both = ClientRequest.of("GET", "/")
                    .with("If-None-Match", "\"other\"")
                    .with("If-Modified-Since", LATER);
            scene.ask(both).hasStatus(200).hasBody(CONTENT);
            var answer = scene.ask(ClientRequest.of("GET", "/").with("If-None-Match", tag));
            answer.hasStatus(304).hasField("ETag", tag).hasBody("");
            scene.expectNothingBehind(answer, "/");
        });
    }

    private static TckCase precondition() {
        return served(
                Rule.FIL_PRECONDITION, "answers 412 to If-Match and If-Unmodified-Since that do not hold", scene -> {
                    expectStatus(scene, 412, "If-Match", "\"other\"");
                    expectStatus(scene, 200, "If-Match", "*");
                    expectStatus(scene, 412, "If-Unmodified-Since", EARLIER);
                    expectStatus(scene, 200, "If-Unmodified-Since", MODIFIED);
                    expectStatus(scene, 200, "If-Unmodified-Since", LATER);
                });
    }

    private static TckCase ifRange() {
        return served(Rule.FIL_IF_RANGE, "answers If-Range that does not hold with the whole file", scene -> {
            var range = ClientRequest.of("GET", "/").with("Range", "bytes=0-1");
            scene.ask(range.with("If-Range", "\"other\"")).hasStatus(200).hasBody(CONTENT);
            scene.ask(range.with("If-Range", EARLIER)).hasStatus(200).hasBody(CONTENT);
            scene.ask(range.with("If-Range", MODIFIED)).hasStatus(206).hasBody("01");
        });
    }

    private static TckCase part() {
        return staged(
                Rule.FIL_PART,
                "sends a part under the response's own status and negotiates nothing",
                (request, respond, scene) -> respond.with(Response.file(
                        Status.of(Integer.parseInt(request.path().getFirst())),
                        TEXT,
                        path(scene),
                        new FilePart(3, 8, CONTENT.length()))),
                scene -> {
                    prepare(scene);
                    for (int status : new int[] {200, 206, 404}) {
                        scene.ask(ClientRequest.of("GET", "/" + status)
                                        .with("Range", "bytes=0-0")
                                        .with("If-None-Match", "*"))
                                .hasStatus(status)
                                .hasField("Content-Length", "8")
                                .hasBody("3456789a");
                    }
                });
    }

    private static TckCase missing() {
        return staged(
                Rule.FIL_MISSING,
                "answers 404, or the status of the application's error, for what is no regular file",
                (request, respond, scene) -> respond.with(
                        switch (request.path().getFirst()) {
                            case "folder" -> Response.file(Status.OK, TEXT, folder(scene));
                            case "present" -> Response.file(Status.OK, TEXT, path(scene));
                            case "error-page" -> Response.file(Status.SERVICE_UNAVAILABLE, TEXT, noFile(scene));
                            default -> Response.file(Status.OK, TEXT, noFile(scene));
                        }),
                scene -> {
                    prepare(scene);
                    scene.get("/missing").hasStatus(404).isWhole();
                    scene.get("/folder").hasStatus(404).isWhole();
                    scene.get("/error-page").hasStatus(503).isWhole();
                    var head = scene.ask(ClientRequest.of("HEAD", "/missing"))
                            .hasStatus(404)
                            .hasBody("");
                    scene.expectNothingBehind(head, "/present");
                });
    }

    private static TckCase ignoredRange() {
        return served(Rule.FIL_IGNORED_RANGE, "ignores a Range that is malformed, of another unit or method", scene -> {
            for (var range : List.of("bytes=5-2", "bytes=a-b", "lines=0-1", "bytes 0-1", "bytes=")) {
                scene.ask(ClientRequest.of("GET", "/").with("Range", range))
                        .hasStatus(200)
                        .hasBody(CONTENT);
            }
            scene.ask(ClientRequest.of("POST", "/").with("Range", "bytes=0-1"))
                    .hasStatus(200)
                    .hasBody(CONTENT);
        });
    }

    private static void expectStatus(Scene scene, int status, String field, String value) throws IOException {
        scene.ask(ClientRequest.of("GET", "/").with(field, value))
                .hasStatus(status)
                .isWhole();
    }

    /// A case whose application answers with the whole file that [#prepare] made.
    private static TckCase served(Rule rule, String name, TckCase.Check check) {
        return staged(
                rule, name, (_, respond, scene) -> respond.with(Response.file(Status.OK, TEXT, path(scene))), scene -> {
                    prepare(scene);
                    check.run(scene);
                });
    }

    private static void prepare(Scene scene) throws IOException {
        var path = scene.file(CONTENT);
        var time = java.time.LocalDateTime.parse(MODIFIED, HTTP_DATE).toInstant(ZoneOffset.UTC);
        Files.setLastModifiedTime(path, java.nio.file.attribute.FileTime.from(time));
        scene.note("path", path);
    }

    private static Path noFile(Backstage scene) throws InterruptedException {
        return path(scene).resolveSibling("wai-tck-no-such-file");
    }

    private static Path folder(Backstage scene) throws InterruptedException {
        return requireNonNull(path(scene).getParent(), "folder");
    }

    private static Path path(Backstage scene) throws InterruptedException {
        return Path.of(scene.noted("path"));
    }
}
