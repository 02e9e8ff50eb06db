package wai.spi;

import static wai.HeaderName.ACCEPT_RANGES;
import static wai.HeaderName.ETAG;
import static wai.HeaderName.LAST_MODIFIED;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import wai.Headers;

/// The validators that follow from the facts of a file alone (RFC 9110 §8.8).
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
/// @param tag the entity tag; null without a modification time
/// @param modified the modification date, whole seconds; null likewise
/// @param fields both as header fields, and `Accept-Ranges`
record DerivedValidators(@Nullable EntityTag tag, @Nullable Instant modified, Headers fields) {
    /// How long a file must have rested until its modification time identifies its content: the coarsest step in
    /// which usual file systems keep times (FAT; others one second or less). RFC 9110 §8.8.2.2 asks for one second.
    static final Duration SETTLED = Duration.ofSeconds(2);

    /// Times up to here mean "none": 0 is what file systems without times answer, 1 what build tools write that want
    /// the same file always to look the same. Files that share it differ all the same.
    private static final Instant NO_TIME = Instant.ofEpochSecond(1);

    /// The validators of a file at some moment.
    static DerivedValidators of(FileFacts facts, Instant now) {
        var time = facts.modified();
        return isSettled(time, now) ? facts.settled() : made(facts, time.isAfter(now) ? now : time, true);
    }

    /// The validators of a file that has rested; for [FileFacts], which keeps them.
    static DerivedValidators settled(FileFacts facts) {
        return made(facts, facts.modified(), false);
    }

    /// Whether what was last changed at one time cannot change under that time any more.
    static boolean isSettled(Instant time, Instant now) {
        return !now.isBefore(time.plus(SETTLED));
    }

    private static DerivedValidators made(FileFacts facts, Instant date, boolean weak) {
        var time = facts.modified();
        if (!time.isAfter(NO_TIME)) {
            return new DerivedValidators(null, null, Headers.of(ACCEPT_RANGES, "bytes"));
        }
        var opaque = Long.toHexString(facts.size())
                + '-'
                + Long.toHexString(time.getEpochSecond())
                + '-'
                + Integer.toHexString(time.getNano());
        var tag = new EntityTag(opaque, weak);
        var modified = date.truncatedTo(ChronoUnit.SECONDS);
        var fields = Headers.of(ETAG, tag.toString(), LAST_MODIFIED, HttpDate.format(modified), ACCEPT_RANGES, "bytes");
        return new DerivedValidators(tag, modified, fields);
    }
}
