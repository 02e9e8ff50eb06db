package wai.benchmarks;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import wai.Bytes;
import wai.HeaderName;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.spi.FramedResponse;
import wai.spi.HttpDate;
import wai.warp.http1.CommonFields;
import wai.warp.http1.Http1Engine;
import wai.warp.http1.Http1Event;
import wai.warp.http1.Http1Fault;
import wai.warp.http1.Http1Limits;
import wai.warp.http1.OutputBuffer;

/// What Warp's HTTP/1 engine costs by itself: reading a request head, writing a response head and a small body.
///
/// `read` is a head through a new engine, `write` a response of an engine whose request was read, `exchange` both on
/// one connection. A keep-alive request costs some 8 µs, nearly all of it in the kernel; what is measured here should
/// stay below a tenth of that. Run it with `-prof gc` to see the bytes as well.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class EngineBenchmark {
    private static final byte[] HELLO = "Hello, World!".getBytes(StandardCharsets.US_ASCII);
    private static final CommonFields COMMON =
            CommonFields.of(Headers.of(HeaderName.SERVER, "warp", HeaderName.DATE, HttpDate.format(Instant.EPOCH)));
    private static final FramedResponse OK = FramedResponse.of(
            "GET", Response.of(Status.OK, Headers.of(HeaderName.CONTENT_TYPE, "text/plain"), Bytes.of(HELLO)));

    private static final String PLAIN = "GET / HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n";
    private static final String BROWSER = """
            GET / HTTP/1.1\r
            Host: 127.0.0.1:8080\r
            User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r
            Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8\r
            Accept-Language: en-US,en;q=0.5\r
            Accept-Encoding: gzip, deflate, br, zstd\r
            Connection: keep-alive\r
            Cookie: session=0123456789abcdef0123456789abcdef; theme=dark; lang=en\r
            Upgrade-Insecure-Requests: 1\r
            Sec-Fetch-Dest: document\r
            Sec-Fetch-Mode: navigate\r
            Sec-Fetch-Site: none\r
            Sec-Fetch-User: ?1\r
            Priority: u=0, i\r
            \r
            """;

    /// Which head: without fields but Host; with the 13 of a browser; with 40 that nobody knows.
    @Param({"plain", "browser", "unknown"})
    public String head = "plain";

    private final OutputBuffer out = new OutputBuffer(16_384);
    private final Http1Engine connection = new Http1Engine(Http1Limits.DEFAULT);
    private ByteBuffer input = ByteBuffer.allocate(0);

    /// For JMH.
    public EngineBenchmark() {}

    /// Chooses the head.
    @Setup
    public void choose() {
        var text =
                switch (head) {
                    case "plain" -> PLAIN;
                    case "browser" -> BROWSER;
                    default -> unknownFields(40);
                };
        input = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    /// One request head, read by a new engine.
    ///
    /// @return the head
    /// @throws Http1Fault never
    @Benchmark
    public Http1Event read() throws Http1Fault {
        return new Http1Engine(Http1Limits.DEFAULT).nextEvent(input.rewind());
    }

    /// A request and its response on a connection that persists.
    ///
    /// @return how many bytes were written
    /// @throws Http1Fault never
    @Benchmark
    public int exchange() throws Http1Fault {
        connection.nextEvent(input.rewind());
        if (connection.nextEvent(input) != Http1Event.Signal.END_OF_BODY) {
            throw new IllegalStateException("the request has a body");
        }
        connection.sendHead(OK, COMMON, false, out);
        connection.sendData(HELLO, 0, HELLO.length, out);
        connection.sendEnd(Headers.EMPTY, out);
        connection.startNextRequest();
        int written = out.size();
        out.drained(written);
        return written;
    }

    private static String unknownFields(int count) {
        var text = new StringBuilder("GET /a/rather/long/path?with=a&query=too HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n");
        for (int i = 0; i < count; i++) {
            text.append("X-Unknown-Field-")
                    .append(i)
                    .append(": the value of field ")
                    .append(i)
                    .append("\r\n");
        }
        return text.append("\r\n").toString();
    }
}
