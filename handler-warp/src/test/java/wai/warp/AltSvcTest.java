package wai.warp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import wai.Application;
import wai.HeaderName;
import wai.Response;
import wai.Status;
import wai.warp.settings.Listener;
import wai.warp.settings.WarpSettings;

/// Responses that say where else the same can be had (RFC 7838).
@Timeout(60) // a safety net, nothing depends on it
class AltSvcTest {
    private static final String VALUE = "h2=\":8443\"; ma=3600, h3=\":443\"";
    private static final Application HI = (_, respond) -> respond.with(Response.text(Status.OK, "hi"));

    private static String ask(WarpSettings settings, Application application, String request) throws Exception {
        var local = settings.withListeners(List.of(Listener.tcp("127.0.0.1", 0)));
        try (var server = Warp.start(local, application);
                var client = WireClient.of(server)) {
            return client.send(request).end().rest();
        }
    }

    @Test
    void everyResponseHasTheField() throws Exception {
        var answer = ask(WarpSettings.defaults().withAltSvc(VALUE), HI, WireClient.GET);

        assertThat(answer).contains("\r\nAlt-Svc: " + VALUE + "\r\n", "\r\nServer: Warp\r\n", "\r\nDate: ");
    }

    @Test
    void refusalsHaveItToo() throws Exception {
        var answer = ask(WarpSettings.defaults().withAltSvc(VALUE), HI, "GET / HTTP/1.1\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 400 ").contains("\r\nAlt-Svc: " + VALUE + "\r\n");
    }

    @Test
    void anApplicationMaySayOtherwise() throws Exception {
        Application clears =
                (_, respond) -> respond.with(Response.text(Status.OK, "hi").withHeader(HeaderName.ALT_SVC, "clear"));

        var answer = ask(WarpSettings.defaults().withAltSvc(VALUE), clears, WireClient.GET);

        assertThat(answer).contains("\r\nAlt-Svc: clear\r\n").doesNotContain("8443");
    }

    @Test
    void thereIsNoneUnlessSet() throws Exception {
        assertThat(WarpSettings.defaults().altSvc()).isEmpty();
        assertThat(WarpSettings.defaults().withAltSvc(VALUE).withAltSvc("").altSvc())
                .isEmpty();
        assertThat(ask(WarpSettings.defaults(), HI, WireClient.GET)).doesNotContain("Alt-Svc");
    }

    @Test
    void itDoesNotNeedTheNameOfTheServer() throws Exception {
        var answer = ask(WarpSettings.defaults().withServerName("").withAltSvc("clear"), HI, WireClient.GET);

        assertThat(answer).contains("\r\nAlt-Svc: clear\r\n").doesNotContain("Server:");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nb", "a\0", "a\n"})
    void whatIsNoHeaderValueIsRefused(String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WarpSettings.defaults().withAltSvc(value));
    }
}
