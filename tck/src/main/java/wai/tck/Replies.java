package wai.tck;

import wai.Headers;
import wai.Response;
import wai.Status;
import wai.StreamingBody;
import wai.spi.ContractViolation;

/// What the applications of the cases answer again and again.
final class Replies {
    /// Something that should be refused.
    @FunctionalInterface
    interface Attempt {
        void make() throws Exception;
    }

    private Replies() {}

    static Response ok(String text) {
        return Response.text(Status.OK, text);
    }

    static Response streaming(StreamingBody body) {
        return Response.stream(Status.OK, Headers.EMPTY, body);
    }

    static Response streaming(long length, StreamingBody body) {
        return Response.stream(Status.OK, Headers.of(wai.HeaderName.CONTENT_LENGTH, Long.toString(length)), body);
    }

    /// How an attempt ended: the number of the broken rule, the name of another exception, or "allowed".
    static String refusal(Attempt attempt) {
        try {
            attempt.make();
            return "allowed";
        } catch (ContractViolation violation) {
            return violation.rule().id();
        } catch (Exception e) {
            return e.getClass().getSimpleName();
        }
    }

    /// Does something beside the exchange, and behind its end.
    static void afterwards(Attempt action) {
        Thread.ofVirtual().name("tck-afterwards").start(() -> {
            try {
                action.make();
            } catch (Exception e) {
                throw new IllegalStateException(e); // seen by the client's side, which misses a note
            }
        });
    }

    /// Bytes without a pattern that a lost or doubled buffer could hide in.
    static byte[] noise(int length) {
        var bytes = new byte[length];
        int state = 0x2545f491 ^ length;
        for (int i = 0; i < length; i++) {
            state ^= state << 13;
            state ^= state >>> 17;
            state ^= state << 5;
            bytes[i] = (byte) state;
        }
        return bytes;
    }
}
