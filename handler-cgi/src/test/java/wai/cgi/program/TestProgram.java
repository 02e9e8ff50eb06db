package wai.cgi.program;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.stream.Collectors;
import wai.Bytes;
import wai.HeaderName;
import wai.Headers;
import wai.Request;
import wai.Respond;
import wai.Response;
import wai.ResponseReceived;
import wai.Status;
import wai.cgi.Cgi;

/// The CGI program of the tests: its first path segment says what it does.
public final class TestProgram {
    private TestProgram() {}

    /// Answers one request.
    public static void main(String[] arguments) {
        Cgi.run(TestProgram::answer);
    }

    private static ResponseReceived answer(Request request, Respond respond) throws Exception {
        return switch (request.path().isEmpty() ? "" : request.path().getFirst()) {
            case "facts" -> respond.with(Response.text(Status.OK, facts(request)));
            case "echo" ->
                respond.with(Response.of(
                        Status.CREATED, Headers.EMPTY, Bytes.of(request.body().readAllBytes())));
            case "stream" ->
                respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> {
                    out.writeUtf8("one ");
                    out.flush();
                    out.writeUtf8("two");
                }));
            case "print" -> {
                System.out.println("Status: 500 this is no response");
                yield respond.with(Response.text(Status.OK, "printed"));
            }
            case "moved" ->
                respond.with(Response.of(Status.SEE_OTHER, Headers.of(HeaderName.LOCATION, "/facts"), Bytes.EMPTY));
            case "throw" -> throw new IllegalStateException("thrown by a test, on purpose");
            case "behind" -> {
                var received = respond.with(Response.text(Status.OK, "sent"));
                try (var socket = new Socket(
                        InetAddress.getLoopbackAddress(),
                        Integer.parseInt(request.path().get(1)))) {
                    socket.getOutputStream().write(socket.getInputStream().read());
                }
                yield received;
            }
            case "tear" ->
                respond.with(Response.stream(Status.OK, Headers.of(HeaderName.CONTENT_LENGTH, "100"), out -> {
                    out.writeUtf8("half");
                    out.flush();
                    throw new IOException("thrown by a test, on purpose");
                }));
            default -> respond.with(Response.text(Status.NOT_FOUND, "nothing"));
        };
    }

    private static String facts(Request request) {
        return String.join(
                "\n",
                request.method() + " " + request.rawPath() + request.rawQuery(),
                request.path().stream().map(TestProgram::escaped).collect(Collectors.joining("|")),
                request.version() + " secure " + request.isSecure(),
                "multi " + request.headers().all(HeaderName.of("X-Multi")),
                "proxy " + request.headers().all(HeaderName.of("Proxy")),
                "from " + request.remoteAddress().toString().replaceAll(":[1-9][0-9]*$", ":port"),
                "interface " + request.get(Cgi.VARIABLES).orElseThrow().get("GATEWAY_INTERFACE"));
    }

    private static String escaped(String text) {
        return text.chars()
                .mapToObj(c -> c > ' ' && c < 0x7f ? Character.toString(c) : "U+%04X".formatted(c))
                .collect(Collectors.joining());
    }
}
