package wai.warp.http1;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import wai.HeaderName;
import wai.warp.http1.Http1Event.Head;

/// A fuzz target: whatever bytes come, the engine gives events or a fault, the same in every cut; what is behind a
/// refused request is not seen, what is behind an accepted one is; and a head keeps what it promises.
///
/// For Jazzer, which calls [#fuzzerTestOneInput], and for [FuzzCorpusTest].
public final class FuzzEngine {
    private static final Http1Limits LIMITS = new Http1Limits(16, 64, 256, 8, 1 << 20, 32, 64);
    private static final byte[] NEXT = Wire.bytes("GET /next HTTP/1.1\r\nHost: x\r\n\r\n");
    private static final List<String> NEXT_SEEN = List.of("GET /next HTTP/1.1", "| Host: x", "end", "closed");

    private FuzzEngine() {}

    /// Runs one input; the last byte says where to cut.
    public static void fuzzerTestOneInput(byte[] data) {
        if (data.length == 0) {
            return;
        }
        var message = Arrays.copyOf(data, data.length - 1);
        var whole = Wire.transcript(LIMITS, message);

        int cut = (data[data.length - 1] & 0xff) * message.length / 255;
        expect(
                whole,
                Wire.transcript(LIMITS, Arrays.copyOf(message, cut), Arrays.copyOfRange(message, cut, message.length)),
                "cut before byte " + cut);
        expect(whole, Wire.transcript(LIMITS, bytewise(message)), "byte by byte");

        var behind = joined(message, NEXT);
        if (whole.getLast().equals("closed") && !endsWith(message, '\r')) {
            var expected = new ArrayList<>(whole.subList(0, whole.size() - 1));
            expected.addAll(NEXT_SEEN);
            expect(expected, Wire.transcript(LIMITS, behind), "with a request behind");
            checkTwice(message, whole);
        } else if (!whole.getLast().startsWith("fault CUT_") && !whole.getLast().equals("closed")) {
            expect(whole, Wire.transcript(LIMITS, behind), "with a request that is never seen");
        }
        checkHead(message);
    }

    /// The same bytes once more on the connection are seen once more: nothing of the first time is left.
    private static void checkTwice(byte[] message, List<String> whole) {
        if (message.length > 0 && message[0] != '\r') { // two empty lines in a row would be refused
            var expected = new ArrayList<>(whole.subList(0, whole.size() - 1));
            expected.addAll(whole);
            expect(expected, Wire.transcript(LIMITS, joined(message, message)), "twice");
        }
    }

    private static void checkHead(byte[] message) {
        try {
            if (new Http1Engine(LIMITS).nextEvent(java.nio.ByteBuffer.wrap(message)) instanceof Head head) {
                var headers = head.headers();
                int framing = headers.all(HeaderName.CONTENT_LENGTH).size()
                        + (headers.contains(HeaderName.TRANSFER_ENCODING) ? 1 : 0);
                require(framing <= 1, "two framings", head);
                require((head.bodyLength() != 0) == (framing == 1 && !"0".equals(zeros(head))), "body", head);
                require(headers.all(HeaderName.HOST).size() <= 1, "two hosts", head);
                require(head.target().chars().allMatch(c -> c > ' ' && c < 0x7f && c != '#'), "target", head);
                require(head.method().chars().allMatch(HeaderName::isTokenCharacter), "method", head);
            }
        } catch (Http1Fault _) {
            // refused, and compared above
        }
    }

    private static String zeros(Head head) {
        return head.headers().first(HeaderName.CONTENT_LENGTH).orElse("x").replaceAll("^0+$", "0");
    }

    private static byte[][] bytewise(byte[] message) {
        var pieces = new byte[message.length][];
        for (int i = 0; i < message.length; i++) {
            pieces[i] = new byte[] {message[i]};
        }
        return pieces;
    }

    private static byte[] joined(byte[] first, byte[] second) {
        var both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private static boolean endsWith(byte[] message, char octet) {
        return message.length > 0 && message[message.length - 1] == octet;
    }

    private static void expect(List<String> expected, List<String> seen, String how) {
        if (!seen.equals(expected)) {
            throw new AssertionError(how + ": expected " + expected + " and saw " + seen);
        }
    }

    private static void require(boolean holds, String what, Head head) {
        if (!holds) {
            throw new AssertionError(what + " of " + head);
        }
    }
}
