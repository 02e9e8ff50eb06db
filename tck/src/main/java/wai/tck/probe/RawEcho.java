package wai.tck.probe;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Locale;
import wai.HeaderName;
import wai.Headers;
import wai.Request;
import wai.Respond;
import wai.Response;
import wai.ResponseReceived;
import wai.Status;

/// `/raw`: switches to a protocol of five bytes, which come back in upper case.
final class RawEcho {
    /// The name of the protocol.
    static final String PROTOCOL = "probe";

    private RawEcho() {}

    static ResponseReceived answer(Request request, Respond respond) throws Exception {
        var fallback = Response.text(Status.of(426), "This is for clients of the protocol probe.\n")
                .withHeader(HeaderName.UPGRADE, PROTOCOL);
        return respond.with(
                request.upgrades().contains(PROTOCOL)
                        ? Response.raw(
                                Status.SWITCHING_PROTOCOLS,
                                Headers.of(HeaderName.UPGRADE, PROTOCOL, HeaderName.CONNECTION, "Upgrade"),
                                fallback,
                                connection -> {
                                    var word = new String(connection.input().readNBytes(5), ISO_8859_1);
                                    connection
                                            .output()
                                            .write(word.toUpperCase(Locale.ROOT).getBytes(ISO_8859_1));
                                })
                        : fallback);
    }
}
