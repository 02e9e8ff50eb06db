package wai.warp.observe;

import java.net.SocketAddress;
import jdk.jfr.FlightRecorder;
import org.jspecify.annotations.Nullable;
import wai.Request;
import wai.spi.ContractViolation;
import wai.warp.settings.Timeouts;

/// The door to the events of Flight Recorder; the only class that names theirs.
///
/// Loading an event class takes tens of milliseconds, even when nothing is recorded. So each question is first one of
/// [FlightRecorder#isInitialized], which reads a static field and loads one small class; the event classes are loaded
/// when a recording has begun, by the holder that asks whether they are enabled. While they are not, nothing is
/// allocated.
public final class Flight {
    private Flight() {}

    /// Begins the event of a connection.
    ///
    /// @return the event; null when it is not recorded
    public static @Nullable ConnectionEvent beginConnection() {
        if (!FlightRecorder.isInitialized() || !ConnectionEvent.PROBE.isEnabled()) {
            return null;
        }
        var event = new ConnectionEvent();
        event.begin();
        return event;
    }

    /// Begins the event of a request, at its first byte.
    static RequestEvent beginRequest() {
        var event = new RequestEvent();
        event.begin();
        return event;
    }

    /// Whether requests are recorded; for the price of reading a field when nothing is.
    static boolean isRecordingRequests() {
        return FlightRecorder.isInitialized() && RequestEvent.PROBE.isEnabled();
    }

    /// Records that a wait for a client was ended.
    ///
    /// @param kind what was waited for
    /// @param peer the client
    /// @param request the request on which it was late; null for none
    public static void deadlineFired(Timeouts.Kind kind, SocketAddress peer, @Nullable Request request) {
        if (FlightRecorder.isInitialized()) {
            var event = new DeadlineFiredEvent();
            if (event.shouldCommit()) {
                event.kind = kind.name();
                event.remoteAddress = peer.toString();
                event.method = request == null ? null : request.method();
                event.path = request == null ? null : request.rawPath();
                event.commit();
            }
        }
    }

    /// Records that the contract was broken, with the stack of whoever broke it.
    ///
    /// @param violation what was broken
    /// @param request the request on which it happened
    public static void contractViolated(ContractViolation violation, Request request) {
        if (FlightRecorder.isInitialized()) {
            var event = new ContractViolationEvent();
            if (event.shouldCommit()) {
                event.rule = violation.rule().id();
                event.message = violation.getMessage();
                event.method = request.method();
                event.path = request.rawPath();
                event.commit();
            }
        }
    }
}
