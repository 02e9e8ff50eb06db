package wai.spi;

import static wai.HeaderName.ETAG;
import static wai.HeaderName.LAST_MODIFIED;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import wai.Headers;

/// What conditions are compared with: entity tag and modification date of the file that is about to be sent (RFC 9110
/// §8.8).
///
/// What the application set counts; what it left out is derived from the file:
///
/// - `Last-Modified` is the modification time in whole seconds, and never later than `now`, which goes into `Date`
///   (RFC 9110 §8.8.2.1).
/// - `ETag` is made of size and modification time with its nanoseconds. **It is strong once the file has rested for
///   [#SETTLED], and weak before.** A strong tag promises that the bytes differ when the tag differs (RFC 9110 §8.8.1).
///   File systems do not keep nanoseconds but a coarse tick, so two changes of the same length within one tick share
///   size and time; while such a second change is possible the promise cannot be given. Later it can, and because weak
///   comparison ignores the mark, a tag handed out weak still answers `If-None-Match`.
///   Whoever changes content and then sets size and time back to what they were must set `ETag` themselves.
/// - A file without a modification time has neither.
///
/// @param tag the entity tag; null when there is none, or the application's is malformed
/// @param modified the modification date, whole seconds; null likewise
/// @param now the present
record Validators(@Nullable EntityTag tag, @Nullable Instant modified, Instant now) {
    /// How long a file must have rested until its modification time identifies its content: the coarsest step in
    /// which usual file systems keep times (FAT; others one second or less). RFC 9110 §8.8.2.2 asks for one second.
    static final Duration SETTLED = Duration.ofSeconds(2);

    /// Times up to here mean "none": 0 is what file systems without times answer, 1 what build tools write that want
    /// the same file always to look the same. Files that share it differ all the same.
    private static final Instant NO_TIME = Instant.ofEpochSecond(1);

    /// The validators of a file under the header fields of the application.
    static Validators of(Headers headers, FileFacts facts, Instant now) {
        var tag = headers.contains(ETAG) ? EntityTag.parse(headers.first(ETAG, "")) : derivedTag(facts, now);
        var modified = headers.contains(LAST_MODIFIED)
                ? HttpDate.parse(headers.first(LAST_MODIFIED, ""), now).orElse(null)
                : derivedDate(facts, now);
        return new Validators(tag, modified, now);
    }

    /// The application's header fields and the derived validators that they lack.
    Headers addedTo(Headers headers) {
        var more = headers.toBuilder();
        if (tag != null && !headers.contains(ETAG)) {
            more.add(ETAG, tag.toString());
        }
        if (modified != null && !headers.contains(LAST_MODIFIED)) {
            more.add(LAST_MODIFIED, HttpDate.format(modified));
        }
        return more.build();
    }

    /// Whether the modification date is a strong validator (RFC 9110 §8.8.2.2): the second it names is over for so
    /// long that the file cannot change under it any more.
    boolean isDateStrong() {
        return modified != null && isSettled(modified, now);
    }

    private static @Nullable EntityTag derivedTag(FileFacts facts, Instant now) {
        var time = facts.modified();
        if (!time.isAfter(NO_TIME)) {
            return null;
        }
        var opaque = Long.toHexString(facts.size())
                + '-'
                + Long.toHexString(time.getEpochSecond())
                + '-'
                + Integer.toHexString(time.getNano());
        return new EntityTag(opaque, !isSettled(time, now));
    }

    private static @Nullable Instant derivedDate(FileFacts facts, Instant now) {
        var time = facts.modified();
        if (!time.isAfter(NO_TIME)) {
            return null;
        }
        return (time.isAfter(now) ? now : time).truncatedTo(ChronoUnit.SECONDS);
    }

    private static boolean isSettled(Instant time, Instant now) {
        return !now.isBefore(time.plus(SETTLED));
    }
}
