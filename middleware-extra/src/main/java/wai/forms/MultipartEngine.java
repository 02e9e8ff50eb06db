package wai.forms;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import wai.HeaderName;
import wai.Headers;

/// Splits a multipart body into parts: bytes in, events out, no I/O (RFC 2046 §5.1, RFC 7578).
///
/// ```text
///              delimiter             line end             empty line            delimiter
///   PREAMBLE ─────────────▶ TAIL ─────────────▶ HEADER ──────────────▶ CONTENT ────────────▶ TAIL …
///                             │ "--"             │  ▲
///                             ▼                  ▼  │ field line
///                          EPILOGUE             (line ends with CRLF)
/// ```
///
/// The delimiter is `CRLF--boundary`; its CRLF belongs to it and not to the content before. Before the first byte of
/// the body, and behind the empty line of a part, a CRLF counts as seen already. How the input is cut makes no
/// difference: as much of a delimiter as has come is remembered by its length alone, because the bytes are known; when
/// it turns out to be none, the content continues with a view of the delimiter's own bytes. A delimiter begins with
/// the only CR in it, so a failed match never overlaps the next one.
///
/// Strict where leniency would let two readers see two forms: lines end with CRLF, there is no folding, behind a
/// boundary comes nothing but blanks, and the body is not complete without the closing delimiter. Before the first and
/// behind the last boundary RFC 2046 has room for text that nobody reads; here only blanks and line ends are taken.
final class MultipartEngine {
    private enum State {
        PREAMBLE,
        TAIL,
        TAIL_DASH,
        TAIL_BLANK,
        TAIL_LF,
        HEADER,
        HEADER_LF,
        CONTENT,
        EPILOGUE
    }

    private static final byte CR = '\r';
    private static final byte LF = '\n';

    private final byte[] delimiter;
    private final int lineLimit;
    private final int linesLimit;
    private final byte[] line;

    private State state = State.PREAMBLE;

    /// How many bytes of the delimiter have been seen.
    private int matched = 2;

    /// How many of them are no bytes of the input.
    private int pretended = 2;

    private int lineLength;
    private int lines;
    private Headers.Builder headers = Headers.builder();

    /// How many bytes were skipped before, between and behind the parts in one go.
    private int skipped;

    /// An engine for one body.
    ///
    /// @param boundary the parameter of the `Content-Type`, checked already
    MultipartEngine(String boundary, FormLimits limits) {
        this.delimiter = ("\r\n--" + boundary).getBytes(ISO_8859_1);
        this.lineLimit = limits.headerLineBytes();
        this.linesLimit = limits.headerLines();
        this.line = new byte[lineLimit];
    }

    /// The next event.
    ///
    /// @param input its position moves behind what was used
    /// @throws FormException when the body is malformed, or a header section is over the limits
    MultipartEvent nextEvent(ByteBuffer input) throws FormException {
        while (input.hasRemaining()) {
            var event =
                    switch (state) {
                        case PREAMBLE -> preamble(input);
                        case TAIL, TAIL_DASH, TAIL_BLANK, TAIL_LF -> tail(input.get());
                        case HEADER, HEADER_LF -> header(input.get());
                        case CONTENT -> content(input);
                        case EPILOGUE -> epilogue(input);
                    };
            if (event != null) {
                return event;
            }
        }
        return MultipartEvent.Signal.NEED_INPUT;
    }

    /// Checks that the body may end here.
    ///
    /// @throws FormException when it may not
    void endOfInput() throws FormException {
        if (state != State.EPILOGUE) {
            throw FormException.malformed("the form ends without the boundary that closes it (RFC 2046 §5.1.1)");
        }
    }

    private @Nullable MultipartEvent preamble(ByteBuffer input) throws FormException {
        byte next = input.get();
        skipped++;
        if (next == delimiter[matched]) {
            matched++;
        } else if (matched <= 2 && isBlank(next)) {
            matched = next == CR ? 1 : 0;
        } else {
            throw FormException.malformed("the form does not begin with its boundary (RFC 2046 §5.1.1)");
        }
        if (matched == delimiter.length) {
            delimited();
        } else {
            checkSkipped(skipped - matched);
        }
        return null;
    }

    private void delimited() {
        matched = 0;
        pretended = 0;
        skipped = 0;
        state = State.TAIL;
    }

    private @Nullable MultipartEvent tail(byte next) throws FormException {
        switch (state) {
            case TAIL_DASH -> {
                expect(next == '-', next, "--");
                state = State.EPILOGUE;
                return MultipartEvent.Signal.BODY_ENDS;
            }
            case TAIL_LF -> {
                expect(next == LF, next, "a line end");
                lineLength = 0;
                lines = 0;
                headers = Headers.builder();
                state = State.HEADER;
            }
            default -> {
                if (next == CR) {
                    state = State.TAIL_LF;
                } else if (next == ' ' || next == '\t') {
                    checkSkipped(++skipped);
                    state = State.TAIL_BLANK;
                } else {
                    expect(next == '-' && state == State.TAIL, next, "a line end, or --");
                    state = State.TAIL_DASH;
                }
            }
        }
        return null;
    }

    private static void expect(boolean holds, byte seen, String expected) throws FormException {
        if (!holds) {
            throw FormException.malformed(
                    shown(seen) + " behind a boundary: expected " + expected + " (RFC 2046 §5.1.1)");
        }
    }

    private @Nullable MultipartEvent header(byte next) throws FormException {
        if (state == State.HEADER_LF) {
            if (next != LF) {
                throw FormException.malformed("CR without LF in the header of a part (RFC 2046 §4.1.1)");
            }
            state = State.HEADER;
            return lineEnds();
        }
        if (next == CR) {
            state = State.HEADER_LF;
            return null;
        }
        if (next == LF) {
            throw FormException.malformed("LF without CR in the header of a part (RFC 2046 §4.1.1)");
        }
        if (lineLength == lineLimit) {
            throw FormException.tooLarge("a header line of a part is longer than " + lineLimit + " bytes");
        }
        line[lineLength++] = next;
        return null;
    }

    private @Nullable MultipartEvent lineEnds() throws FormException {
        if (lineLength == 0) {
            matched = 2;
            pretended = 2;
            state = State.CONTENT;
            return new MultipartEvent.PartBegins(headers.build());
        }
        if (++lines > linesLimit) {
            throw FormException.tooLarge("a part has more than " + linesLimit + " header lines");
        }
        addField(new String(line, 0, lineLength, ISO_8859_1));
        lineLength = 0;
        return null;
    }

    private void addField(String field) throws FormException {
        int colon = field.indexOf(':');
        if (colon < 0) {
            throw FormException.malformed("a header line of a part has no colon (RFC 5322 §2.2)");
        }
        try {
            headers.add(
                    HeaderName.of(field.substring(0, colon)),
                    field.substring(colon + 1).strip());
        } catch (IllegalArgumentException e) { // says which character is wrong; a folded line has a blank in its name
            throw FormException.malformed("the header of a part: " + e.getMessage());
        }
    }

    private @Nullable MultipartEvent content(ByteBuffer input) {
        if (matched > 0) {
            return matchOn(input);
        }
        int from = input.position();
        int candidate = candidate(input);
        input.position(candidate);
        if (candidate == from) {
            return matchOn(input);
        }
        return new MultipartEvent.Content(input.slice(from, candidate - from));
    }

    /// Where in the input a delimiter begins, or may begin as far as it has come; its end when nowhere.
    private int candidate(ByteBuffer input) {
        for (int at = input.position(); at < input.limit(); at++) {
            if (input.get(at) == CR && agrees(input, at)) {
                return at;
            }
        }
        return input.limit();
    }

    private boolean agrees(ByteBuffer input, int at) {
        int end = Math.min(delimiter.length, input.limit() - at);
        for (int i = 1; i < end; i++) {
            if (input.get(at + i) != delimiter[i]) {
                return false;
            }
        }
        return true;
    }

    /// Goes on with a delimiter of which some has been seen.
    private @Nullable MultipartEvent matchOn(ByteBuffer input) {
        while (input.hasRemaining() && matched < delimiter.length) {
            if (input.get(input.position()) != delimiter[matched]) {
                int from = pretended;
                int length = matched - pretended;
                matched = 0;
                pretended = 0;
                return length == 0
                        ? null
                        : new MultipartEvent.Content(
                                ByteBuffer.wrap(delimiter, from, length).slice().asReadOnlyBuffer());
            }
            input.get();
            matched++;
        }
        if (matched == delimiter.length) {
            delimited();
            return MultipartEvent.Signal.PART_ENDS;
        }
        return null;
    }

    private @Nullable MultipartEvent epilogue(ByteBuffer input) throws FormException {
        if (!isBlank(input.get())) {
            throw FormException.malformed("text behind the boundary that closes the form (RFC 2046 §5.1.1)");
        }
        checkSkipped(++skipped);
        return null;
    }

    private void checkSkipped(int bytes) throws FormException {
        if (bytes > lineLimit) {
            throw FormException.malformed(
                    "more than " + lineLimit + " bytes outside of the parts of the form (RFC 7578 §4.1)");
        }
    }

    private static boolean isBlank(byte next) {
        return next == ' ' || next == '\t' || next == CR || next == LF;
    }

    private static String shown(byte seen) {
        return seen > ' ' && seen < 0x7f ? "\"" + (char) seen + "\"" : "byte " + (seen & 0xff);
    }
}
