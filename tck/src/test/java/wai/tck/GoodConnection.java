package wai.tck;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import wai.Application;
import wai.Capability;
import wai.HeaderName;
import wai.Headers;
import wai.HttpVersion;
import wai.Request;
import wai.Response;
import wai.Status;
import wai.spi.Exchange;
import wai.spi.Signal;

/// One connection of the [GoodHandler]: requests one after the other until somebody has enough.
class GoodConnection {
    /// What was wrong with a request, and how it is answered.
    static final class BadRequest extends IOException {
        @java.io.Serial
        private static final long serialVersionUID = 1;

        private final int status;

        BadRequest(int status, String seen) {
            super(seen);
            this.status = status;
        }
    }

    private static final int LONGEST_LINE = 16 * 1024;
    private static final int MOST_FIELDS = 200;
    private static final long MOST_DRAINED = 1 << 20;
    private static final int GOODBYE_MILLIS = 1000;

    final Socket socket;
    final PeekableInput in;
    final OutputStream out;
    private final Application application;
    private final Set<Capability> capabilities;
    private final Signal shutdown = new Signal(_ -> {});
    private final Queue<Runnable> farewells = new ConcurrentLinkedQueue<>();
    private volatile CountDownLatch toldAndOver = new CountDownLatch(0);

    GoodConnection(Socket socket, Application application, Set<Capability> capabilities) throws IOException {
        this.socket = socket;
        this.application = application;
        this.capabilities = capabilities;
        this.in = new PeekableInput(socket.getInputStream());
        this.out = output(new BufferedOutputStream(socket.getOutputStream(), 16 * 1024));
    }

    /// Serves requests until the connection cannot be kept.
    final void serve() throws IOException {
        try {
            while (in.awaitByte() && exchange()) {
                out.flush();
            }
            goodbye();
        } catch (BadRequest bad) {
            out.write(("HTTP/1.1 " + bad.status + " \r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                    .getBytes(ISO_8859_1));
            goodbye();
        }
    }

    /// Has an action run when the server stops while the exchange runs.
    final void onShutdown(Runnable action) {
        if (farewells.isEmpty()) {
            toldAndOver = new CountDownLatch(1);
        }
        farewells.add(action);
        shutdown.add(action);
    }

    /// Tells an application that asked that the server stops, and waits for the end of its exchange.
    final void sayGoodbye(Duration patience) throws InterruptedException {
        shutdown.fire();
        boolean _ = toldAndOver.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    // Places where a test can break the handler

    /// Whether applications are told of a stop whose exchange is over.
    boolean tellsTheDead() {
        return false;
    }

    /// The exchange is over: its application is not told any more.
    void forgetShutdown() {
        farewells.forEach(shutdown::remove);
        farewells.clear();
        toldAndOver.countDown();
    }

    OutputStream output(OutputStream buffered) {
        return buffered;
    }

    GoodExchange exchange(GoodBody body, boolean keepAlive) throws IOException {
        return new GoodExchange(this, body, keepAlive);
    }

    Request received(Request request) {
        return request;
    }

    /// Path and query of a target: an absolute one loses its scheme and authority (RFC 9112 §3.2.2).
    String target(String received) {
        if (!received.startsWith("http://")) {
            return received;
        }
        var rest = received.substring("http://".length()).replaceFirst("^[^/?]*", "");
        return rest.startsWith("/") ? rest : "/" + rest;
    }

    /// Whether the connection can be used after the exchange: all of the body is read.
    boolean isClean(GoodBody body) throws IOException {
        return body.drain(MOST_DRAINED);
    }

    /// What happens when an exchange threw.
    ///
    /// @return whether the connection can be kept
    boolean failed(GoodExchange exchange, Throwable failure) throws IOException {
        switch (exchange.progress()) {
            case NONE -> {
                boolean broken = exchange.requestBody.isBroken();
                try {
                    exchange.answer(Response.text(
                            broken ? Status.BAD_REQUEST : Exchange.statusFor(failure), "Something went wrong"));
                } catch (IOException e) {
                    throw e;
                } catch (Exception e) {
                    throw new IOException("the answer of status 500 could not be sent", e);
                }
                return !broken;
            }
            case SENDING -> {
                cut();
                return false;
            }
            case SENT -> exchange.failed(); // what was sent was sent
        }
        return true;
    }

    /// Breaks the connection with a reset, so that also the end of a body without a length is no end.
    final void cut() throws SocketException {
        socket.setSoLinger(true, 0);
    }

    private boolean exchange() throws IOException {
        var line = requestLine().split(" ", -1);
        if (line.length != 3) {
            throw new BadRequest(400, "request line of " + line.length + " parts: expected 3 (RFC 9112 §3)");
        }
        var version = version(line[2]);
        var headers = readFields();
        checkHost(version, headers);
        checkExpect(version, headers);
        var body = body(version, headers);
        var exchange = exchange(body, isKept(version, headers));
        boolean kept = run(exchange, received(request(line, version, headers, body, exchange)));
        return kept && exchange.isKept() && isClean(body);
    }

    /// The request line; an empty line before it is nothing (RFC 9112 §2.2).
    String requestLine() throws IOException {
        var line = readLine(414);
        return line.isEmpty() ? readLine(414) : line;
    }

    /// An interrupt of the application is not one of the next.
    void forgetInterrupt() {
        Thread.interrupted();
    }

    /// A field line as it came.
    String fieldLine(String line) {
        return line;
    }

    int longestLine() {
        return LONGEST_LINE;
    }

    /// How many fields a section may have.
    int most() {
        return MOST_FIELDS;
    }

    /// The version; a later minor one is 1.1 (RFC 9110 §2.5).
    HttpVersion version(String text) throws BadRequest {
        if (!text.matches("HTTP/[0-9]\\.[0-9]")) {
            throw new BadRequest(400, "version " + text + ": expected HTTP/1.0 or HTTP/1.1 (RFC 9112 §2.3)");
        }
        if (text.charAt(5) != '1') {
            throw new BadRequest(505, "version " + text + ": expected HTTP/1.0 or HTTP/1.1");
        }
        return text.endsWith("0") ? HttpVersion.HTTP_1_0 : HttpVersion.HTTP_1_1;
    }

    void checkHost(HttpVersion version, Headers headers) throws BadRequest {
        var hosts = headers.all(HeaderName.HOST);
        if (hosts.size() > 1 || (version == HttpVersion.HTTP_1_1 && hosts.isEmpty())) {
            throw new BadRequest(400, "Host " + hosts + ": expected one (RFC 9112 §3.2)");
        }
        if (!hosts.stream().allMatch(host -> host.matches("[-A-Za-z0-9._~%!$&'()*+,;=:\\[\\]]*"))) {
            throw new BadRequest(400, "Host " + hosts + ": expected host and port (RFC 9110 §7.2)");
        }
    }

    void checkExpect(HttpVersion version, Headers headers) throws BadRequest {
        if (version == HttpVersion.HTTP_1_1
                && headers.elements(HeaderName.EXPECT).stream().anyMatch(each -> !isContinue(each))) {
            throw new BadRequest(417, "Expect " + headers.all(HeaderName.EXPECT) + ": expected 100-continue");
        }
    }

    private static boolean isContinue(String expectation) {
        return expectation.equalsIgnoreCase("100-continue");
    }

    private boolean run(GoodExchange exchange, Request request) throws IOException {
        try {
            exchange.run(application, request);
            exchange.ended();
            return true;
        } catch (Throwable failure) { // an Error of the application must not harm the other connections
            return failed(exchange, failure);
        } finally {
            exchange.forgetDisconnect();
            forgetShutdown();
            forgetInterrupt();
        }
    }

    private Request request(String[] line, HttpVersion version, Headers headers, GoodBody body, GoodExchange exchange)
            throws BadRequest {
        try {
            return Request.builder(line[0], target(line[1]))
                    .version(version)
                    .headers(headers)
                    .body(exchange.body(body), body.length())
                    .remoteAddress(socket.getRemoteSocketAddress())
                    .scheme(scheme())
                    .peer(exchange.peer())
                    .build();
        } catch (IllegalArgumentException e) {
            throw new BadRequest(400, String.valueOf(e.getMessage()));
        }
    }

    String scheme() {
        return "http";
    }

    Set<Capability> capabilities() {
        return capabilities;
    }

    boolean isKept(HttpVersion version, Headers headers) {
        return version == HttpVersion.HTTP_1_1
                && headers.elements(HeaderName.CONNECTION).stream().noneMatch("close"::equalsIgnoreCase);
    }

    /// How the body is delimited (RFC 9112 §6.3); what is ambiguous is refused, never guessed.
    GoodBody body(HttpVersion version, Headers headers) throws BadRequest {
        var lengths = headers.all(HeaderName.CONTENT_LENGTH);
        var codings = headers.all(HeaderName.TRANSFER_ENCODING);
        boolean http11 = version == HttpVersion.HTTP_1_1;
        boolean waits = http11 && headers.all(HeaderName.EXPECT).stream().anyMatch(GoodConnection::isContinue);
        if (!codings.isEmpty()) {
            if (!lengths.isEmpty() || !http11) {
                throw new BadRequest(400, "Transfer-Encoding with Content-Length or HTTP/1.0 (RFC 9112 §6.1)");
            }
            if (!codings.stream().allMatch("chunked"::equalsIgnoreCase) || codings.size() > 1) {
                throw new BadRequest(501, "Transfer-Encoding " + codings + ": expected chunked (RFC 9112 §6.1)");
            }
            return new GoodBody(this, true, GoodBody.CHUNKED, waits);
        }
        if (lengths.isEmpty()) {
            return new GoodBody(this, http11, 0, false);
        }
        if (lengths.stream().distinct().count() > 1 || !lengths.getFirst().matches("[0-9]{1,18}")) {
            throw new BadRequest(400, "Content-Length " + lengths + ": expected one number (RFC 9112 §6.3)");
        }
        return new GoodBody(this, http11, Long.parseLong(lengths.getFirst()), waits);
    }

    /// The lines of a header or trailer section with the empty line behind it.
    final Headers readFields() throws IOException {
        var fields = Headers.builder();
        for (var line = readLine(); !line.isEmpty(); line = readLine()) {
            line = fieldLine(line);
            int colon = line.indexOf(':');
            if (colon < 0 || fields.size() == most()) {
                throw new BadRequest(colon < 0 ? 400 : 431, "field line \"" + line + "\" (RFC 9112 §5)");
            }
            try {
                fields.add(HeaderName.of(line.substring(0, colon)), line.substring(colon + 1));
            } catch (IllegalArgumentException e) {
                throw new BadRequest(400, String.valueOf(e.getMessage()));
            }
        }
        return fields.build();
    }

    /// A line without its CRLF.
    final String readLine() throws IOException {
        return readLine(431);
    }

    private String readLine(int statusOfTooLong) throws IOException {
        var line = new StringBuilder();
        for (int c; (c = in.read()) != '\r'; line.append((char) c)) {
            if (c < 0 || c == '\n') {
                throw new BadRequest(400, "a line without CRLF (RFC 9112 §2.2)");
            }
            if (line.length() == longestLine()) {
                throw new BadRequest(statusOfTooLong, "a line of more than " + longestLine() + " bytes");
            }
        }
        if (in.read() != '\n') {
            bareCr();
        }
        return line.toString();
    }

    /// A CR without its LF; what returns takes it for the end of the line.
    void bareCr() throws BadRequest {
        throw new BadRequest(400, "a bare CR (RFC 9112 §2.2)");
    }

    /// Ends our direction first and waits a little for the client's: bytes that nobody read would otherwise reset the
    /// connection under a response that the client has not read yet (RFC 9112 §9.6).
    private void goodbye() throws IOException {
        if (socket.getSoLinger() == 0) {
            return; // it is to be cut
        }
        out.flush();
        if (!socket.isOutputShutdown()) {
            socket.shutdownOutput();
        }
        socket.setSoTimeout(GOODBYE_MILLIS);
        in.skip(16 * MOST_DRAINED);
    }
}
