package wai.limits;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import wai.Application;
import wai.Body;
import wai.BodySink;
import wai.Bytes;
import wai.ClientDisconnectedException;
import wai.Headers;
import wai.RawApplication;
import wai.Request;
import wai.Respond;
import wai.Response;
import wai.ResponseReceived;
import wai.Status;
import wai.StatusException;
import wai.StreamingBody;

/// One call of an application that may take so long: whom the end of its time interrupts, and what is sent then.
///
/// ```text
///   WORKING ──responds──▶ RESPONDED ◀──────▶ STREAMING       a stream begins and ends
///      │                      │                  │
///      │ the time is over     │                  │
///      ▼                      ▼                  ▼
///   EXPIRED ──responds──▶    CUT ◀───────────────┘           nothing more is written to a stream
///           or throws: the answer is sent, RESPONDED
/// ```
///
/// The thread that works is interrupted only while it works, and what is left of the interrupt is cleared afterwards,
/// so that it reaches nobody else. The monitor guards all that changes; the interrupt is sent and cleared under it.
final class TimedCall implements Respond {
    /// How far the time reaches.
    enum Reach {
        /// Until the application responds.
        RESPONSE,
        /// Until the last byte of a stream.
        LAST_BYTE
    }

    private enum State {
        /// The application has not responded.
        WORKING,
        /// It had not responded when the time was over.
        EXPIRED,
        /// It has responded, or ended; no stream is being written.
        RESPONDED,
        /// A stream is being written.
        STREAMING,
        /// The time was over after it had responded.
        CUT
    }

    private static final String TOO_LATE = "the deadline of this request has passed";

    private final Reach reach;
    private final Respond respond;
    private final Response answer;
    private volatile Runnable callOff = () -> {};

    private volatile State state = State.WORKING; // written under the monitor
    private @Nullable Thread working = Thread.currentThread();
    private @Nullable Thread interrupted;

    /// A call by this thread.
    ///
    /// @param answer what is sent when the time was over before the response
    TimedCall(Reach reach, Respond respond, Response answer) {
        this.reach = reach;
        this.respond = respond;
        this.answer = answer;
    }

    /// Runs the application.
    ResponseReceived run(Alarm alarm, Duration time, Application inner, Request request) throws Exception {
        callOff = alarm.after(time, this::expire);
        try {
            return inner.handle(request, this);
        } catch (Exception failure) {
            if (end() == State.EXPIRED) {
                return respond.with(answer);
            }
            throw failure;
        } finally {
            callOff.run();
            end();
        }
    }

    @Override
    public ResponseReceived with(Response response) throws Exception {
        var sent = responded(response);
        if (reach == Reach.RESPONSE || !isStream(response)) {
            callOff.run();
        }
        return respond.with(sent);
    }

    /// The request with a body that cannot be read any more when the time is over.
    Request bounding(Request request) {
        return request.bodyLength().equals(OptionalLong.of(0))
                ? request
                : request.withBody(new TimedBody(request.body()), request.bodyLength());
    }

    // ------------------------------------------------------------------------------------------ states

    private synchronized void expire() {
        state = switch (state) {
            case WORKING -> State.EXPIRED;
            case STREAMING, RESPONDED -> State.CUT;
            case EXPIRED, CUT -> state;
        };
        if (working != null) {
            working.interrupt();
            interrupted = working;
            working = null;
        }
    }

    /// What is sent for a response. A second one is the handler's to refuse.
    private synchronized Response responded(Response response) {
        return switch (rest()) {
            case WORKING -> {
                state = State.RESPONDED;
                yield reach == Reach.LAST_BYTE ? bounded(response) : response;
            }
            case EXPIRED -> {
                Thread.interrupted(); // also one that came here by way of another thread
                state = State.RESPONDED;
                yield answer;
            }
            case RESPONDED, STREAMING, CUT -> response;
        };
    }

    private synchronized void streams() throws StatusException {
        check();
        state = State.STREAMING;
        working = Thread.currentThread();
    }

    /// The stream has ended, well or not.
    ///
    /// @return whether it was cut
    private synchronized boolean streamed() {
        boolean cut = rest() == State.CUT;
        state = cut ? State.CUT : State.RESPONDED;
        return cut;
    }

    /// The application has ended.
    ///
    /// @return how far it was
    private synchronized State end() {
        var before = rest();
        state = State.RESPONDED;
        return before;
    }

    /// Nobody is interrupted from here on.
    private State rest() {
        working = null;
        if (Thread.currentThread().equals(interrupted)) {
            var _ = Thread.interrupted(); // it was ours, and has done what it was for
            interrupted = null;
        }
        return state;
    }

    /// What an application gets to see that asks for time when there is none.
    static StatusException tooLate() {
        return new StatusException(Status.SERVICE_UNAVAILABLE, TOO_LATE);
    }

    private void check() throws StatusException {
        var now = state;
        if (now == State.EXPIRED || now == State.CUT) {
            throw tooLate();
        }
    }

    // ------------------------------------------------------------------------------------------ what is bounded

    private static boolean isStream(Response response) {
        return response.body() instanceof Body.Stream
                || (response.body() instanceof Body.Raw(Response fallback, var _) && isStream(fallback));
    }

    private Response bounded(Response response) {
        return switch (response.body()) {
            case Body.Stream(StreamingBody writer) -> response.withBody(new Body.Stream(out -> write(writer, out)));
            case Body.Raw(Response fallback, RawApplication application) ->
                response.withBody(new Body.Raw(bounded(fallback), application));
            case Bytes _, Body.File _ -> response;
        };
    }

    /// Also cuts what a writer that catches everything would end.
    private void write(StreamingBody writer, BodySink out) throws Exception {
        streams();
        boolean cut;
        try {
            writer.writeTo(new TimedSink(out));
        } catch (ClientDisconnectedException gone) {
            throw gone;
        } catch (Exception failure) {
            throw streamed() ? new StatusException(Status.SERVICE_UNAVAILABLE, TOO_LATE, failure) : failure;
        } finally {
            cut = streamed();
        }
        if (cut) {
            throw tooLate();
        }
    }

    /// Takes nothing more when the time is over.
    private final class TimedSink extends BodySink {
        private final BodySink out;

        TimedSink(BodySink out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            check();
            out.write(b);
        }

        @Override
        public void write(byte[] array, int offset, int length) throws IOException {
            check();
            out.write(array, offset, length);
        }

        @Override
        public void write(Bytes bytes) throws IOException {
            check();
            out.write(bytes);
        }

        @Override
        public void flush() throws IOException {
            check();
            out.flush();
        }

        @Override
        public void trailers(Headers trailers) {
            out.trailers(trailers);
        }
    }

    /// Gives nothing more when the time is over, not even what a read has waited for.
    private final class TimedBody extends FilterInputStream {
        TimedBody(InputStream body) {
            super(body);
        }

        @Override
        public int read() throws IOException {
            check();
            int next = in.read();
            check();
            return next;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            check();
            int count = in.read(target, offset, length);
            check();
            return count;
        }
    }
}
