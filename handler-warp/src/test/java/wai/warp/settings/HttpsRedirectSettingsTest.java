package wai.warp.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import wai.Status;
import wai.warp.tls.Identity;
import wai.warp.tls.Tls;

/// The settings of a redirect: defaults, ranges, and what goes together.
class HttpsRedirectSettingsTest {
    private static final HttpsRedirect OWN = HttpsRedirect.toOwnPort();

    private static Tls tls() {
        return Tls.of(Identity.selfSigned(List.of("a"), Duration.ofDays(1)));
    }

    @Test
    void theDefaultsAreTheDocumentedOnes() {
        assertThat(OWN.port()).isEmpty();
        assertThat(OWN.status()).isEqualTo(Status.PERMANENT_REDIRECT);
        assertThat(OWN.hosts()).isEmpty();
        assertThat(Listener.tcp(80).redirect()).isEmpty();
    }

    @Test
    void eachSettingLeavesTheOthersAlone() {
        var all = HttpsRedirect.toPort(8443).withStatus(Status.FOUND).withHosts("A.test", "b.test");

        assertThat(all.port()).hasValue(8443);
        assertThat(all.status()).isEqualTo(Status.FOUND);
        assertThat(all.hosts()).containsExactlyInAnyOrder("a.test", "b.test");
        assertThat(all.withStatus(Status.MOVED_PERMANENTLY).hosts()).hasSize(2);
    }

    @Test
    void portsAreThoseOfTcp() {
        assertThat(HttpsRedirect.toPort(1).port()).hasValue(1);
        assertThat(HttpsRedirect.toPort(65535).port()).hasValue(65535);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HttpsRedirect.toPort(0))
                .withMessage("port 0: expected 1 to 65535");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HttpsRedirect.toPort(65536))
                .withMessage("port 65536: expected 1 to 65535");
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 300, 303, 304, 305, 400})
    void otherStatusesAreRefused(int code) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OWN.withStatus(Status.of(code)))
                .withMessageContaining("expected 301, 302, 307 or 308");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a.test:80", "https://a.test", "a/b", "a@b", "::1", "[::1]:80", "[", "ä.test"})
    void whatIsNoHostIsRefused(String host) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OWN.withHosts("a.test", host))
                .withMessageContaining("host \"" + host + "\": expected a name or an address, no port");
    }

    @Test
    void noHostsAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(OWN::withHosts).withMessageContaining("no hosts");
    }

    @Test
    void aListenerOfTlsDoesNotRedirectToIt() {
        var plain = Listener.tcp(80).withRedirect(OWN);
        var secure = Listener.tcp(443).withTls(tls());

        assertThatIllegalArgumentException()
                .isThrownBy(() -> plain.withTls(tls()))
                .withMessageContaining("expected a listener for each");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> secure.withRedirect(OWN))
                .withMessageContaining("Tls.withPlain");
    }

    @Test
    void aRedirectToTheOwnPortNeedsOne() {
        var plain = Listener.tcp(80).withRedirect(OWN);
        var settings = WarpSettings.defaults();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings.withListeners(List.of(plain, Listener.unix(Path.of("s")))))
                .withMessageContaining("expected a listener with TLS");
        assertThat(settings.withListeners(List.of(plain, Listener.tcp(443).withTls(tls())))
                        .listeners())
                .hasSize(2);
        assertThat(settings.withListeners(List.of(Listener.tcp(80).withRedirect(HttpsRedirect.toPort(443))))
                        .listeners())
                .hasSize(1);
    }
}
