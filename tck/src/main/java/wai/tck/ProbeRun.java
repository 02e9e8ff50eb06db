package wai.tck;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import wai.HttpVersion;
import wai.tck.compare.RecordedExchange;
import wai.tck.compare.Recording;
import wai.tck.compare.Transcribed;
import wai.tck.probe.ProbeApplication;

/// Sends the probes of the differential run to a backend and writes down what comes back.
final class ProbeRun {
    /// The run to which the requests belong.
    private static final String RUN = "probes";

    private final Backend backend;

    private ProbeRun(Backend backend) {
        this.backend = backend;
    }

    /// Starts the handler and records what all probes show.
    ///
    /// @throws Exception when the handler cannot be started or stopped
    static Recording of(HandlerUnderTest handler) throws Exception {
        var stage = new Stage();
        var declared = Declared.by(handler);
        try (var backend = handler.start(stage)) {
            return of(handler.name(), declared, backend, stage, handler.parallelism());
        }
    }

    /// Records what all probes show of a backend that runs that stage.
    ///
    /// @param parallelism how many at the same time
    static Recording of(String handler, Declared declared, Backend backend, Stage stage, int parallelism)
            throws Exception {
        var folder = Files.createTempDirectory("wai-tck");
        Stage.publish(folder);
        try (var ahead = new Ahead(parallelism)) {
            ProbeApplication.furnish(folder);
            stage.open(RUN, Stage.Part.OfProbes.in(folder));
            var run = new ProbeRun(backend);
            var departures = new TreeMap<String, String>();
            declared.departures().forEach((departure, reason) -> departures.put(departure.name(), reason));
            var begun = Probes.all().stream()
                    .map(probe -> ahead.begin(() -> run.record(probe)))
                    .toList();
            var exchanges = new ArrayList<RecordedExchange>();
            for (var each : begun) {
                exchanges.add(each.call());
            }
            return new Recording(handler, names(declared.capabilities()), departures, exchanges);
        } finally {
            delete(folder);
        }
    }

    private RecordedExchange record(Probe probe) {
        return new RecordedExchange(probe.name(), names(probe.needs()), names(probe.dependsOn()), lines(probe));
    }

    private List<String> lines(Probe probe) {
        var lines = new Transcribed();
        try (var call = backend.client().send(probe.request().with(Scene.RUN.toString(), RUN))) {
            exchange(probe, call, lines);
        } catch (SocketTimeoutException _) {
            lines.end("late: no answer in time");
        } catch (IOException _) {
            lines.end("cut");
        } catch (CaseFailure failure) {
            lines.end(String.valueOf(failure.getMessage()).lines().findFirst().orElse("not HTTP"));
        }
        return lines.lines().stream().map(this::asTheClientCame).toList();
    }

    /// What an application says of how its client came is right or wrong, and otherwise no difference.
    private String asTheClientCame(String line) {
        var endpoint = backend.endpoint();
        var version = endpoint.map(Endpoint::version).orElse(HttpVersion.HTTP_1_1);
        boolean secure = endpoint.flatMap(Endpoint::tls).isPresent();
        return line.equals("body | version: " + version) || line.equals("body | secure: " + secure)
                ? line.substring(0, line.indexOf(':')) + ": as the client came"
                : line;
    }

    private static void exchange(Probe probe, ClientCall call, Transcribed lines) throws IOException {
        if (probe.manner() == Probe.Manner.PLAIN) {
            send(probe, call);
        } else {
            call.body().flush();
        }
        boolean unsent = probe.manner() == Probe.Manner.EXPECTING;
        var head = call.nextHead();
        for (; head.isInterim(); head = call.nextHead()) {
            lines.interim(head.status(), head.headers());
            if (unsent && head.status() == 100) {
                send(probe, call);
                unsent = false;
            }
        }
        lines.head(head.status(), head.headers());
        if (unsent && head.status() < 400) {
            send(probe, call);
        }
        if (head.status() == 101) {
            call.body().write("hello".getBytes(ISO_8859_1));
            call.body().flush();
        }
        lines.body(call.content().readAllBytes());
        if (head.status() != 101) {
            lines.trailers(call.trailers());
        }
        lines.end("whole");
    }

    /// Sends the body beside the reading of the response: it may be longer than what fits on the way.
    private static void send(Probe probe, ClientCall call) {
        if (probe.request().content() instanceof ClientRequest.Content.None) {
            return;
        }
        Thread.ofVirtual().name("probe-body").start(() -> {
            try {
                call.body().write(probe.body().toByteArray());
                call.endBody(probe.trailers());
            } catch (IOException _) {
                // the handler may close instead of reading; the response tells
            }
        });
    }

    private static List<String> names(Set<? extends Enum<?>> constants) {
        return constants.stream()
                .sorted(Comparator.comparingInt(Enum::ordinal))
                .map(Enum::name)
                .toList();
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.newDirectoryStream(folder)) {
            for (var file : files) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
