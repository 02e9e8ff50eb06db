package wai.tck;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import wai.tck.compare.Recording;

/// Runs cases against one started backend.
final class CaseRunner implements AutoCloseable {
    /// How long a case may wait that is expected to fail.
    private static final Duration SHORT_PATIENCE = Duration.ofSeconds(2);

    private final Stage stage = new Stage();
    private final HandlerUnderTest handler;
    private final Declared declared;
    private final Backend backend;
    private final Duration patience;
    private final AtomicLong runs = new AtomicLong();
    /// Tells the runs of this runner from those of others that may use the same ports before or after.
    private final String name = Long.toHexString(ThreadLocalRandom.current().nextLong()) + "-";

    private CaseRunner(HandlerUnderTest handler, Duration patience) throws Exception {
        this.handler = handler;
        this.patience = patience;
        this.declared = Declared.by(handler);
        this.backend = handler.start(stage);
    }

    static CaseRunner start(HandlerUnderTest handler) throws Exception {
        return start(handler, Scene.PATIENCE);
    }

    /// For tests of the kit itself, which know that something will hang.
    static CaseRunner start(HandlerUnderTest handler, Duration patience) throws Exception {
        return new CaseRunner(handler, patience);
    }

    /// What the handler declares.
    Declared declared() {
        return declared;
    }

    /// Records what the probes of the differential run show.
    Recording record(String handler) throws Exception {
        return ProbeRun.of(handler, declared, backend, stage, this.handler.parallelism());
    }

    /// Runs a case, or its fallback.
    TckResult run(TckCase wanted) {
        var chosen = wanted.chosenFor(declared);
        var missing = chosen.missing(declared, backend.endpoint());
        if (!missing.isEmpty()) {
            return TckResult.notSupported(chosen, String.join(", ", missing));
        }
        var result = run(chosen, patience);
        return chosen.equals(wanted) || result.outcome() != TckResult.Outcome.PASSED
                ? result
                : TckResult.passedInstead(chosen, result.took(), wanted, String.join(", ", declared.obstacles(wanted)));
    }

    /// Looks whether a declared departure is needed: whether a case that depends on it fails without it.
    ///
    /// @return a failure when all of them pass; empty when one fails, or when none can be run
    Optional<TckResult> needless(Departure departure) {
        if (declared.occasional().contains(departure)) {
            return Optional.empty();
        }
        var honest = declared.without(departure);
        @Nullable TckCase passed = null;
        for (var each : TckCases.all()) {
            var chosen = each.chosenFor(honest);
            if (chosen.dependsOn().contains(departure)
                    && chosen.missing(honest, backend.endpoint()).isEmpty()) {
                if (run(chosen, SHORT_PATIENCE).outcome() == TckResult.Outcome.FAILED) {
                    return Optional.empty();
                }
                passed = chosen;
            }
        }
        return Optional.ofNullable(passed)
                .map(subject -> TckResult.failed(
                        subject,
                        Duration.ZERO,
                        new CaseFailure("passes, as all cases do that depend on the departure " + departure
                                + ", which is declared as \""
                                + declared.departures().get(departure) + "\": the declaration is needless")));
    }

    private TckResult run(TckCase chosen, Duration patience) {
        var scene = new Scene(name + runs.incrementAndGet(), chosen, handler, backend, declared, patience);
        long began = System.nanoTime();
        stage.open(scene.id(), new Stage.Part.OfCase(scene, TckCase.MAIN));
        try (scene) {
            bounded(scene, chosen);
            return TckResult.passed(chosen, since(began));
        } catch (Throwable failure) {
            return TckResult.failed(chosen, since(began), failure);
        } finally {
            stage.close(scene.id());
        }
    }

    @Override
    public void close() throws IOException {
        backend.close();
    }

    private static void bounded(Scene scene, TckCase chosen) throws Throwable {
        // a case whose own waits did not end it is given up: its client hangs
        var limit = scene.patience().multipliedBy(3);
        var end = new CompletableFuture<Void>();
        var thread = Thread.ofVirtual().name("tck-client-" + scene.id()).start(() -> {
            try {
                chosen.check(scene);
                scene.finish();
                end.complete(null);
            } catch (Throwable failure) {
                end.completeExceptionally(told(scene, failure));
            }
        });
        try {
            end.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() == null ? e : e.getCause();
        } catch (TimeoutException _) {
            thread.interrupt();
            throw new CaseFailure("no end after " + limit.toMillis() + " ms; " + scene.stand());
        }
    }

    /// A wait that ran out says where the application stands.
    private static Throwable told(Scene scene, Throwable failure) {
        return failure instanceof CaseFailure ? failure : new CaseFailure(failure + "; " + scene.stand(), failure);
    }

    private static Duration since(long began) {
        return Duration.ofNanos(System.nanoTime() - began);
    }
}
