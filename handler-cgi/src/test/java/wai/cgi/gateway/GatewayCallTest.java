package wai.cgi.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import wai.Application;
import wai.Bytes;
import wai.HeaderName;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.StreamingBody;
import wai.cgi.settings.CgiSettings;
import wai.cgi.settings.Failure;
import wai.cgi.settings.Failure.Phase;
import wai.cgi.settings.Hooks;
import wai.cgi.settings.SendFile;

class GatewayCallTest {
    private static final Application HELLO = (_, respond) -> respond.with(Response.text(Status.OK, "hello"));

    @Test
    void sendsAHeadWithStatusAndTheBody() throws GatewayFault {
        var called = Called.of(HELLO, Called.get("/"));

        assertThat(called.output())
                .isEqualTo(
                        "Status: 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 5\r\n\r\nhello");
        assertThat(called.ending()).isEqualTo(Ending.WHOLE);
    }

    @Test
    void leavesOutTheBodyOfHeadAndOfAStatusWithoutContent() throws GatewayFault {
        assertThat(Called.of(HELLO, Called.get("/", "REQUEST_METHOD=HEAD")).output())
                .endsWith("Content-Length: 5\r\n\r\n");
        assertThat(Called.of((_, respond) -> respond.with(Response.text(Status.NO_CONTENT, "hello")), Called.get("/"))
                        .output())
                .isEqualTo("Status: 204 No Content\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n");
    }

    @Test
    void sendsNoFieldThatWouldChangeTheStatus() throws GatewayFault {
        var called = Called.of(
                (_, respond) -> respond.with(
                        Response.text(Status.OK, "hello").withHeader(HeaderName.of("status"), "404 Not me")),
                Called.get("/"));

        assertThat(called.output()).doesNotContain("Not me");
    }

    @Test
    void givesAStatusWithoutAReasonTheNameOfItsClass() throws GatewayFault {
        var called = Called.of(
                (_, respond) -> respond.with(Response.of(new Status(299, ""), Headers.EMPTY, Bytes.EMPTY)),
                Called.get("/"));

        assertThat(called.output()).startsWith("Status: 299 Successful\r\n");
    }

    @Test
    void answers500ToAnApplicationThatThrowsBeforeItResponds() throws GatewayFault {
        var called = Called.of(
                (_, _) -> {
                    throw new IOException("on purpose");
                },
                Called.get("/"));

        assertThat(called.ending()).isEqualTo(Ending.WHOLE);
        assertThat(called.output()).startsWith("Status: 500 Internal Server Error\r\n");
        assertThat(called.failures()).extracting(Failure::phase).containsExactly(Phase.APPLICATION);
    }

    @Test
    void puts500InThePlaceOfAStreamOfWhichNothingHasGoneOut() throws GatewayFault {
        var called = Called.of(
                streaming(out -> {
                    out.writeUtf8("half");
                    throw new IOException("on purpose");
                }),
                Called.get("/"));

        assertThat(called.ending()).isEqualTo(Ending.WHOLE);
        assertThat(called.output())
                .startsWith("Status: 500 Internal Server Error\r\n")
                .doesNotContain("half");
    }

    @Test
    void cutsAStreamOfWhichSomethingHasGoneOut() throws GatewayFault {
        var called = Called.of(
                streaming(out -> {
                    out.writeUtf8("half");
                    out.flush();
                    throw new IOException("on purpose");
                }),
                Called.get("/"));

        assertThat(called.ending()).isEqualTo(Ending.CUT);
        assertThat(called.output()).endsWith("\r\n\r\nhalf");
    }

    @Test
    void answers500WhenTheHookForErrorsThrows() throws GatewayFault {
        var hooks = Hooks.defaults().withErrorResponse(_ -> {
            throw new IllegalStateException("on purpose");
        });

        var called = Called.of(
                (_, _) -> {
                    throw new IOException("on purpose");
                },
                CgiSettings.defaults().withHooks(hooks),
                Called.get("/"),
                "");

        assertThat(called.output()).startsWith("Status: 500 Internal Server Error\r\n");
        assertThat(called.failures()).extracting(Failure::phase).containsExactly(Phase.APPLICATION, Phase.SERVER);
    }

    @Test
    void saysCutWhenTheWebServerIsGone() throws GatewayFault {
        var called = Called.of(HELLO, CgiSettings.defaults(), Called.get("/"), "", 10);

        assertThat(called.ending()).isEqualTo(Ending.CUT);
        assertThat(called.failures()).extracting(Failure::phase).containsExactly(Phase.RESPONSE);
    }

    @Test
    void takesABodyOfAsManyBytesAsAllowedAndNoMore() throws GatewayFault {
        Application echo = (request, respond) -> respond.with(
                Response.of(Status.OK, Headers.EMPTY, Bytes.of(request.body().readAllBytes())));
        var settings = CgiSettings.defaults().withBodyBytes(4);

        assertThat(Called.of(echo, settings, Called.get("/", "CONTENT_LENGTH=4"), "body")
                        .output())
                .endsWith("\r\n\r\nbody");
        assertThat(Called.of(echo, settings, Called.get("/", "CONTENT_LENGTH=5"), "body!")
                        .output())
                .startsWith("Status: 413 Content Too Large\r\n");
        assertThat(Called.of(echo, settings, Called.get("/", "HTTP_TRANSFER_ENCODING=chunked"), "body")
                        .output())
                .endsWith("\r\n\r\nbody");
        assertThat(Called.of(echo, settings, Called.get("/", "HTTP_TRANSFER_ENCODING=chunked"), "body!")
                        .output())
                .startsWith("Status: 413 Content Too Large\r\n");
    }

    @Test
    void endsABodyThatIsCutWithAnException() throws GatewayFault {
        var called = Called.of(
                (request, respond) -> respond.with(Response.of(
                        Status.OK, Headers.EMPTY, Bytes.of(request.body().readAllBytes()))),
                CgiSettings.defaults(),
                Called.get("/", "CONTENT_LENGTH=10"),
                "half");

        assertThat(called.ending()).isEqualTo(Ending.CUT);
        assertThat(called.output()).isEmpty();
    }

    @Test
    void leavesAWholeFileToTheWebServerAndSendsPartsItself(@TempDir Path folder) throws Exception {
        var file = Files.writeString(folder.resolve("a b.txt"), "content");
        Application sending = (_, respond) -> respond.with(Response.file(Status.OK, Headers.EMPTY, file));
        var settings = CgiSettings.defaults().withSendFile(SendFile.xAccelRedirect(folder, "/files/"));

        var whole = Called.of(sending, settings, Called.get("/"), "");
        var part = Called.of(sending, settings, Called.get("/", "HTTP_RANGE=bytes=1-3"), "");

        assertThat(whole.output())
                .endsWith("\r\nX-Accel-Redirect: /files/a%20b.txt\r\n\r\n")
                .doesNotContain("Content-Length");
        assertThat(part.output())
                .startsWith("Status: 206")
                .endsWith("\r\n\r\nont")
                .doesNotContain("X-Accel");
    }

    @Test
    void namesNoFileOutsideOfTheRootOfTheWebServer() {
        var sendFile = SendFile.xSendfile(Path.of("/srv/files"));

        assertThat(sendFile.valueFor(Path.of("/srv/files/a%b/\u00e4"))).contains("/srv/files/a%25b/%C3%A4");
        assertThat(sendFile.valueFor(Path.of("/srv/files/../secret"))).isEmpty();
        assertThat(sendFile.valueFor(Path.of("/srv/filesystem/x"))).isEmpty();
        assertThat(SendFile.off().valueFor(Path.of("/srv/files/x"))).isEmpty();
    }

    @Test
    void speaksHttpItselfWhereTheScriptIsNamedSo() throws GatewayFault {
        var variables = Called.get("/", "SCRIPT_FILENAME=/srv/nph-app");

        var memory = Called.byProgram(HELLO, variables).output();
        var stream = Called.byProgram(streaming(out -> out.writeUtf8("hello")), variables)
                .output();
        variables.put("SERVER_PROTOCOL", "HTTP/1.0");
        var old = Called.byProgram(streaming(out -> out.writeUtf8("hello")), variables)
                .output();

        assertThat(memory).startsWith("HTTP/1.1 200 OK\r\n").contains("\r\nDate: ", "\r\nConnection: close\r\n");
        assertThat(stream).contains("\r\nTransfer-Encoding: chunked\r\n").endsWith("\r\n5\r\nhello\r\n0\r\n\r\n");
        assertThat(old).doesNotContain("Transfer-Encoding").endsWith("\r\n\r\nhello");
    }

    private static Application streaming(StreamingBody body) {
        return (_, respond) -> respond.with(Response.stream(Status.OK, Headers.EMPTY, body));
    }
}
