package wai.cgi;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import wai.Application;
import wai.Bytes;
import wai.ClientDisconnectedException;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.cgi.gateway.Gateway;
import wai.cgi.settings.CgiSettings;
import wai.cgi.settings.Failure;
import wai.cgi.settings.Hooks;

class CgiProgramTest {
    private static final Application ECHO = (request, respond) -> respond.with(
            Response.of(Status.OK, Headers.EMPTY, Bytes.of(request.body().readAllBytes())));

    private final List<Failure> failures = new ArrayList<>();
    private final List<String> sentBefore = new ArrayList<>();

    @Test
    void readsVariablesByteByByteAndOnlyWhatIsOne() {
        var variables = EnvironmentVariables.of(
                "PATH_INFO=/\u00c3\u00a4=b\0EMPTY=\0=C:=x\0nothing\0LAST=1".getBytes(ISO_8859_1));

        assertThat(variables.asMap())
                .containsExactlyInAnyOrderEntriesOf(Map.of("PATH_INFO", "/\u00c3\u00a4=b", "EMPTY", "", "LAST", "1"));
    }

    @Test
    void takesTheDecodingOfTheSystemBack() {
        var variables = EnvironmentVariables.of(Map.of("PATH_INFO", "/\u00e4"));

        assertThat(variables.get("PATH_INFO")).isEqualTo("/\u00c3\u00a4");
    }

    @Test
    void knowsTheEnvironmentOfThisProcess() {
        assertThat(EnvironmentVariables.ofThisProcess().asMap()).containsKeys("PATH");
    }

    @Test
    void readsNoFurtherThanTheBodyAndClosesTheOutput() throws IOException {
        var in = new ByteArrayInputStream("bodyrest".getBytes(ISO_8859_1));
        var out = new Watched();

        run(in, out, "CONTENT_LENGTH=4");

        assertThat(out.toString(ISO_8859_1)).isEqualTo("Status: 200 OK\r\nContent-Length: 4\r\n\r\nbody");
        assertThat(out.closed).isTrue();
        assertThat(in.available()).isEqualTo(4);
    }

    @Test
    void refusesABodyWithoutALengthAsItCouldBeCut() throws IOException {
        var in = new ByteArrayInputStream("chunks".getBytes(ISO_8859_1));
        var out = new Watched();

        run(in, out, "HTTP_TRANSFER_ENCODING=chunked");

        assertThat(out.toString(UTF_8))
                .startsWith("Status: 411 Length Required\r\n")
                .endsWith("a body without CONTENT_LENGTH: expected its length (RFC 3875 §4.2)\n");
        assertThat(in.available()).isZero();
    }

    @Test
    void takesAnInputThatIsAtItsEndForNoBody() throws IOException {
        var out = new Watched();

        run(new ByteArrayInputStream(new byte[0]), out, "HTTP_TRANSFER_ENCODING=chunked");

        assertThat(out.toString(ISO_8859_1)).isEqualTo("Status: 200 OK\r\nContent-Length: 0\r\n\r\n");
    }

    @Test
    void readsWhatTheApplicationLeavesOfTheBodyBehindTheResponse() throws IOException {
        var out = new Watched();
        var rest = new ByteArrayInputStream("bodyrest".getBytes(ISO_8859_1)) {
            @Override
            public synchronized int read(byte[] target, int offset, int count) {
                sentBefore.add(out.toString(ISO_8859_1));
                return super.read(target, offset, count);
            }
        };

        run((_, respond) -> respond.with(Response.text(Status.OK, "unread")), rest, out, "CONTENT_LENGTH=4");

        assertThat(sentBefore).isNotEmpty().allMatch(sent -> sent.endsWith("\r\n\r\nunread"));
        assertThat(rest.available()).isEqualTo(4);
    }

    @Test
    void readsNothingWhereThereIsNoBody() throws IOException {
        var in = new ByteArrayInputStream("stray".getBytes(ISO_8859_1));
        var out = new Watched();

        run(in, out, "CONTENT_TYPE=text/plain");

        assertThat(out.toString(ISO_8859_1)).endsWith("Content-Length: 0\r\n\r\n");
        assertThat(in.available()).isEqualTo(5);
    }

    @Test
    void takesAPipeThatIsClosedForAClientThatLeft() throws IOException {
        run(
                new ByteArrayInputStream(new byte[0]),
                new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        throw new IOException("Broken pipe");
                    }
                },
                "CONTENT_LENGTH=0");

        assertThat(failures).singleElement().satisfies(failure -> assertThat(failure.cause())
                .isInstanceOf(ClientDisconnectedException.class));
    }

    private void run(ByteArrayInputStream in, OutputStream out, String variable) {
        run(ECHO, in, out, variable);
    }

    private void run(Application application, ByteArrayInputStream in, OutputStream out, String variable) {
        var settings = CgiSettings.defaults().withHooks(Hooks.defaults().withOnFailure(failures::add));
        var block = "REQUEST_METHOD=POST\0REQUEST_URI=/\0SERVER_PROTOCOL=HTTP/1.1\0" + variable;
        new CgiProgram(Gateway.ofProgram(application, settings), in, out)
                .run(EnvironmentVariables.of(block.getBytes(ISO_8859_1)));
    }

    private static final class Watched extends ByteArrayOutputStream {
        private boolean closed;

        @Override
        public void close() throws IOException {
            super.close();
            closed = true;
        }
    }
}
