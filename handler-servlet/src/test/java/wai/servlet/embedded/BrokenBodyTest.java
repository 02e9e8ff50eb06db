package wai.servlet.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import wai.Application;
import wai.Headers;
import wai.Response;
import wai.Status;

/// Who answers a request whose body cannot be read. Not Undertow, which waits for more behind a size that is no number.
class BrokenBodyTest {
    private static final String BROKEN =
            "POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nfour\r\nzz\r\n";

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "UNDERTOW")
    void isAnsweredWith400WhenTheApplicationLetsTheFailurePass(EmbeddedContainer container) throws Exception {
        var answer = answer(
                container,
                (request, respond) -> respond.with(
                        Response.text(Status.OK, request.readBody(100).utf8())));

        assertThat(answer).startsWith("HTTP/1.1 400 ").containsIgnoringCase("\r\nConnection: close\r\n");
    }

    /// Jetty and the application answer for themselves; Tomcat puts its own answer in the place of all others.
    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "UNDERTOW")
    void isAnsweredOnceWhenTheApplicationCatchesTheFailure(EmbeddedContainer container) throws Exception {
        var answer = answer(container, (request, respond) -> {
            try {
                request.body().readAllBytes();
            } catch (IOException _) {
                return respond.with(Response.text(Status.CONFLICT, "caught"));
            }
            return respond.with(Response.text(Status.OK, "whole"));
        });

        if (container == EmbeddedContainer.TOMCAT) {
            assertThat(answer).startsWith("HTTP/1.1 400 ").doesNotContain("caught");
        } else {
            assertThat(answer).startsWith("HTTP/1.1 409 ").endsWith("\r\n\r\ncaught");
        }
        assertThat(answer.split("HTTP/1\\.1 ", -1)).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "UNDERTOW")
    void cutsAStreamInWhichTheApplicationReads(EmbeddedContainer container) throws Exception {
        var answer = answer(
                container,
                (request, respond) -> respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> {
                    out.writeUtf8("begun");
                    out.flush();
                    request.body().transferTo(out);
                })));

        assertThat(answer).startsWith("HTTP/1.1 200 ").contains("begun").doesNotEndWith("0\r\n\r\n");
    }

    private static String answer(EmbeddedContainer container, Application application) throws IOException {
        try (var server = container.start(0, application)) {
            return WireHttp1.answerTo(BROKEN, server.address());
        }
    }
}
