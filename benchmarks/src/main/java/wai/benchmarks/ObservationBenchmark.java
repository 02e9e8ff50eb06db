package wai.benchmarks;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import jdk.jfr.Recording;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import wai.Request;
import wai.Status;
import wai.warp.observe.Flight;
import wai.warp.observe.Observation;
import wai.warp.settings.Timeouts;

/// What Warp's events of Flight Recorder cost, while nothing is recorded and while they are.
///
/// Nobody who records nothing should pay for it: off, each of these should be a few nanoseconds, where a keep-alive
/// request costs some 8 µs.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class ObservationBenchmark {
    private static final InetSocketAddress PEER = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    private static final LongSupplier CLOCK = System::nanoTime;

    /// Whether a recording runs, which takes every request however short.
    @Param({"off", "on"})
    public String recording = "off";

    private final Request request = Request.builder("GET", "/").build();
    private @Nullable Recording running;

    /// For JMH.
    public ObservationBenchmark() {}

    /// Begins a recording, if one is to run.
    @Setup
    public void begin() {
        if (recording.equals("on")) {
            var made = new Recording();
            for (var event : new String[] {"wai.Connection", "wai.Request", "wai.DeadlineFired"}) {
                made.enable(event).withoutThreshold().withoutStackTrace();
            }
            made.start();
            running = made;
        }
    }

    /// Ends it.
    @TearDown
    public void end() {
        var made = running;
        if (made != null) {
            made.close();
        }
    }

    /// The begin of a connection.
    ///
    /// @return the event; null while nothing is recorded
    @Benchmark
    public @Nullable Object connection() {
        return Flight.beginConnection();
    }

    /// A whole request, without an access log.
    ///
    /// @return what watched it; null while nothing is recorded
    @Benchmark
    public @Nullable Object request() {
        var watching = Observation.begin(false, CLOCK);
        if (watching != null) {
            watching.headIsRead();
            watching.responseBegins(Status.OK);
            watching.bodyBytes(13);
            watching.bytesLeave();
            watching.responseEnds();
            watching.end(request);
        }
        return watching;
    }

    /// A deadline that fires.
    @Benchmark
    public void deadlineFired() {
        Flight.deadlineFired(Timeouts.Kind.IDLE, PEER, null);
    }
}
