package wai.benchmarks;

import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.annotations.Warmup;
import wai.HeaderName;
import wai.Headers;

/// What applications and middleware do with header fields: find one, miss one, name one, add one.
///
/// Fields are a list that is searched from its start, as most requests have fewer than twenty; the parameter shows how
/// that grows.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class HeadersBenchmark {
    private static final HeaderName OWN = HeaderName.of("X-Own");

    /// How many fields there are; the one that is looked for is the last.
    @Param({"2", "13", "50"})
    public int fields = 2;

    private Headers headers = Headers.EMPTY;

    /// For JMH.
    public HeadersBenchmark() {}

    /// Makes the fields.
    @Setup
    public void fill() {
        var builder = Headers.builder();
        for (int i = 1; i < fields; i++) {
            builder.add(HeaderName.of("X-Field-" + i), "value " + i);
        }
        headers = builder.add(HeaderName.COOKIE, "session=0123456789abcdef").build();
    }

    /// Finds the last field by a constant.
    ///
    /// @return its value
    @Benchmark
    public String find() {
        return headers.first(HeaderName.COOKIE, "");
    }

    /// Finds the last field by a name that is made for it, as with names from a configuration.
    ///
    /// @return its value
    @Benchmark
    public String findByText() {
        return headers.first(HeaderName.of("cookie"), "");
    }

    /// Looks for a field that is not there.
    ///
    /// @return the other value
    @Benchmark
    public String miss() {
        return headers.first(HeaderName.AUTHORIZATION, "");
    }

    /// Adds a field, as a middleware does to a response.
    ///
    /// @return the new list
    @Benchmark
    public Headers add() {
        return headers.adding(OWN, "value");
    }

    /// Replaces the last field.
    ///
    /// @return the new list
    @Benchmark
    public Headers replace() {
        return headers.with(HeaderName.COOKIE, "none");
    }
}
