package wai.cgi.front;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import wai.Application;
import wai.tck.Backend;
import wai.tck.Departure;
import wai.tck.StageDoor;
import wai.tck.TckCases;

/// The whole kit through a real web server and CGI: each request starts a JVM, in which the case makes its application.
abstract class CgiTck extends BehindWebServerTck {
    @TempDir
    private Path folder;

    private @Nullable CgiPrograms programs;
    private int scripts;

    CgiTck(WebServer kind) {
        super(kind);
    }

    @Override
    protected Backend start(Application application) throws IOException, InterruptedException {
        var door = StageDoor.open(application);
        var front = FrontServer.start(kind(), new Route.Program(script(door)));
        return Backend.at(front.address(), () -> {
            try (door;
                    front) {
                // both end
            }
        });
    }

    private synchronized Path script(StageDoor door) throws IOException, InterruptedException {
        if (programs == null) {
            programs = CgiPrograms.of(
                    folder,
                    KitProgram.class,
                    List.of(TckCases.class),
                    door.address(),
                    folder.resolve("rehearsal").toString());
        }
        return programs.script("program-" + scripts++, door.address());
    }

    @Override
    protected String name() {
        return "CGI behind " + kind().title();
    }

    /// While one process starts, others wait for the kit.
    @Override
    protected int parallelism() {
        return 3;
    }

    @Override
    protected Map<Departure, String> departures() {
        var all = super.departures();
        all.put(Departure.PROCESS_PER_REQUEST, "that is what CGI is (RFC 3875)");
        all.put(Departure.CUT_STREAM, "standard output ends in the same way when a response fails");
        switch (kind()) {
            case APACHE -> {
                all.put(
                        Departure.REQUEST_BUFFERED,
                        "mod_cgid sends the whole body before it reads any of the response");
                all.put(Departure.LENGTH_REQUIRED, "standard input ends in the same way when a body is cut");
                all.put(Departure.DATE, "httpd writes Date itself");
            }
            case LIGHTTPD -> {
                all.put(Departure.REQUEST_BUFFERED, "lighttpd starts the program when the body has come");
                all.put(Departure.TARGET_NUL, "lighttpd lets NUL pass, and variables of a process end there");
            }
            case NGINX -> throw new IllegalArgumentException("nginx starts no programs");
        }
        return all;
    }
}
