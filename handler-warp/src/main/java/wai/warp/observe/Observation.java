package wai.warp.observe;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import wai.Request;
import wai.Status;
import wai.warp.settings.Served;
import wai.warp.settings.Served.Ending;

/// One request seen from outside: its times, and what was sent. Made only when somebody wants to know: the hook for
/// served requests, or Flight Recorder.
///
/// Used by the connection's thread, then by whoever responds, who holds the writing turn, then by the connection's
/// thread again.
public final class Observation {
    private static final long NEVER = Long.MIN_VALUE;

    private final LongSupplier clock;
    private final @Nullable RequestEvent event;
    private final long begun;
    private long headRead;
    private long responseBegun = NEVER;
    private long firstByte = NEVER;
    private long responseEnded = NEVER;
    private @Nullable Status status;
    private long bodyBytes;

    private Observation(LongSupplier clock, @Nullable RequestEvent event) {
        this.clock = clock;
        this.event = event;
        this.begun = clock.getAsLong();
        this.headRead = begun;
    }

    /// Begins at the first byte of a request, if anybody wants to know.
    ///
    /// @param hooked whether the hook does
    /// @param clock nanoseconds
    /// @return the observation; null when nobody wants to know
    public static @Nullable Observation begin(boolean hooked, LongSupplier clock) {
        if (Flight.isRecordingRequests()) {
            return new Observation(clock, Flight.beginRequest());
        }
        return hooked ? new Observation(clock, null) : null;
    }

    /// The head was read to its end.
    public void headIsRead() {
        headRead = clock.getAsLong();
    }

    /// The application has responded.
    ///
    /// @param newStatus of the response
    public void responseBegins(Status newStatus) {
        status = newStatus;
        responseBegun = clock.getAsLong();
    }

    /// Bytes of the response go to the client, perhaps behind those of earlier ones.
    public void bytesLeave() {
        if (firstByte == NEVER && responseBegun != NEVER) {
            firstByte = clock.getAsLong();
        }
    }

    /// Bytes of the body were handed over.
    ///
    /// @param count how many
    public void bodyBytes(long count) {
        bodyBytes += count;
    }

    /// The response is complete, or its raw connection at its end.
    public void responseEnds() {
        responseEnded = clock.getAsLong();
    }

    /// The exchange is over: tells Flight Recorder.
    ///
    /// @param request the request
    public void end(Request request) {
        if (event != null) {
            event.ended(request, this);
        }
    }

    /// What the hook is told.
    ///
    /// @param request the request
    /// @return a record of it
    public Served served(Request request) {
        long end = responseEnded == NEVER ? clock.getAsLong() : responseEnded;
        long first = firstByte == NEVER ? end : firstByte;
        return new Served(
                request,
                Optional.ofNullable(status),
                bodyBytes,
                new Served.Times(Duration.ofNanos(first - headRead), Duration.ofNanos(end - headRead)),
                responseEnded == NEVER ? Ending.CUT : Ending.COMPLETE);
    }

    /// Fills in what is not of the request.
    void fill(RequestEvent filled) {
        long end = responseEnded == NEVER ? clock.getAsLong() : responseEnded;
        long answered = responseBegun == NEVER ? end : responseBegun;
        filled.headRead = headRead - begun;
        filled.application = answered - headRead;
        filled.response = end - answered;
        filled.status = status == null ? 0 : status.code();
        filled.bodyBytes = bodyBytes;
        filled.complete = responseEnded != NEVER;
    }
}
