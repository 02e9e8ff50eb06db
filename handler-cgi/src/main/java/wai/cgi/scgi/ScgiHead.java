package wai.cgi.scgi;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import wai.Status;
import wai.cgi.gateway.GatewayFault;
import wai.cgi.gateway.Variables;

/// The head of an SCGI request, a netstring of names and values, read from bytes as they come.
///
/// ```text
///   LENGTH ──':'──▶ CONTENT ──all of it──▶ COMMA ──','──▶ DONE
/// ```
final class ScgiHead {
    private enum State {
        LENGTH,
        CONTENT,
        COMMA,
        DONE
    }

    private static final String RULE = " (SCGI specification)";

    private final int mostBytes;
    private final int mostVariables;
    private final ByteArrayOutputStream content = new ByteArrayOutputStream();
    private State state = State.LENGTH;
    private int digits;
    private int length;

    /// @param mostBytes how long the netstring may be
    /// @param mostVariables how many pairs it may have
    ScgiHead(int mostBytes, int mostVariables) {
        this.mostBytes = mostBytes;
        this.mostVariables = mostVariables;
    }

    /// Takes bytes of the head, and leaves those behind it.
    ///
    /// @return whether the head is complete
    /// @throws GatewayFault when it is none
    boolean take(ByteBuffer input) throws GatewayFault {
        while (state != State.DONE && input.hasRemaining()) {
            switch (state) {
                case LENGTH -> takeLength(input.get());
                case CONTENT -> takeContent(input);
                case COMMA -> takeComma(input.get());
                case DONE -> throw new IllegalStateException("the head is complete");
            }
        }
        return state == State.DONE;
    }

    /// The variables of a complete head.
    ///
    /// @throws GatewayFault when they break a rule
    Variables variables() throws GatewayFault {
        if (state != State.DONE) {
            throw new IllegalStateException("the head is not complete: " + state);
        }
        var builder = Variables.builder();
        var bytes = content.toByteArray();
        for (int from = 0; from < bytes.length; ) {
            int middle = endOfString(bytes, from);
            int end = endOfString(bytes, middle + 1);
            add(builder, text(bytes, from, middle), text(bytes, middle + 1, end));
            from = end + 1;
        }
        var variables = builder.build();
        if (!variables.has("CONTENT_LENGTH")) {
            throw bad("CONTENT_LENGTH is missing or empty: SCGI demands it of every request");
        }
        if (!variables.get("SCGI").equals("1")) {
            throw bad("SCGI is \"" + variables.get("SCGI") + "\": expected 1");
        }
        return variables;
    }

    private void takeLength(byte next) throws GatewayFault {
        if (next == ':' && digits > 0) {
            state = length == 0 ? State.COMMA : State.CONTENT;
        } else if (next < '0' || next > '9') {
            throw bad("the length of the netstring has " + shown(next) + ": expected digits and a colon");
        } else if (digits == 1 && length == 0) {
            throw bad("the length of the netstring begins with 0: expected no leading zero");
        } else {
            digits++;
            length = length * 10 + next - '0';
            if (length > mostBytes) {
                throw new GatewayFault(
                        Status.REQUEST_HEADER_FIELDS_TOO_LARGE,
                        "the variables have more than the " + mostBytes + " bytes allowed");
            }
        }
    }

    private void takeContent(ByteBuffer input) {
        int count = Math.min(length - content.size(), input.remaining());
        var part = new byte[count];
        input.get(part);
        content.write(part, 0, count);
        if (content.size() == length) {
            state = State.COMMA;
        }
    }

    private void takeComma(byte next) throws GatewayFault {
        if (next != ',') {
            throw bad(shown(next) + " follows the netstring of " + length + " bytes: expected a comma");
        }
        state = State.DONE;
    }

    private void add(Variables.Builder variables, String name, String value) throws GatewayFault {
        if (!name.equals("CONTENT_LENGTH") && variables.size() == 0) {
            throw bad("the first variable is \"" + name + "\": expected CONTENT_LENGTH");
        }
        if (variables.add(name, value).size() > mostVariables) {
            throw new GatewayFault(
                    Status.REQUEST_HEADER_FIELDS_TOO_LARGE,
                    "there are more than the " + mostVariables + " variables allowed");
        }
    }

    private static int endOfString(byte[] bytes, int from) throws GatewayFault {
        for (int i = from; i < bytes.length; i++) {
            if (bytes[i] == 0) {
                return i;
            }
        }
        throw bad("the netstring ends inside a name or value: expected a NUL behind each");
    }

    private static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, ISO_8859_1);
    }

    private static String shown(byte next) {
        return "the byte 0x%02X".formatted(next & 0xff);
    }

    private static GatewayFault bad(String message) {
        return new GatewayFault(Status.BAD_REQUEST, message + RULE);
    }
}
