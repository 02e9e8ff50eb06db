package wai.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import wai.HeaderName;

class WireReaderTest {
    private static final String CHUNKED = """
            HTTP/1.1 200 OK\r
            Transfer-Encoding: chunked\r
            \r
            3;ext=1\r
            abc\r
            A\r
            0123456789\r
            0\r
            X-Sum: 13\r
            \r
            """;

    @Test
    void readsChunksAndTrailersHoweverTheyAreCut() throws IOException {
        for (int cut = 1; cut < CHUNKED.length(); cut++) {
            var reader = new WireReader(new Split(CHUNKED, cut));

            var body = body(reader, "GET");

            assertThat(body).isEqualTo("abc0123456789");
            assertThat(reader.trailers().first(HeaderName.of("X-Sum"))).contains("13");
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({"GET, 200, abcd", "HEAD, 200, ''", "GET, 204, ''", "GET, 304, ''", "GET, 404, abcd"})
    void readsAsManyBytesAsTheLengthSays(String method, int status, String expected) throws IOException {
        var reader = reader("HTTP/1.1 " + status + " x\r\nContent-Length: 4\r\n\r\nabcdefgh");

        assertThat(body(reader, method)).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{1} to {0}")
    @CsvSource({"GET, 101", "CONNECT, 200"})
    void readsEverythingBehindASwitchOfProtocols(String method, int status) throws IOException {
        var reader = reader("HTTP/1.1 " + status + "\r\nContent-Length: 1\r\n\r\nabc");

        var head = reader.head(method);

        assertThat(head.kind()).isEqualTo(Head.Kind.RAW);
        assertThat(reader.body(method, head).readAllBytes()).hasSize(3);
    }

    @ParameterizedTest(name = "{index}")
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 200 OK\n\n",
                "HTTP/1.1 200 OK\r\nA: b\rc\r\n\r\n",
                "HTTP/2 200 OK\r\n\r\n",
                "HTTP/1.1 2000 OK\r\n\r\n",
                "HTTP/1.1 099 OK\r\n\r\n",
                "http/1.1 200 OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
                "HTTP/1.1 200 OK\r\nA : b\r\n\r\n",
                "HTTP/1.1 200 OK\r\n folded\r\n\r\n",
                "HTTP/1.1 200 OK\r\nA: b\u0000\r\n\r\n",
                "HTTP/1.1 200 OK\r\nA: b\r\n"
            })
    void refusesABadHead(String text) {
        assertThatThrownBy(() -> reader(text).head("GET")).isInstanceOf(IOException.class);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "Content-Length: 5\\r\\n\\r\\nabc | 2 bytes before Content-Length",
                "Content-Length: +5\\r\\n\\r\\nabcde | expected one number",
                "Content-Length: 5\\r\\nContent-Length: 6\\r\\n\\r\\nabcde | expected one number",
                "Content-Length: 5\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n0\\r\\n\\r\\n | expected one of them",
                "Transfer-Encoding: gzip, chunked\\r\\n\\r\\n0\\r\\n\\r\\n | expected chunked",
                "Transfer-Encoding: chunked\\r\\n\\r\\n3\\r\\nab | the connection ended inside a chunk",
                "Transfer-Encoding: chunked\\r\\n\\r\\n3\\r\\nabc | the connection ended inside the line",
                "Transfer-Encoding: chunked\\r\\n\\r\\n3\\r\\nabc\\r\\n | the connection ended inside the line",
                "Transfer-Encoding: chunked\\r\\n\\r\\n3\\r\\nabcd\\r\\n0\\r\\n\\r\\n | more bytes than its size",
                "Transfer-Encoding: chunked\\r\\n\\r\\n-3\\r\\nabc\\r\\n0\\r\\n\\r\\n | expected hex",
                "Transfer-Encoding: chunked\\r\\n\\r\\nzz\\r\\nabc\\r\\n0\\r\\n\\r\\n | expected hex"
            })
    void refusesABadBody(String text, String message) {
        var reader = reader("HTTP/1.1 200 OK\r\n" + text.replace("\\r\\n", "\r\n"));

        assertThatThrownBy(() -> body(reader, "GET"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(message);
    }

    private static WireReader reader(String text) {
        return new WireReader(new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)));
    }

    private static String body(WireReader reader, String method) throws IOException {
        var head = reader.head(method);
        return new String(reader.body(method, head).readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    /// Gives a text in two pieces.
    private static final class Split extends InputStream {
        private final byte[] bytes;
        private final int cut;
        private int at;

        Split(String text, int cut) {
            this.bytes = text.getBytes(StandardCharsets.ISO_8859_1);
            this.cut = cut;
        }

        @Override
        public int read() {
            return at == bytes.length ? -1 : bytes[at++];
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            Objects.checkFromIndexSize(offset, length, target.length);
            if (at == bytes.length) {
                return -1;
            }
            int count = Math.min(length, (at < cut ? cut : bytes.length) - at);
            System.arraycopy(bytes, at, target, offset, count);
            at += count;
            return count;
        }
    }
}
