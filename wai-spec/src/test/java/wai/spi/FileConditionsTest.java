package wai.spi;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import wai.HeaderName;
import wai.Headers;
import wai.Request;
import wai.Response;
import wai.Status;

/// Conditional requests for files (RFC 9110 §13).
///
/// In the tables `SAME` is the current `Last-Modified`, `BEFORE` and `AFTER` one second beside it, `TAG` the current
/// strong tag.
class FileConditionsTest {
    private static final Instant MODIFIED = Instant.parse("1994-11-06T08:49:37.5Z");
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final String CONTENT = "0123456789abcdef";

    @TempDir
    private Path folder = Path.of("");

    private Path file = Path.of("");

    @BeforeEach
    void makeFile() throws Exception {
        file = folder.resolve("file");
        Files.write(file, CONTENT.getBytes(US_ASCII));
        Files.setLastModifiedTime(file, FileTime.from(MODIFIED));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // If-Match, §13.1.1: strong comparison
                "If-Match: *                                   | 200",
                "If-Match: TAG                                 | 200",
                "If-Match: \"x\", TAG                          | 200",
                "If-Match: \"x\"; If-Match: TAG                | 200",
                "If-Match: \"x\"                               | 412",
                "If-Match: W/TAG                               | 412",
                "If-Match: \"x\", \"y\"                        | 412",
                "If-Match: xyzzy                               | 412",
                "If-Match: TAG, *                              | 412",
                "If-Match:                                     | 412",
                // If-Unmodified-Since, §13.1.4
                "If-Unmodified-Since: BEFORE                   | 412",
                "If-Unmodified-Since: SAME                     | 200",
                "If-Unmodified-Since: AFTER                    | 200",
                "If-Unmodified-Since: Saturday, 05-Nov-94 08:49:37 GMT | 412",
                "If-Unmodified-Since: Sat Nov  5 08:49:37 1994 | 412",
                "If-Unmodified-Since: yesterday                | 200",
                "If-Unmodified-Since: BEFORE, BEFORE           | 200",
                "If-Unmodified-Since: BEFORE; If-Unmodified-Since: BEFORE | 200",
                // If-None-Match, §13.1.2: weak comparison
                "If-None-Match: *                              | 304",
                "If-None-Match: TAG                            | 304",
                "If-None-Match: W/TAG                          | 304",
                "If-None-Match: \"x\", W/TAG, \"y\"            | 304",
                "If-None-Match: \"x\"; If-None-Match: TAG      | 304",
                "If-None-Match: \"x\"                          | 200",
                "If-None-Match: xyzzy                          | 200",
                "If-None-Match: TAG garbage                    | 200",
                // If-Modified-Since, §13.1.3
                "If-Modified-Since: BEFORE                     | 200",
                "If-Modified-Since: SAME                       | 304",
                "If-Modified-Since: AFTER                      | 304",
                "If-Modified-Since: Sunday, 06-Nov-94 08:49:37 GMT | 304",
                "If-Modified-Since: Sun Nov  6 08:49:37 1994   | 304",
                "If-Modified-Since: Tue, 01 Jan 2999 00:00:00 GMT | 304",
                "If-Modified-Since: 784111777                  | 200",
                "If-Modified-Since: SAME, SAME                 | 200",
                "If-Modified-Since: SAME; If-Modified-Since: SAME | 200",
                // which goes before which, §13.2.2
                "If-Match: TAG; If-Unmodified-Since: BEFORE    | 200",
                "If-Match: \"x\"; If-Unmodified-Since: AFTER   | 412",
                "If-None-Match: \"x\"; If-Modified-Since: AFTER | 200",
                "If-None-Match: TAG; If-Modified-Since: BEFORE | 304",
                "If-Match: TAG; If-None-Match: TAG             | 304",
                "If-Match: \"x\"; If-None-Match: TAG           | 412",
                "If-Unmodified-Since: BEFORE; If-Modified-Since: AFTER | 412",
                "If-Unmodified-Since: AFTER; If-Modified-Since: AFTER | 304",
            })
    void evaluatesConditionsOfGetAndHead(String fields, int status) throws Exception {
        var get = ask("GET", fields);
        var head = ask("HEAD", fields);

        assertThat(get.status()).isEqualTo(status);
        assertThat(get.body()).isEqualTo(status == 200 ? CONTENT : status == 412 ? "Precondition failed\n" : "");
        assertThat(head.body()).isEmpty();
        assertThat(head.head().status()).isEqualTo(get.head().status());
        assertThat(head.head().headers()).isEqualTo(get.head().headers());
        assertThat(head.head().length()).isEqualTo(get.head().length());
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // If-Range, §13.1.5: strong comparison, exact date
                "If-Range: TAG                                 | 206",
                "If-Range: W/TAG                               | 200",
                "If-Range: \"x\"                               | 200",
                "If-Range: TAG, \"x\"                          | 200",
                "If-Range: *                                   | 200",
                "If-Range: TAG; If-Range: TAG                  | 200",
                "If-Range: SAME                                | 206",
                "If-Range: Sun Nov  6 08:49:37 1994            | 206",
                "If-Range: BEFORE                              | 200",
                "If-Range: AFTER                               | 200",
                "If-Range: soon                                | 200",
                // the other conditions come first; FIL-06, FIL-07 of Warp's tests
                "If-Unmodified-Since: BEFORE                   | 412",
                "If-Unmodified-Since: AFTER                    | 206",
                "If-Unmodified-Since: BEFORE; If-Match: *      | 206",
                "If-Unmodified-Since: BEFORE; If-Match: TAG    | 206",
                "If-Modified-Since: BEFORE                     | 206",
                "If-Modified-Since: AFTER                      | 304",
                "If-Modified-Since: AFTER; If-None-Match: \"x\" | 206",
                "If-None-Match: TAG; If-Range: TAG             | 304",
                "If-Match: \"x\"; If-Range: TAG                | 412",
                "If-Match: TAG; If-Range: \"x\"                | 200",
            })
    void evaluatesConditionsBeforeTheRange(String fields, int status) throws Exception {
        var answer = ask("GET", "Range: bytes=2-3; " + fields);

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.body())
                .isEqualTo(
                        switch (status) {
                            case 200 -> CONTENT;
                            case 206 -> "23";
                            case 412 -> "Precondition failed\n";
                            default -> "";
                        });
    }

    @Test
    void servesNoUnsatisfiableRangeWhenIfRangeFails() throws Exception {
        assertThat(ask("GET", "Range: bytes=99-; If-Range: \"x\"").status()).isEqualTo(200);
        assertThat(ask("GET", "Range: bytes=99-; If-Range: TAG").status()).isEqualTo(416);
    }

    @Test
    void ignoresIfRangeWithoutRange() throws Exception {
        assertThat(ask("GET", "If-Range: \"x\"").status()).isEqualTo(200);
        assertThat(ask("HEAD", "Range: bytes=2-3; If-Range: TAG").status()).isEqualTo(200);
    }

    @Test
    void tells304WhatUpdatesACacheAndNothingOfContent() throws Exception {
        var own = headers("""
                Content-Type: text/html
                Content-Length: 16
                Content-Language: en
                Content-Encoding: gzip
                Content-Location: /page.en
                Content-Disposition: inline
                Content-Digest: sha-256=:AA==:
                Accept-Ranges: bytes
                Cache-Control: max-age=60
                Date: Sun, 01 Mar 2026 12:00:00 GMT
                Expires: Sun, 01 Mar 2026 12:01:00 GMT
                Vary: Accept-Encoding
                Set-Cookie: a=1
                Set-Cookie: b=2
                """);

        var answer = ask("GET", "If-None-Match: TAG", own);

        assertThat(answer.head().status()).isEqualTo(Status.NOT_MODIFIED);
        assertThat(answer.head().length()).isEqualTo(FramedResponse.UNKNOWN);
        assertThat(answer.head().headers()).isEqualTo(headers("""
                Content-Location: /page.en
                Cache-Control: max-age=60
                Date: Sun, 01 Mar 2026 12:00:00 GMT
                Expires: Sun, 01 Mar 2026 12:01:00 GMT
                Vary: Accept-Encoding
                Set-Cookie: a=1
                Set-Cookie: b=2
                ETag: "10-2ebc98a1-1dcd6500"
                Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT
                """));
    }

    @Test
    void doesNotLetA412BeCachedLikeTheFile() throws Exception {
        var own = headers("""
                Content-Type: text/html
                Content-Range: bytes 0-1/2
                ETag: "mine"
                Expires: Sun, 01 Mar 2033 12:01:00 GMT
                CDN-Cache-Control: max-age=600
                X-Own: kept
                """);

        var answer = ask("GET", "If-Match: \"x\"", own);

        assertThat(answer.head().headers()).isEqualTo(headers("""
                X-Own: kept
                Cache-Control: no-store
                Content-Type: text/plain; charset=utf-8
                """));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "If-None-Match: \"mine\"                                 | 304",
                "If-None-Match: TAG                                      | 200",
                "If-Match: \"mine\"                                      | 200",
                "If-Match: TAG                                           | 412",
                "If-Modified-Since: Mon, 01 Jan 2024 00:00:00 GMT        | 304",
                "If-Modified-Since: SAME                                 | 200",
                "If-Unmodified-Since: SAME                               | 412",
                "Range: bytes=2-3; If-Range: \"mine\"                    | 206",
                "Range: bytes=2-3; If-Range: Mon, 01 Jan 2024 00:00:00 GMT | 206",
                "Range: bytes=2-3; If-Range: SAME                        | 200",
            })
    void comparesWithTheValidatorsOfTheApplication(String fields, int status) throws Exception {
        var own = headers("""
                ETag: "mine"
                Last-Modified: Mon, 01 Jan 2024 00:00:00 GMT
                """);

        assertThat(ask("GET", fields, own).status()).isEqualTo(status);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "If-None-Match: \"mine\"            | 200",
                "If-None-Match: *                   | 304",
                "If-Match: \"mine\"                 | 412",
                "If-Match: *                        | 200",
                "If-Modified-Since: SAME            | 200",
                "If-Unmodified-Since: BEFORE        | 200",
                "Range: bytes=2-3; If-Range: \"mine\" | 200",
                "Range: bytes=2-3; If-Range: SAME   | 200",
            })
    void hasNothingToCompareWithWhenTheApplicationsValidatorsAreMalformed(String fields, int status) throws Exception {
        var own = headers("""
                ETag: mine
                Last-Modified: today
                """);

        assertThat(ask("GET", fields, own).status()).isEqualTo(status);
    }

    /// The date stands for its whole second, so it may be old enough (11:59:58) when the tag (11:59:58.1) is not.
    @ParameterizedTest(name = "modified {0} ago: If-Range gets {1} by tag, {2} by date")
    @CsvSource({"PT2S, 206, 206", "PT1.9S, 200, 206", "PT1S, 200, 200", "PT0S, 200, 200"})
    void trustsIfRangeOnlyWhenTheFileHasRested(Duration age, int byTag, int byDate) throws Exception {
        Files.setLastModifiedTime(file, FileTime.from(NOW.minus(age)));
        var first = ask("GET", "");
        var tag = first.field(HeaderName.ETAG);
        var date = first.field(HeaderName.LAST_MODIFIED);

        assertThat(ask("GET", "Range: bytes=2-3; If-Range: " + tag).status()).isEqualTo(byTag);
        assertThat(ask("GET", "Range: bytes=2-3; If-Range: " + date).status()).isEqualTo(byDate);
        assertThat(ask("GET", "If-None-Match: " + tag).status()).isEqualTo(304);
        assertThat(ask("GET", "If-Modified-Since: " + date).status()).isEqualTo(304);
    }

    @Test
    void recognisesAWeakTagAfterItBecameStrong() throws Exception {
        Files.setLastModifiedTime(file, FileTime.from(NOW));
        var weak = ask("GET", "").field(HeaderName.ETAG);

        var later = NegotiatingExchange.answer(
                request("GET", "If-None-Match: " + weak),
                Response.file(Status.OK, Headers.EMPTY, file),
                NOW.plusSeconds(60));

        assertThat(weak).startsWith("W/");
        assertThat(later.status()).isEqualTo(304);
        assertThat(later.field(HeaderName.ETAG)).isEqualTo(weak.substring(2));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"content", "time"})
    void changesTheTagWhenTheFileChanges(String what) throws Exception {
        var before = ask("GET", "").field(HeaderName.ETAG);

        if (what.equals("content")) {
            Files.write(file, "longer than before".getBytes(US_ASCII));
            Files.setLastModifiedTime(file, FileTime.from(MODIFIED));
        } else {
            Files.setLastModifiedTime(file, FileTime.from(MODIFIED.plusMillis(1)));
        }

        assertThat(ask("GET", "").field(HeaderName.ETAG)).isNotEqualTo(before);
        assertThat(ask("GET", "If-None-Match: " + before).status()).isEqualTo(200);
    }

    private NegotiatingExchange.Answer ask(String method, String fields) throws Exception {
        return ask(method, fields, Headers.EMPTY);
    }

    private NegotiatingExchange.Answer ask(String method, String fields, Headers own) throws Exception {
        return NegotiatingExchange.answer(request(method, fields), Response.file(Status.OK, own, file), NOW);
    }

    private static Request request(String method, String fields) {
        var lines = fields.replace("; ", "\n")
                .replace("TAG", "\"10-2ebc98a1-1dcd6500\"")
                .replace("SAME", "Sun, 06 Nov 1994 08:49:37 GMT")
                .replace("BEFORE", "Sun, 06 Nov 1994 08:49:36 GMT")
                .replace("AFTER", "Sun, 06 Nov 1994 08:49:38 GMT");
        return Request.builder(method, "/").headers(headers(lines)).build();
    }

    private static Headers headers(String lines) {
        var headers = Headers.builder();
        lines.lines()
                .forEach(line -> headers.add(
                        HeaderName.of(line.substring(0, line.indexOf(':'))), line.substring(line.indexOf(':') + 1)));
        return headers.build();
    }
}
