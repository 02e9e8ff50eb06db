package wai.spi;

import static wai.HeaderName.ACCEPT_RANGES;
import static wai.HeaderName.ETAG;
import static wai.HeaderName.LAST_MODIFIED;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import wai.Headers;

/// What conditions are compared with: entity tag and modification date of the file that is about to be sent (RFC 9110
/// §8.8). What the application set counts; what it left out is derived from the file.
///
/// @param tag the entity tag; null when there is none, or the application's is malformed
/// @param modified the modification date, whole seconds; null likewise
/// @param headers the application's header fields, the derived validators that they lack, and `Accept-Ranges`
/// @param now the present
record Validators(@Nullable EntityTag tag, @Nullable Instant modified, Headers headers, Instant now) {
    /// The validators of a file under the header fields of the application.
    static Validators of(Headers headers, FileFacts facts, Instant now) {
        var derived = DerivedValidators.of(facts, now);
        if (!headers.contains(ETAG) && !headers.contains(LAST_MODIFIED) && !headers.contains(ACCEPT_RANGES)) {
            return new Validators(derived.tag(), derived.modified(), headers.adding(derived.fields()), now);
        }
        var tag = headers.contains(ETAG) ? EntityTag.parse(headers.first(ETAG, "")) : derived.tag();
        var modified = headers.contains(LAST_MODIFIED)
                ? HttpDate.parse(headers.first(LAST_MODIFIED, ""), now).orElse(null)
                : derived.modified();
        var all = headers.toBuilder();
        derived.fields().forEach((name, value) -> {
            if (!headers.contains(name)) {
                all.add(name, value);
            }
        });
        return new Validators(tag, modified, all.build(), now);
    }

    /// Whether the modification date is a strong validator (RFC 9110 §8.8.2.2): the second it names is over for so
    /// long that the file cannot change under it any more.
    boolean isDateStrong() {
        return modified != null && DerivedValidators.isSettled(modified, now);
    }
}
