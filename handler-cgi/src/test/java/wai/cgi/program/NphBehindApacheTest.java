package wai.cgi.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import wai.cgi.front.WebServer;

/// A script whose name begins with `nph-` speaks to the client itself (RFC 3875 §5).
final class NphBehindApacheTest extends CgiBehind {
    NphBehindApacheTest() {
        super(WebServer.APACHE);
    }

    @Override
    String scriptName() {
        return "nph-program";
    }

    @Test
    void framesAStreamItself() throws IOException {
        var answer = Http.ask(front().address(), "GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n");

        assertThat(answer)
                .startsWith("HTTP/1.1 200 OK\r\n")
                .contains("\r\nTransfer-Encoding: chunked\r\n")
                .doesNotContain("\r\nServer: ")
                .endsWith("\r\n\r\n4\r\none \r\n3\r\ntwo\r\n0\r\n\r\n");
    }
}
