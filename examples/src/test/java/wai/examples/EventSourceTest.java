package wai.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import wai.Application;
import wai.Bytes;
import wai.HeaderName;
import wai.Headers;
import wai.Request;
import wai.Respond;
import wai.Response;
import wai.ResponseReceived;
import wai.Status;
import wai.cgi.FastCgi;
import wai.cgi.settings.FastCgiSettings;
import wai.compression.Compression;
import wai.compression.ContentCoding;
import wai.servlet.embedded.JettyServer;
import wai.servlet.embedded.TomcatServer;
import wai.servlet.embedded.UndertowServer;
import wai.sse.Event;
import wai.sse.EventStreams;
import wai.warp.Warp;
import wai.warp.settings.Listener;
import wai.warp.settings.WarpSettings;
import wai.warp.tls.Identity;
import wai.warp.tls.Tls;

/// What a browser makes of streams: its `EventSource`, and codings of which a part has come. Through Warp by HTTP/1.1
/// and HTTP/2, in servlet containers, and behind nginx.
///
/// Each event is sent when the page has told that it saw the one before: what is held back somewhere never ends.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EventSourceTest {
    private static final InetSocketAddress ANYWHERE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final long PATIENCE_SECONDS = 120;
    private static final Headers HTML = Headers.of(HeaderName.CONTENT_TYPE, "text/html; charset=utf-8");
    private static final String PAGE = """
            <!doctype html>
            <title>Events</title>
            <ol></ol>
            <p id="end"></p>
            <script>
              const source = new EventSource("events")
              source.addEventListener("news", event => {
                const item = document.createElement("li")
                item.textContent = event.data
                document.querySelector("ol").append(item)
                fetch("seen", { method: "POST" })
              })
              source.onerror = () => {
                if (source.readyState == EventSource.CLOSED) document.querySelector("#end").textContent = "closed"
              }
            </script>
            """;

    private Browser browser;

    @BeforeAll
    void openTheBrowser() throws IOException {
        browser = Browser.start();
    }

    @AfterAll
    void closeTheBrowser() throws IOException {
        if (browser != null) {
            browser.close();
        }
    }

    /// Sends three events, one after the other was seen, and ends; who comes again says what it saw last, and is told
    /// not to come any more.
    private static final class News implements Application {
        private static final EventStreams EVENTS = EventStreams.defaults().withRetry(Duration.ofMillis(1));

        private final Semaphore seen = new Semaphore(0);
        private final CompletableFuture<String> lastSeen = new CompletableFuture<>();

        @Override
        public ResponseReceived handle(Request request, Respond respond) throws Exception {
            return respond.with(
                    switch (String.join("/", request.path())) {
                        case "events" -> events(request);
                        case "seen" -> {
                            seen.release();
                            yield Response.of(Status.NO_CONTENT, Headers.EMPTY, Bytes.EMPTY);
                        }
                        default -> Response.of(Status.OK, HTML, Bytes.utf8(PAGE));
                    });
        }

        private Response events(Request request) {
            var last = EventStreams.lastEventId(request);
            if (last.isPresent()) {
                lastSeen.complete(last.get());
                return Response.of(Status.NO_CONTENT, Headers.EMPTY, Bytes.EMPTY);
            }
            return EVENTS.sending(request, out -> {
                for (var text : List.of("one", "two\nlines", "drei \u00fc")) {
                    out.send(Event.of(text).withName("news").withId("id of " + text.charAt(0)));
                    if (!seen.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                        throw new IOException("the browser did not see " + text);
                    }
                }
            });
        }
    }

    private void assertEventsArrive(News news, String address, String protocol) throws Exception {
        browser.open(address);

        browser.await("document.querySelector('#end').textContent == 'closed'");

        assertThat(browser.evaluate("[...document.querySelectorAll('li')].map(x => x.textContent).join('|')"))
                .isEqualTo("one|two\nlines|drei \u00fc");
        assertThat(news.lastSeen.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo("id of d");
        assertThat(browser.evaluate("performance.getEntriesByType('navigation')[0].nextHopProtocol"))
                .isEqualTo(protocol);
    }

    private static String http(int port) {
        return "http://127.0.0.1:" + port + "/";
    }

    private static WarpSettings loopback() {
        return WarpSettings.defaults().withHost("127.0.0.1").withPort(0);
    }

    private static WarpSettings tls() {
        var identity = Identity.selfSigned(List.of("127.0.0.1"), Duration.ofDays(1));
        return WarpSettings.defaults()
                .withListeners(List.of(Listener.tcp("127.0.0.1", 0).withTls(Tls.of(identity))));
    }

    private static FastCgiSettings fastCgi() {
        var settings = FastCgiSettings.defaults();
        return settings.withServer(
                settings.server().withListeners(List.of(wai.cgi.settings.Listener.tcp("127.0.0.1", 0))));
    }

    // ------------------------------------------------------------------------------------------ events

    @Test
    void throughWarpByHttp1() throws Exception {
        var news = new News();
        try (var server = Warp.start(loopback(), news)) {
            assertEventsArrive(news, http(server.port()), "http/1.1");
        }
    }

    @Test
    void throughWarpByHttp2() throws Exception {
        var news = new News();
        try (var server = Warp.start(tls(), news)) {
            assertEventsArrive(news, "https://127.0.0.1:" + server.port() + "/", "h2");
        }
    }

    @Test
    void inTomcat() throws Exception {
        var news = new News();
        try (var server = TomcatServer.start(ANYWHERE, news)) {
            assertEventsArrive(news, http(server.address().getPort()), "http/1.1");
        }
    }

    @Test
    void inJettysServlets() throws Exception {
        var news = new News();
        try (var server = JettyServer.startServlet(ANYWHERE, news)) {
            assertEventsArrive(news, http(server.address().getPort()), "http/1.1");
        }
    }

    @Test
    void inUndertow() throws Exception {
        var news = new News();
        try (var server = UndertowServer.start(ANYWHERE, news)) {
            assertEventsArrive(news, http(server.address().getPort()), "http/1.1");
        }
    }

    @Test
    void throughWarpBehindNginx() throws Exception {
        var news = new News();
        try (var server = Warp.start(loopback(), news);
                var front = FrontNginx.start("proxy_pass " + http(server.port()) + ";")) {
            assertEventsArrive(news, http(front.port()), "http/1.1");
        }
    }

    @Test
    void byFastCgiBehindNginx() throws Exception {
        var news = new News();
        try (var server = FastCgi.start(fastCgi(), news);
                var front = FrontNginx.start("""
                        fastcgi_pass 127.0.0.1:%d;
                        fastcgi_param REQUEST_METHOD $request_method;
                        fastcgi_param REQUEST_URI $request_uri;
                        fastcgi_param SERVER_PROTOCOL $server_protocol;
                        fastcgi_param CONTENT_LENGTH $content_length;""".formatted(((InetSocketAddress) server.address()).getPort()))) {
            assertEventsArrive(news, http(front.port()), "http/1.1");
        }
    }

    // ------------------------------------------------------------------------------------------ codings

    @Test
    void decodesBrotliAsItComes() throws Exception {
        assertIsDecoded(ContentCoding.brotli());
    }

    @Test
    void decodesZstandardAsItComes() throws Exception {
        assertIsDecoded(ContentCoding.zstd());
    }

    @Test
    void decodesGzipAsItComes() throws Exception {
        assertIsDecoded(ContentCoding.gzip());
    }

    /// The second half is sent when the page has read the first.
    private void assertIsDecoded(ContentCoding coding) throws Exception {
        var half = "text that is compressed ".repeat(200);
        var seen = new Semaphore(0);
        var application = Compression.by(coding).wrap((request, respond) -> {
            if (request.rawPath().equals("/seen")) {
                seen.release();
                return respond.with(Response.text(Status.OK, ""));
            }
            return request.rawPath().equals("/text")
                    ? respond.with(
                            Response.stream(Status.OK, Headers.of(HeaderName.CONTENT_TYPE, "text/plain"), out -> {
                                out.writeUtf8(half);
                                out.flush();
                                if (!seen.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                                    throw new IOException("the browser did not see the first half");
                                }
                                out.writeUtf8(half);
                            }))
                    : respond.with(Response.of(Status.OK, HTML, Bytes.utf8("<!doctype html><title>Text</title>")));
        });
        try (var server = Warp.start(loopback(), application)) {
            browser.open(http(server.port()));

            var answer = browser.evaluate("""
                    (async () => {
                      const response = await fetch("text"), reader = response.body.getReader()
                      let length = 0, told = false
                      for (let piece; !(piece = await reader.read()).done;) {
                        length += piece.value.length
                        if (!told && length >= %d) { told = true; fetch("seen", { method: "POST" }) }
                      }
                      return response.headers.get("Content-Encoding") + " " + length
                    })()""".formatted(half.length()));

            assertThat(answer).isEqualTo(coding.name() + " " + 2 * half.length());
        }
    }
}
