package wai.tck;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import wai.HeaderName;

/// A response read to its end, whole or cut, with what cases expect of it.
final class Answer {
    private final ClientCall call;
    private final List<ClientHead> informational = new ArrayList<>();
    private final @Nullable ClientHead head;
    private final byte[] body;
    private final @Nullable IOException cut;

    private Answer(ClientCall call) throws IOException {
        this.call = call;
        var bytes = new ByteArrayOutputStream();
        ClientHead last = null;
        IOException end = null;
        try {
            last = call.nextHead();
            while (last.isInterim()) {
                informational.add(last);
                last = call.nextHead();
            }
            drain(bytes);
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            end = e;
        }
        head = last == null || last.isInterim() ? null : last;
        body = bytes.toByteArray();
        cut = end;
    }

    /// Reads the response of a call to its end.
    static Answer of(ClientCall call) throws IOException {
        return new Answer(call);
    }

    ClientCall call() {
        return call;
    }

    List<ClientHead> informational() {
        return informational;
    }

    ClientHead head() {
        if (head == null) {
            throw new CaseFailure("there is no response: " + cut + "\n" + shown());
        }
        return head;
    }

    /// Whether there is a final head.
    boolean isAnswered() {
        return head != null;
    }

    /// Whether bytes came, and the regular end of the connection, but no head.
    boolean isHeadless() {
        return head == null
                && cut instanceof EOFException
                && !call.transcript().isEmpty()
                && !call.transcript().startsWith(Transcript.END);
    }

    List<String> values(String field) {
        return head().headers().all(HeaderName.of(field));
    }

    Optional<String> value(String field) {
        return head().headers().first(HeaderName.of(field));
    }

    /// The body so far, one character per byte.
    String text() {
        return new String(body, StandardCharsets.ISO_8859_1);
    }

    byte[] bytes() {
        return body;
    }

    Answer hasStatus(int status) {
        return holds(head().status() == status, "status " + head().status() + ", expected " + status);
    }

    /// The response is complete and has exactly these values under that name, in order.
    Answer hasField(String name, String... values) {
        return holds(
                values(name).equals(List.of(values)),
                "field " + name + " has the values " + values(name) + ", expected " + Arrays.toString(values));
    }

    Answer hasNo(String name) {
        return hasField(name);
    }

    /// No field of that name has exactly that value.
    Answer holdsNot(String name, String value) {
        return holds(!values(name).contains(value), "field " + name + " has the value " + value);
    }

    Answer hasBody(String expected) {
        isWhole();
        return holds(text().equals(expected), "body " + brief(text()) + ", expected " + brief(expected));
    }

    Answer hasBody(byte[] expected) {
        isWhole();
        int at = Arrays.mismatch(body, expected);
        return holds(
                at < 0,
                "body of " + body.length + " bytes, expected " + expected.length + ", the first difference is at "
                        + at);
    }

    Answer isWhole() {
        return holds(head != null && cut == null, "the response is not whole: " + cut);
    }

    boolean isSeenToBeCut() {
        return cut != null;
    }

    /// The client can see that the response is not whole; also when there is no response at all, or an error in the
    /// place of one of which nothing had been sent.
    Answer isCut() {
        return holds(
                cut != null || isServerError(),
                "the response of " + body.length + " bytes looks whole, expected it to be cut");
    }

    /// The client can see that the response is not whole, and what it has of the body is the beginning of what was
    /// sent, unless a web server in between, which had nothing of it when the cut came, put an error in its place.
    Answer isCutWithin(byte[] sent) {
        isCut();
        int same = Arrays.mismatch(body, sent);
        return holds(
                isServerError() || same < 0 || same == body.length,
                "the body is not the beginning of the " + sent.length + " bytes that may be sent");
    }

    Answer isCutWithin(String sent) {
        return isCutWithin(sent.getBytes(StandardCharsets.UTF_8));
    }

    /// The response is an error of the server (RFC 9110 §15.6), which no failing response of the kit claims to be.
    boolean isServerError() {
        return head != null && head.status() >= 500;
    }

    Answer holds(boolean holds, String otherwise) {
        CaseFailure.expect(holds, otherwise + "\n" + shown());
        return this;
    }

    String shown() {
        return "received:\n" + call.transcript();
    }

    private void drain(ByteArrayOutputStream into) throws IOException {
        var in = call.content();
        var buffer = new byte[16 * 1024];
        for (int count; (count = in.read(buffer, 0, buffer.length)) >= 0; ) {
            into.write(buffer, 0, count);
        }
    }

    private static String brief(String text) {
        return text.length() <= 200
                ? "\"" + text + "\""
                : "\"" + text.substring(0, 200) + "…\" (" + text.length() + ")";
    }
}
