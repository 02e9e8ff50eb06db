package wai.tck;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import wai.Application;
import wai.Request;
import wai.Respond;
import wai.Response;
import wai.ResponseReceived;
import wai.Status;
import wai.tck.probe.ProbeApplication;

/// The one application that a backend runs: hands each request to the run it names.
final class Stage implements Application {
    /// What the requests of a run get to.
    sealed interface Part {
        ResponseReceived handle(Request request, Respond respond) throws Exception;

        /// An application of a case.
        ///
        /// @param server which one
        record OfCase(Scene scene, String server) implements Part {
            @Override
            public ResponseReceived handle(Request request, Respond respond) throws Exception {
                return scene.handle(server, request, respond);
            }
        }

        /// The application of the differential run.
        ///
        /// @param folder where its files lie
        record OfProbes(Path folder, Application application) implements Part {
            static OfProbes in(Path folder) {
                return new OfProbes(folder, new ProbeApplication(folder).stacked());
            }

            @Override
            public ResponseReceived handle(Request request, Respond respond) throws Exception {
                return application.handle(request, respond);
            }
        }
    }

    private final Map<String, Part> runs = new ConcurrentHashMap<>();

    /// From now on requests of that run go there.
    void open(String run, Part part) {
        runs.put(run, part);
    }

    void close(String run) {
        runs.remove(run);
    }

    Optional<Part> part(String run) {
        return Optional.ofNullable(runs.get(run));
    }

    @Override
    public ResponseReceived handle(Request request, Respond respond) throws Exception {
        var part = part(request.headers().first(Scene.RUN, ""));
        return part.isPresent() ? part.get().handle(request, respond) : nobody(respond);
    }

    /// Answers a request that belongs to no run.
    static ResponseReceived nobody(Respond respond) throws Exception {
        return respond.with(Response.text(Status.NOT_FOUND, "no case of the kit is running under that number"));
    }

    /// Lets the processes of other users read a file or a folder: web servers start programs under names of their own.
    static void publish(Path path) {
        try {
            if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.setPosixFilePermissions(
                        path, PosixFilePermissions.fromString(Files.isDirectory(path) ? "rwxr-xr-x" : "rw-r--r--"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(path + " cannot be made readable for others", e);
        }
    }
}
