package wai.warp.http2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import wai.Bytes;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.spi.FramedResponse;
import wai.warp.http1.CommonFields;
import wai.warp.http1.OutputBuffer;
import wai.warp.http2.frame.ConnectionFault;

/// A client at the other end of an engine, in memory.
final class EnginePeer {
    private final FrameLines frames = new FrameLines();
    final Http2Engine engine;
    final List<Http2Event> events = new ArrayList<>();
    /// The faults of the connection that the engine found; one at most.
    final List<ConnectionFault> faults = new ArrayList<>();

    private byte[] unread = {};

    /// A peer that has said nothing.
    EnginePeer(Http2Limits limits) {
        engine = new Http2Engine(limits, () -> new OutputBuffer(64));
    }

    /// A peer whose preface was taken, and which has taken our settings.
    static EnginePeer connected(Http2Limits limits) {
        var peer = new EnginePeer(limits);
        peer.send(ClientFrames.hello(), ClientFrames.settingsAnswer());
        peer.received();
        return peer;
    }

    static EnginePeer connected() {
        return connected(Http2Limits.DEFAULT);
    }

    /// Sends bytes; answers the events that they make.
    List<Http2Event> send(byte[]... frames) {
        var input = ByteBuffer.wrap(ClientFrames.joined(unread, ClientFrames.joined(frames)));
        var made = new ArrayList<Http2Event>();
        try {
            for (Http2Event event; (event = engine.nextEvent(input)) != Http2Event.Signal.NEED_INPUT; ) {
                made.add(
                        event instanceof Http2Event.Data(Http2Stream stream, ByteBuffer bytes)
                                ? copy(stream, bytes)
                                : event);
            }
        } catch (ConnectionFault fault) {
            faults.add(fault);
        }
        unread = new byte[input.remaining()];
        input.get(unread);
        events.addAll(made);
        return made;
    }

    private static Http2Event copy(Http2Stream stream, ByteBuffer bytes) {
        return new Http2Event.Data(
                stream, ByteBuffer.allocate(bytes.remaining()).put(bytes).flip());
    }

    /// A stream that a request began.
    Http2Stream stream(int id) {
        return events.stream()
                .map(EnginePeer::streamOf)
                .filter(stream -> stream != null && stream.id() == id)
                .findFirst()
                .orElseThrow();
    }

    private static @Nullable Http2Stream streamOf(Http2Event event) {
        return switch (event) {
            case Http2Event.Head head -> head.stream();
            case Http2Event.Refusal refusal -> refusal.stream();
            default -> null;
        };
    }

    /// The highest stream of which there was an event.
    int lastStream() {
        return events.stream()
                .mapToInt(event ->
                        event instanceof Http2Event.Head head ? head.stream().id() : 0)
                .max()
                .orElse(0);
    }

    /// Answers on a stream, without a body or with the head only.
    void answer(int id, boolean ends) {
        answer(stream(id), ends);
    }

    void answer(Http2Stream stream, boolean ends) {
        var response = FramedResponse.of("GET", Response.of(Status.OK, Headers.EMPTY, Bytes.EMPTY));
        engine.sendHead(stream, response, CommonFields.NONE, ends);
    }

    /// Offers a body on a stream.
    void offer(int id, String text, boolean ends) {
        offer(stream(id), text, ends);
    }

    void offer(Http2Stream stream, String text, boolean ends) {
        engine.offer(stream, text.getBytes(ISO_8859_1), 0, text.length(), ends ? Headers.EMPTY : null);
    }

    /// Promises a response, which the peer and the limits must allow.
    Http2Stream promise(int id, String target) {
        return requireNonNull(tryToPromise(id, target), "a promise that was refused");
    }

    @Nullable
    Http2Stream tryToPromise(int id, String target) {
        return engine.promise(stream(id), new PromisedRequest("http", "a", target, Headers.EMPTY));
    }

    /// What the engine sent since the last call, a line for each frame.
    List<String> received() {
        var lines = new ArrayList<String>();
        for (OutputBuffer out; (out = engine.takeOutput()) != null; ) {
            lines.addAll(frames.lines(out.array(), out.offset(), out.size()));
        }
        engine.drainTaken(_ -> {});
        return lines;
    }
}
