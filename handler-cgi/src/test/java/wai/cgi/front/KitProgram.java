package wai.cgi.front;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import wai.Capability;
import wai.cgi.Cgi;
import wai.cgi.gateway.Gateway;
import wai.cgi.gateway.GatewayFault;
import wai.cgi.gateway.Output;
import wai.cgi.gateway.Variables;
import wai.cgi.settings.CgiSettings;
import wai.cgi.settings.Hooks;
import wai.tck.StageDoor;
import wai.tck.TckCases;
import wai.tck.probe.ProbeApplication;

/// The CGI program that runs the applications of the kit, one of them in each process.
public final class KitProgram {
    private static final CgiSettings SETTINGS = CgiSettings.defaults()
            .withMount("/")
            .withHooks(Hooks.defaults().withOnFailure(_ -> {})); // the cases fail on purpose

    private KitProgram() {}

    /// Answers one request; the first argument is the address of the kit's door, the second, when there is one, a
    /// folder to be made, in which the program shows the cache what it does.
    public static void main(String[] arguments) throws IOException, GatewayFault {
        if (arguments.length > 1) {
            rehearse(Path.of(arguments[1]));
        }
        Cgi.run(SETTINGS, StageDoor.application(arguments[0]));
    }

    /// Loads all cases, and answers requests of every kind.
    private static void rehearse(Path folder) throws IOException, GatewayFault {
        TckCases.all();
        Files.createDirectories(folder);
        ProbeApplication.furnish(folder);
        var gateway = Gateway.ofProgram(new ProbeApplication(folder).stacked(), SETTINGS);
        for (var target : List.of(
                "/echo/a%20b/?c=d&e",
                "/read",
                "/mirror",
                "/status/404",
                "/fields/many",
                "/bytes/1000",
                "/stream/1000/100",
                "/stream/1000/100?length",
                "/file/text.txt",
                "/file/missing",
                "/fail/before",
                "/fail/inside",
                "/fail/twice",
                "/nowhere")) {
            var body = "body".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            var variables = Variables.builder()
                    .add("REQUEST_METHOD", "POST")
                    .add("REQUEST_URI", target)
                    .add("SERVER_PROTOCOL", "HTTP/1.1")
                    .add("CONTENT_LENGTH", Integer.toString(body.length))
                    .add("HTTP_HOST", "localhost")
                    .build();
            gateway.call(variables, new ByteArrayInputStream(body), new Nowhere(), Set.of(Capability.RAW_TARGET))
                    .run();
        }
    }

    private record Nowhere() implements Output {
        @Override
        public void write(byte[] array, int offset, int count) {
            // nobody reads it
        }

        @Override
        public void flush() {
            // nothing is kept
        }
    }
}
