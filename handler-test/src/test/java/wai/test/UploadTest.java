package wai.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static wai.test.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import wai.Application;
import wai.ClientDisconnectedException;
import wai.HeaderName;
import wai.Headers;
import wai.Response;
import wai.Status;

class UploadTest extends BothPlacesTest {
    /// Answers each piece of the request body with a piece of the response body.
    private static final Application ECHO =
            (request, respond) -> respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> {
                out.flush();
                var buffer = new byte[1024];
                for (int count; (count = request.body().read(buffer)) >= 0; ) {
                    out.write(buffer, 0, count);
                    out.flush();
                }
                out.writeUtf8("|" + request.trailers().first(HeaderName.of("X-Sum"), "none"));
            }));

    private static final Application COLLECTS = (request, respond) -> {
        var body = new String(request.body().readAllBytes(), StandardCharsets.UTF_8);
        return respond.with(Response.text(Status.OK, request.bodyLength() + " " + body));
    };

    @Test
    void feedsTheBodyWhileTheApplicationRuns() {
        var client = client(ECHO);

        try (var live = client.request("POST", "/").uploading().open()) {
            live.upload().write("ping");
            assertThat(live.awaitText("ping")).isEqualTo("ping");
            live.upload().write("pong");
            assertThat(live.awaitText("pong")).isEqualTo("pong");
            live.upload().end(Headers.of(HeaderName.of("X-Sum"), "2"));
            assertThat(live.rest()).hasBody("pingpong|2");
        }
    }

    @Test
    void declaresALength() {
        var client = client(COLLECTS);

        try (var live = client.request("POST", "/").uploading(5).open()) {
            live.upload().write("he").write("llo").end();

            assertThat(live.rest()).hasBody("OptionalLong[5] hello");
        }
    }

    @Test
    void refusesAnotherLengthThanDeclared() {
        var client = client(COLLECTS);

        try (var live = client.request("POST", "/").uploading(3).open()) {
            var upload = live.upload().write("ab");

            assertThatThrownBy(() -> upload.write("cd"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("a chunk of 2 bytes after 2 of a declared body of 3 bytes");
            assertThatThrownBy(upload::end)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("ends after 2 of 3 declared bytes");
        }
    }

    @Test
    void cutsTheBody() {
        var client = client(COLLECTS);

        try (var live = client.request("POST", "/").uploading().open()) {
            live.upload().write("half").cut();

            assertThat(live.awaitFailure()).containsInstanceOf(ClientDisconnectedException.class);
            assertThat(live.rest()).hasStatus(400);
        }
    }

    @Test
    void sendsTheBodyWhenTheApplicationAsksForIt() {
        var client = client(COLLECTS);

        try (var live =
                client.request("POST", "/").expectingContinue().uploading(2).open()) {
            assertThat(live.upload().awaitContinue()).isTrue();
            live.upload().write("ok").end();
            assertThat(live.rest()).hasBody("OptionalLong[2] ok").hasInformational(100);
        }
    }

    @Test
    void sendsTheBodyWhenAStreamAsksForIt() {
        var client = client((request, respond) -> respond.with(
                Response.stream(Status.OK, Headers.EMPTY, out -> request.body().transferTo(out))));

        try (var live =
                client.request("POST", "/").expectingContinue().uploading(2).open()) {
            assertThat(live.upload().awaitContinue()).isTrue();
            live.upload().write("ok").end();
            assertThat(live.rest()).hasBody("ok").hasInformational(100);
        }
    }

    @Test
    void sendsNoContinueBehindTheHeadOfTheResponse() {
        var client = client((request, respond) -> respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> {
            out.flush();
            request.body().transferTo(out);
        })));

        try (var live =
                client.request("POST", "/").expectingContinue().uploading(2).open()) {
            assertThat(live.upload().awaitContinue()).isFalse();
            assertThat(live.informational()).isEmpty();
        }
    }

    @Test
    void sendsNoContinueToAnApplicationThatRefusesTheBody() {
        var client = client((request, respond) -> respond.with(Response.text(Status.FORBIDDEN, "no")));

        try (var live =
                client.request("POST", "/").expectingContinue().uploading().open()) {
            assertThat(live.upload().awaitContinue()).isFalse();
            assertThat(live.upload().continueRequested()).isFalse();
            assertThat(live.rest()).hasStatus(403);
            assertThat(live.informational()).isEmpty();
        }
    }

    @Test
    void dropsWhatNobodyReads() {
        var client = client((request, respond) -> respond.with(Response.text(Status.OK, "done")));

        try (var live = client.request("POST", "/").uploading().open()) {
            live.rest();
            for (int i = 0; i < 200; i++) {
                live.upload().write("x".repeat(10_000));
            }
            live.upload().end();

            assertThat(live.rest()).hasBody("done");
        }
    }

    @Test
    void saysHowToMakeAnUpload() {
        var client = client(COLLECTS);
        var request = client.request("POST", "/").uploading();

        assertThatThrownBy(request::send)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("open()");
        try (var live = client.open("/")) {
            assertThatThrownBy(live::upload)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("uploading()");
        }
    }
}
