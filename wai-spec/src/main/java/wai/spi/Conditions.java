package wai.spi;

import static wai.HeaderName.IF_MATCH;
import static wai.HeaderName.IF_MODIFIED_SINCE;
import static wai.HeaderName.IF_NONE_MATCH;
import static wai.HeaderName.IF_RANGE;
import static wai.HeaderName.IF_UNMODIFIED_SINCE;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import wai.HeaderName;
import wai.Headers;

/// Evaluates the conditions of a GET or HEAD request for something that exists (RFC 9110 §13).
final class Conditions {
    /// What a set of conditions comes to.
    enum Outcome {
        /// Send what was asked for.
        HOLD,
        /// 304: the client has it already.
        NOT_MODIFIED,
        /// 412: the client wanted something else.
        FAILED
    }

    private Conditions() {}

    /// Evaluates all conditions but `If-Range`, in the order of RFC 9110 §13.2.2.
    static Outcome evaluate(Headers request, Validators current) {
        boolean wanted = request.contains(IF_MATCH) ? matches(request, current) : isUnmodified(request, current);
        if (!wanted) {
            return Outcome.FAILED;
        }
        boolean known =
                request.contains(IF_NONE_MATCH) ? matchesWeakly(request, current) : isNotModified(request, current);
        return known ? Outcome.NOT_MODIFIED : Outcome.HOLD;
    }

    /// Whether `If-Range` lets a range be served: it is absent, or its validator is strong and the current one (RFC
    /// 9110 §13.1.5).
    static boolean allowsRange(Headers request, Validators current) {
        if (!request.contains(IF_RANGE)) {
            return true;
        }
        var value = single(request, IF_RANGE);
        if (value == null) {
            return false;
        }
        var tag = EntityTag.parse(value);
        if (tag != null) {
            return current.tag() != null && tag.matchesStrongly(current.tag());
        }
        var date = HttpDate.parse(value, current.now());
        return current.isDateStrong() && date.isPresent() && date.get().equals(current.modified());
    }

    /// `If-Match`: `*` or strong comparison (RFC 9110 §13.1.1).
    private static boolean matches(Headers request, Validators current) {
        var value = joined(request, IF_MATCH);
        var tag = current.tag();
        return value.equals("*")
                || (tag != null && EntityTag.list(value).stream().anyMatch(tag::matchesStrongly));
    }

    /// `If-None-Match`: `*` or weak comparison (RFC 9110 §13.1.2).
    private static boolean matchesWeakly(Headers request, Validators current) {
        var value = joined(request, IF_NONE_MATCH);
        var tag = current.tag();
        return value.equals("*")
                || (tag != null && EntityTag.list(value).stream().anyMatch(tag::matchesWeakly));
    }

    /// `If-Unmodified-Since`; true when it is not there, no date, or nothing to compare it with (RFC 9110 §13.1.4).
    private static boolean isUnmodified(Headers request, Validators current) {
        var since = date(request, IF_UNMODIFIED_SINCE, current);
        return since.isEmpty()
                || current.modified() == null
                || !current.modified().isAfter(since.get());
    }

    /// `If-Modified-Since`; false when it is not there, no date, or nothing to compare it with (RFC 9110 §13.1.3).
    private static boolean isNotModified(Headers request, Validators current) {
        var since = date(request, IF_MODIFIED_SINCE, current);
        return since.isPresent()
                && current.modified() != null
                && !current.modified().isAfter(since.get());
    }

    private static Optional<Instant> date(Headers request, HeaderName name, Validators current) {
        var value = single(request, name);
        return value == null ? Optional.empty() : HttpDate.parse(value, current.now());
    }

    /// The value of a field that is no list; null when it is not there exactly once.
    static @Nullable String single(Headers request, HeaderName name) {
        if (!request.contains(name)) {
            return null;
        }
        var values = request.all(name);
        return values.size() == 1 ? values.getFirst() : null;
    }

    /// The value of a field that is a list, however many lines it has (RFC 9110 §5.3).
    private static String joined(Headers request, HeaderName name) {
        return String.join(", ", request.all(name));
    }
}
