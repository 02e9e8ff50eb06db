package wai.warp.http2;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import wai.HeaderName;

/// What a field section must be (RFC 9113 §8), each rule with its section.
class RequestRulesTest {
    private static final String[] GET = {":method: GET", ":scheme: http", ":path: /", ":authority: a"};

    private static String[] fields(String text) {
        return Arrays.stream(text.split("; "))
                .map(field -> field.replace("~", " "))
                .toArray(String[]::new);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
            §8.2.1 upper case in a name         | :method: GET; :scheme: http; :path: /; :authority: a; X-A: b
            §8.2.1 space in a name              | :method: GET; :scheme: http; :path: /; :authority: a; x~a: b
            §8.2.1 colon in a name              | :method: GET; :scheme: http; :path: /; :authority: a; x:a: b
            §8.2.1 space before a value         | :method: GET; :scheme: http; :path: /; :authority: a; x-a: ~b
            §8.2.1 space behind a value         | :method: GET; :scheme: http; :path: /; :authority: a; x-a: b~
            §8.2.2 connection                   | :method: GET; :scheme: http; :path: /; :authority: a; connection: close
            §8.2.2 keep-alive                   | :method: GET; :scheme: http; :path: /; :authority: a; keep-alive: 1
            §8.2.2 proxy-connection             | :method: GET; :scheme: http; :path: /; :authority: a; proxy-connection: close
            §8.2.2 transfer-encoding            | :method: GET; :scheme: http; :path: /; :authority: a; transfer-encoding: chunked
            §8.2.2 upgrade                      | :method: GET; :scheme: http; :path: /; :authority: a; upgrade: h2c
            §8.2.2 te other than trailers       | :method: GET; :scheme: http; :path: /; :authority: a; te: gzip
            §8.3 unknown pseudo-header field    | :method: GET; :scheme: http; :path: /; :authority: a; :x: b
            §8.3 that of a response             | :method: GET; :scheme: http; :path: /; :authority: a; :status: 200
            §8.3 behind a field                 | :method: GET; :scheme: http; :path: /; x-a: b; :authority: a
            §8.3 twice                          | :method: GET; :method: GET; :scheme: http; :path: /; :authority: a
            §8.3 two paths                      | :method: GET; :scheme: http; :path: /; :path: /; :authority: a
            §8.3.1 no method                    | :scheme: http; :path: /; :authority: a
            §8.3.1 no scheme                    | :method: GET; :path: /; :authority: a
            §8.3.1 no path                      | :method: GET; :scheme: http; :authority: a
            §8.3.1 empty path                   | :method: GET; :scheme: http; :path: ; :authority: a
            §8.3.1 path without a slash         | :method: GET; :scheme: http; :path: a; :authority: a
            §8.3.1 path with a fragment         | :method: GET; :scheme: http; :path: /#a; :authority: a
            §8.3.1 path with a space            | :method: GET; :scheme: http; :path: /~a; :authority: a
            §8.3.1 asterisk without OPTIONS     | :method: GET; :scheme: http; :path: *; :authority: a
            §8.3.1 no authority                 | :method: GET; :scheme: http; :path: /
            §8.3.1 authority and Host differ    | :method: GET; :scheme: http; :path: /; :authority: a; host: b
            §8.3.1 user information             | :method: GET; :scheme: http; :path: /; :authority: u@a
            §8.3.1 two Hosts                    | :method: GET; :scheme: http; :path: /; host: a; host: a
            §8.3.1 method that is no token      | :method: G,T; :scheme: http; :path: /; :authority: a
            §8.5 CONNECT with a path            | :method: CONNECT; :path: /; :authority: a:1
            §8.5 CONNECT with a scheme          | :method: CONNECT; :scheme: http; :authority: a:1
            §8.5 CONNECT without a port         | :method: CONNECT; :authority: a
            §8.5 CONNECT without an authority   | :method: CONNECT
            RFC 8441 §4 protocol without CONNECT | :method: GET; :scheme: http; :path: /; :authority: a; :protocol: websocket
            RFC 8441 §4 no path                 | :method: CONNECT; :scheme: http; :authority: a; :protocol: websocket
            §8.1.1 length that is no number     | :method: GET; :scheme: http; :path: /; :authority: a; content-length: x
            §8.1.1 length with a sign           | :method: GET; :scheme: http; :path: /; :authority: a; content-length: +0
            §8.1.1 two lengths                  | :method: GET; :scheme: http; :path: /; :authority: a; content-length: 0; content-length: 0
            §8.1.1 length without a body        | :method: GET; :scheme: http; :path: /; :authority: a; content-length: 1
            """)
    void aMalformedRequestIsReset(String rule, String text) {
        var peer = EnginePeer.connected();

        var events = peer.send(ClientFrames.headers(1, ClientFrames.END_STREAM, fields(text)));

        assertThat(peer.received()).as(rule).containsExactly("RST_STREAM 1 PROTOCOL_ERROR");
        assertThat(events).singleElement().isInstanceOf(Http2Event.Reset.class);
        assertThat(peer.faults).isEmpty();
        assertThat(peer.send(ClientFrames.get(3))).singleElement().isInstanceOf(Http2Event.Head.class);
    }

    @ParameterizedTest(name = "0x{0} in a value")
    @CsvSource({"00", "0a", "0d", "01", "7f"})
    void controlsInAValueAreMalformed(String octet) {
        var peer = EnginePeer.connected();
        var bad = "x-a: b" + (char) Integer.parseInt(octet, 16) + "c";

        peer.send(ClientFrames.headers(1, ClientFrames.END_STREAM, GET[0], GET[1], GET[2], GET[3], bad));

        assertThat(peer.received()).containsExactly("RST_STREAM 1 PROTOCOL_ERROR");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            the smallest request    | :method: GET; :scheme: http; :path: /; :authority: a          | GET / null
            query and port          | :method: GET; :scheme: https; :path: /a?b=c; :authority: a:81 | GET /a?b=c null
            any method              | :method: m-x; :scheme: http; :path: /; :authority: a          | m-x / null
            Host alone              | :method: GET; :scheme: http; :path: /; host: a                | GET / null
            Host as well            | :method: GET; :scheme: http; :path: /; :authority: A; host: a | GET / null
            OPTIONS of the server   | :method: OPTIONS; :scheme: http; :path: *; :authority: a      | OPTIONS * null
            te: trailers            | :method: GET; :scheme: http; :path: /; :authority: a; te: trailers | GET / null
            CONNECT                 | :method: CONNECT; :authority: a:443                           | CONNECT a:443 null
            extended CONNECT        | :method: CONNECT; :scheme: http; :path: /w; :authority: a; :protocol: websocket | CONNECT /w websocket
            content-length of 0     | :method: GET; :scheme: http; :path: /; :authority: a; content-length: 0 | GET / null
            """)
    void aWellFormedRequestIsAHead(String name, String text, String expected) {
        var events = EnginePeer.connected().send(ClientFrames.headers(1, ClientFrames.END_STREAM, fields(text)));

        assertThat(events).singleElement().isInstanceOfSatisfying(Http2Event.Head.class, head -> {
            assertThat(head.method() + " " + head.target() + " " + head.protocol())
                    .isEqualTo(expected);
            assertThat(head.headers().first(HeaderName.HOST)).isPresent();
            assertThat(head.bodyLength()).isZero();
        });
    }

    @Test
    void theAuthorityBecomesHostAndCookiesBecomeOne() {
        var events = EnginePeer.connected()
                .send(ClientFrames.headers(
                        1,
                        ClientFrames.END_STREAM,
                        GET[0],
                        GET[1],
                        GET[2],
                        GET[3],
                        "cookie: a=b",
                        "x-y: z",
                        "cookie: c=d"));

        assertThat(events).singleElement().isInstanceOfSatisfying(Http2Event.Head.class, head -> {
            assertThat(head.headers().toString()).contains(": a").contains("x-y: z");
            assertThat(head.headers().name(0)).isEqualTo(HeaderName.HOST);
            assertThat(head.headers().all(HeaderName.COOKIE)).containsExactly("a=b; c=d");
            assertThat(head.headers().name(1))
                    .as("the place of the first piece")
                    .isEqualTo(HeaderName.COOKIE);
        });
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            of a pseudo-header field | :path: /
            of a connection          | connection: close
            that frames              | content-length: 3
            that routes              | host: a
            in upper case            | X-A: b
            """)
    void aTrailerThatMustNotBeResetsTheStream(String name, String field) {
        var peer = EnginePeer.connected();

        peer.send(ClientFrames.post(1), ClientFrames.headers(1, ClientFrames.END_STREAM, field));

        assertThat(peer.received()).as(name).containsExactly("RST_STREAM 1 PROTOCOL_ERROR");
    }

    @Test
    void trailersThatMayBeAreTold() {
        var events = EnginePeer.connected()
                .send(
                        ClientFrames.post(1),
                        ClientFrames.data(1, 0, "abc"),
                        ClientFrames.headers(1, ClientFrames.END_STREAM, "x-sum: 1", "set-cookie: a"));

        assertThat(events.getLast()).isInstanceOfSatisfying(Http2Event.End.class, end -> assertThat(
                        end.trailers().toString())
                .isEqualTo("Headers[x-sum: 1]"));
    }

    @Test
    void aSecondHeadersFrameMustEndTheStream() {
        var peer = EnginePeer.connected();

        peer.send(ClientFrames.post(1), ClientFrames.headers(1, 0, "x-sum: 1"));

        assertThat(peer.received()).containsExactly("RST_STREAM 1 PROTOCOL_ERROR");
    }
}
