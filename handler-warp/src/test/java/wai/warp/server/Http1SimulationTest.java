package wai.warp.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whole connections by chance: thousands of scripts of a client, good and bad, played in virtual time against a model
/// of what must be seen.
///
/// A seed decides everything, the order of the threads too. A script that fails is printed with its seed and, below, as
/// small as it could be made; `-Dseed=…` plays it again. `-Dsimulations=…` plays that many,
/// `checks/nightly/simulation` as many as fit into some minutes, of other seeds each time.
@EnabledIfSystemProperty(named = "warp.loops", matches = "possible") // its scheduler needs the same of the JDK
class Http1SimulationTest {
    private static final int SIMULATIONS = 3000;
    private static final int MOST_SHRINKING_RUNS = 2000;

    @TempDir
    private static Path folder;

    @BeforeAll
    static void writeFile() throws IOException {
        SimulatedApplication.writeFile(folder);
    }

    @Test
    void everyConnectionIsAsItMustBe() {
        var only = Long.getLong("seed");
        if (only != null) {
            play(only);
            return;
        }
        // a build plays the same scripts each time; who searches longer wants others (short enough to be typed)
        boolean searches =
                System.getProperty("simulations") != null || System.getProperty("simulation.minutes") != null;
        long first = searches ? new Random().nextLong() >>> 16 : 1;
        int least = Integer.getInteger("simulations", SIMULATIONS);
        long most = TimeUnit.MINUTES.toNanos(Long.getLong("simulation.minutes", 0));
        long began = System.nanoTime();
        for (int i = 0; i < least || System.nanoTime() - began < most; i++) {
            play(first + i);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {157_242_113_948_852L}) // a deadline that passes in the moment in which the bytes come
    void seedsThatFoundSomethingFindItNoMore(long seed) {
        play(seed);
    }

    @Test
    void theSameSeedPlaysTheSameWay() {
        for (int seed = 0; seed < 100; seed++) {
            var script = SimulatedScript.of(seed);

            assertThat(SimulatedRun.play(script, folder))
                    .as("seed %d", seed)
                    .isEqualTo(SimulatedRun.play(script, folder));
        }
    }

    private static void play(long seed) {
        var script = SimulatedScript.of(seed);
        var failure = failure(script);
        if (failure != null) {
            var small = shrink(script, kind(failure));
            var last = failure(small);
            throw new AssertionError(
                    failure.getMessage() + "\n" + script + "\n\nas small as it could be made: " + small + "\n"
                            + (last == null ? "" : last.getMessage()),
                    failure);
        }
    }

    private static @Nullable Throwable failure(SimulatedScript script) {
        try {
            SimulatedRun.play(script, folder);
            return null;
        } catch (AssertionError | RuntimeException e) {
            return e;
        }
    }

    /// The words before what differs from one script to the next.
    private static String kind(Throwable failure) {
        return String.valueOf(failure.getMessage()).replaceFirst("[:0-9].*(?s).*", "");
    }

    /// Leaves out what the failure does not need.
    private static SimulatedScript shrink(SimulatedScript failing, String kind) {
        var smallest = failing;
        int runs = 0;
        for (boolean smaller = true; smaller && runs < MOST_SHRINKING_RUNS; ) {
            smaller = false;
            for (var candidate : smallest.smaller()) {
                runs++;
                var failure = failure(candidate);
                if (failure != null && kind(failure).equals(kind)) {
                    smallest = candidate;
                    smaller = true;
                    break;
                }
            }
        }
        return smallest;
    }
}
