package wai.sse;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import wai.Bytes;

/// One event of a stream, or one of the things that may stand between events (HTML standard §9.2).
///
/// {@snippet file="wai/sse/Samples.java" region="event"}
public final class Event {
    /// Ends the stream behind the events before it; it is not sent. The browser then connects again, unless it gets a
    /// response with status 204.
    public static final Event END = new Event(Kind.END, null, null, null, null);

    private enum Kind {
        EVENT,
        COMMENT,
        RETRY,
        END
    }

    private final Kind kind;
    private final @Nullable String name;
    private final @Nullable String id;
    private final @Nullable String text;
    private final @Nullable Duration retry;

    /// Made at the first use; threads that race make the same.
    private @Nullable Bytes encoded;

    private Event(
            Kind kind, @Nullable String name, @Nullable String id, @Nullable String text, @Nullable Duration retry) {
        this.kind = kind;
        this.name = name;
        this.id = id;
        this.text = text;
        this.retry = retry;
    }

    /// An event with data. In the browser it is a `message`, unless it has a name.
    ///
    /// @param data the data; line ends of any kind split it into lines, and arrive as LF
    /// @return the event
    public static Event of(String data) {
        return new Event(Kind.EVENT, null, null, data, null);
    }

    /// A comment, which no script sees.
    ///
    /// @param text the comment, of one line or several
    /// @return the comment
    public static Event comment(String text) {
        return new Event(Kind.COMMENT, null, null, text, null);
    }

    /// Tells the browser how long to wait before it connects again.
    ///
    /// @param pause the time, 0 or more, in whole milliseconds
    /// @return what tells it
    /// @throws IllegalArgumentException when the time is negative
    public static Event retry(Duration pause) {
        if (pause.isNegative()) {
            throw new IllegalArgumentException("retry " + pause + ": expected 0 or more");
        }
        return new Event(Kind.RETRY, null, null, null, pause);
    }

    /// A copy with a name: what `addEventListener` listens for.
    ///
    /// @param newName the name, without line ends
    /// @return the copy
    /// @throws IllegalArgumentException when it has a line end
    /// @throws IllegalStateException when this is no event with data
    public Event withName(String newName) {
        checkEvent();
        return new Event(kind, checked("name", newName), id, text, null);
    }

    /// A copy with an id: the browser says it in `Last-Event-ID` when it connects again.
    ///
    /// @param newId the id, without line ends and NUL; empty text makes the browser forget the last one
    /// @return the copy
    /// @throws IllegalArgumentException when it has a line end or a NUL
    /// @throws IllegalStateException when this is no event with data
    public Event withId(String newId) {
        checkEvent();
        if (newId.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("id with NUL: browsers drop it (HTML standard §9.2.6)");
        }
        return new Event(kind, name, checked("id", newId), text, null);
    }

    /// The id.
    ///
    /// @return the id; empty when there is none
    public Optional<String> id() {
        return Optional.ofNullable(id);
    }

    /// The name.
    ///
    /// @return the name; empty when there is none, and the browser sees a `message`
    public Optional<String> name() {
        return Optional.ofNullable(name);
    }

    /// The data, as it was given.
    ///
    /// @return the data; empty when this is a comment, a retry time or [#END]
    public Optional<String> data() {
        return isEvent() ? Optional.ofNullable(text) : Optional.empty();
    }

    /// Whether this is [#END].
    boolean isEnd() {
        return kind == Kind.END;
    }

    /// Whether this has data, so that it may have an id.
    boolean isEvent() {
        return kind == Kind.EVENT;
    }

    /// As it is sent, in UTF-8; the same bytes for all who listen.
    ///
    /// @return the bytes, with the empty line behind
    public Bytes encode() {
        var known = encoded;
        if (known == null) {
            encoded = known = Bytes.utf8(lines());
        }
        return known;
    }

    /// As it is sent.
    @Override
    public String toString() {
        return lines();
    }

    private String lines() {
        var lines = new StringBuilder();
        if (name != null) {
            lines.append("event: ").append(name).append('\n');
        }
        if (id != null) {
            lines.append("id: ").append(id).append('\n');
        }
        if (retry != null) {
            lines.append("retry: ").append(retry.toMillis()).append('\n');
        }
        if (text != null) {
            split(kind == Kind.COMMENT ? ": " : "data: ", text, lines);
        }
        return lines.isEmpty() ? "" : lines.append('\n').toString();
    }

    /// The lines of a text behind a field name; CRLF, CR and LF end a line (HTML standard §9.2.6).
    private static void split(String field, String text, StringBuilder lines) {
        int from = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\n' || c == '\r') {
                lines.append(field).append(text, from, i).append('\n');
                i += c == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n' ? 1 : 0;
                from = i + 1;
            }
        }
        lines.append(field).append(text, from, text.length()).append('\n');
    }

    private void checkEvent() {
        if (kind != Kind.EVENT) {
            throw new IllegalStateException("a " + kind.name().toLowerCase(java.util.Locale.ROOT)
                    + " has neither name nor id: expected an event with data");
        }
    }

    private static String checked(String what, String value) {
        if (value.indexOf('\n') >= 0 || value.indexOf('\r') >= 0) {
            throw new IllegalArgumentException(what + " with a line end: expected one line (HTML standard §9.2.6)");
        }
        return value;
    }
}
