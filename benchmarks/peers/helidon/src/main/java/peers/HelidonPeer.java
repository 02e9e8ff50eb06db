package peers;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.staticcontent.FileSystemHandlerConfig;
import io.helidon.webserver.staticcontent.StaticContentFeature;
import java.io.IOException;
import java.nio.file.Path;
import java.util.logging.LogManager;

/// Helidon, the other server for blocking applications on virtual threads.
///
/// Usage: `HelidonPeer PORT FILES LOOPS plain|h2c`.
public final class HelidonPeer {
    private static final byte[] HELLO = "Hello, World!".getBytes(US_ASCII);
    private static final byte[] BLOCK = "x".repeat(4096).getBytes(US_ASCII);
    private static final int BLOCKS = 256;
    private static final Header TEXT = HeaderValues.createCached(HeaderNames.CONTENT_TYPE, "text/plain");
    private static final Header OCTETS =
            HeaderValues.createCached(HeaderNames.CONTENT_TYPE, "application/octet-stream");
    private static final Header SERVER = HeaderValues.createCached(HeaderNames.SERVER, "helidon");

    private HelidonPeer() {}

    public static void main(String[] args) {
        LogManager.getLogManager().reset();
        var files = StaticContentFeature.createService(FileSystemHandlerConfig.create(Path.of(args[1])));
        WebServer.builder()
                .port(Integer.parseInt(args[0]))
                .host("0.0.0.0")
                .backlog(4096)
                .shutdownHook(false)
                .connectionOptions(options -> options.tcpNoDelay(true))
                .maxPayloadSize(-1)
                .routing(routes -> routes.get(
                                "/", (_, response) -> with(response, TEXT).send(HELLO))
                        .get("/stream", (_, response) -> stream(with(response, TEXT), false))
                        .get("/flush", (_, response) -> stream(with(response, TEXT), true))
                        .post("/echo", (request, response) -> with(response, OCTETS)
                                .send(request.content().as(byte[].class)))
                        .register("/", files))
                .build()
                .start();
    }

    private static ServerResponse with(ServerResponse response, Header type) {
        return response.header(type).header(SERVER);
    }

    private static void stream(ServerResponse response, boolean flushed) throws IOException {
        try (var out = response.outputStream()) {
            for (int i = 0; i < BLOCKS; i++) {
                out.write(BLOCK);
                if (flushed) {
                    out.flush();
                }
            }
        }
    }
}
