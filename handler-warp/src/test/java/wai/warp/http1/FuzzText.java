package wai.warp.http1;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.file.Path;
import java.time.Instant;
import wai.HeaderName;
import wai.Headers;
import wai.PathSegments;
import wai.Query;
import wai.Request;
import wai.Response;
import wai.Status;
import wai.spi.FileFacts;
import wai.spi.FileNegotiation;
import wai.spi.HttpDate;

/// A fuzz target: the functions of the contract that read text of a client take any text, and what they write they
/// read again.
public final class FuzzText {
    private static final Instant NOW = Instant.parse("2026-11-21T00:00:00Z");
    private static final FileFacts FACTS = new FileFacts(1_000, Instant.parse("1994-11-06T08:49:37Z"));
    private static final HeaderName[] NEGOTIATED = {
        HeaderName.RANGE,
        HeaderName.IF_RANGE,
        HeaderName.IF_MATCH,
        HeaderName.IF_NONE_MATCH,
        HeaderName.IF_MODIFIED_SINCE,
        HeaderName.IF_UNMODIFIED_SINCE
    };

    private FuzzText() {}

    /// Runs one input, as a date, a path, a query, a list, and the fields that negotiate a file.
    public static void fuzzerTestOneInput(byte[] data) {
        var text = new String(data, ISO_8859_1);
        HttpDate.parse(text, NOW)
                .ifPresent(moment -> require(
                        HttpDate.parse(HttpDate.format(moment), NOW)
                                .filter(moment::equals)
                                .isPresent(),
                        "date"));

        var segments = PathSegments.decode("/" + text);
        require(PathSegments.decode(PathSegments.encode(segments)).equals(segments), "path");
        var query = Query.parse("?" + text);
        require(Query.parse("?" + query.encode().replaceFirst("^\\?", "")).equals(query), "query");

        if (text.chars().allMatch(c -> c >= ' ' && c != 0x7f)) {
            checkFields(text);
        }
    }

    private static void checkFields(String text) {
        var list = Headers.of(HeaderName.CONNECTION, text);
        require(list.elements(HeaderName.CONNECTION).stream().noneMatch(String::isBlank), "list");
        // one field a line of the input would be too few to reach the conditions that look at two of them
        var parts = text.split(";;", -1);
        var request = Request.builder("GET", "/");
        for (int i = 0; i < Math.min(parts.length, NEGOTIATED.length); i++) {
            request.header(NEGOTIATED[i], parts[i]);
        }
        var file = Response.file(Status.OK, Headers.EMPTY, Path.of("file"));
        int code = FileNegotiation.answer(request.build(), file, FACTS, NOW)
                .status()
                .code();
        require(code == 200 || code == 206 || code == 304 || code == 412 || code == 416, "status " + code);
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}
