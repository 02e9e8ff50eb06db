package wai.lint;

import static wai.HeaderName.CONTENT_ENCODING;
import static wai.HeaderName.ETAG;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import wai.Bytes;
import wai.Response;
import wai.spi.Rule;

/// Compares the response that a middleware got from inside with the one that it gives outwards: when the body became
/// another, the fields that described the old one must have changed too.
///
/// Whether a body became another is told by its bytes, so a middleware that only counts or logs a stream is not blamed.
/// What a file holds is not known here.
final class LintReplacement {
    /// The subject of a stale Content-Length.
    static final String LENGTH = "content-length";

    private static final String FIX = "drop or recompute Content-Length and ETag where the body is replaced";

    /// These answers have another body, or none, and say the ETag of the whole (RFC 9110 §15).
    private static final Set<Integer> ABOUT_ANOTHER_BODY = Set.of(204, 206, 304, 412, 416);

    private LintReplacement() {}

    /// What can be told before the response is sent.
    static List<LintProblem> problems(String method, Response inside, Response outside) {
        var problems = new ArrayList<LintProblem>();
        if (keepsLength(method, inside, outside)) {
            problems.add(new LintProblem(
                    Rule.MID_LENGTH,
                    LENGTH,
                    "the body was replaced and Content-Length kept: "
                            + LintFraming.declaredLength(outside.headers()).orElseThrow(),
                    FIX));
        }
        boolean recoded =
                !inside.headers().all(CONTENT_ENCODING).equals(outside.headers().all(CONTENT_ENCODING));
        boolean replaced = outside.body() instanceof Bytes bytes && differs(inside, LintContent.known(bytes));
        if (keepsTag(method, inside, outside) && (recoded || replaced)) {
            problems.add(staleTag(outside));
        }
        return problems;
    }

    /// What can be told when the stream that a middleware gives has run.
    static Optional<LintProblem> ofStream(String method, Response inside, Response outside, LintContent written) {
        return keepsTag(method, inside, outside) && differs(inside, written)
                ? Optional.of(staleTag(outside))
                : Optional.empty();
    }

    private static LintProblem staleTag(Response outside) {
        return new LintProblem(
                Rule.MID_LENGTH,
                "etag",
                "the body was replaced and its strong ETag kept: "
                        + LintProblem.shown(ETAG, outside.headers().first(ETAG, "")),
                FIX);
    }

    /// A length that was right inside and is wrong now.
    private static boolean keepsLength(String method, Response inside, Response outside) {
        var length = LintFraming.declaredLength(outside.headers());
        return length.isPresent()
                && length.equals(LintFraming.declaredLength(inside.headers()))
                && hasContent(method, outside)
                && outside.body() instanceof Bytes bytes
                && bytes.length() != length.getAsLong()
                && !outside.body().equals(inside.body());
    }

    private static boolean keepsTag(String method, Response inside, Response outside) {
        var tag = outside.headers().first(ETAG, "");
        return tag.startsWith("\"")
                && hasContent(method, outside)
                && tag.equals(inside.headers().first(ETAG, ""));
    }

    private static boolean hasContent(String method, Response response) {
        return !method.equals("HEAD")
                && !ABOUT_ANOTHER_BODY.contains(response.status().code());
    }

    private static boolean differs(Response inside, @Nullable LintContent written) {
        var before = LintContent.known(inside.body());
        return before != null && !Objects.equals(before, written);
    }
}
