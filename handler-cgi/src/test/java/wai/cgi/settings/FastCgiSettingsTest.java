package wai.cgi.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import wai.spi.Exchange.Progress;

class FastCgiSettingsTest {
    private final FastCgiSettings defaults = FastCgiSettings.defaults();

    @Test
    void theDefaultsAreWhatTheDocumentationSays() {
        assertThat(defaults.requestsPerConnection()).isEqualTo(128);
        assertThat(defaults.inputBytes()).isEqualTo(64 * 1024);
        assertThat(defaults.webServers()).isEmpty();
        assertThat(defaults.cutDelay()).isEqualTo(Duration.ofMillis(200));
        assertThat(defaults.server()).isSameAs(ServerSettings.defaults());
    }

    @Test
    void everyCopyKeepsTheOtherSettings() {
        var addresses = Set.of(InetAddress.getLoopbackAddress());
        var server = ServerSettings.defaults().withConnections(7);

        var settings = defaults.withRequestsPerConnection(3)
                .withInputBytes(5)
                .withWebServers(addresses)
                .withErrorLine(_ -> "line")
                .withCutDelay(Duration.ofSeconds(1))
                .withServer(server);

        assertThat(settings.requestsPerConnection()).isEqualTo(3);
        assertThat(settings.inputBytes()).isEqualTo(5);
        assertThat(settings.webServers()).isEqualTo(addresses);
        assertThat(settings.server()).isSameAs(server);
        assertThat(settings.errorLine().apply(failure(Failure.Phase.REQUEST))).isEqualTo("line");
        assertThat(settings.cutDelay()).isEqualTo(Duration.ofSeconds(1));
    }

    @ParameterizedTest
    @EnumSource(Failure.Phase.class)
    void theErrorLineIsOfFailuresThatNeedSomebodyOfThisSide(Failure.Phase phase) {
        boolean ours =
                switch (phase) {
                    case APPLICATION, CONTRACT, SERVER -> true;
                    case REQUEST, RESPONSE, OVERLOAD -> false;
                };

        assertThat(defaults.errorLine().apply(failure(phase)))
                .isEqualTo(
                        ours
                                ? phase + " failed (no request, response NONE): java.lang.IllegalStateException: why"
                                : "");
    }

    private static Failure failure(Failure.Phase phase) {
        return new Failure(phase, new IllegalStateException("why"), Optional.empty(), Progress.NONE);
    }

    @Test
    void aProgramThatIsStartedTakesItsSocketAndTheNamedWebServers() {
        var none = FastCgiSettings.inherited(Map.of());
        var named = FastCgiSettings.inherited(Map.of("FCGI_WEB_SERVER_ADDRS", "192.0.2.1, ::1"));

        assertThat(none.webServers()).isEmpty();
        assertThat(none.server().listeners()).singleElement().satisfies(listener -> assertThat(listener.place())
                .isEqualTo(new Listener.Inherited()));
        assertThat(named.webServers())
                .containsExactlyInAnyOrder(InetAddress.ofLiteral("192.0.2.1"), InetAddress.ofLiteral("::1"));
        assertThatThrownBy(() -> FastCgiSettings.inherited(Map.of("FCGI_WEB_SERVER_ADDRS", "web.test")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("FCGI_WEB_SERVER_ADDRS has \"web.test\": expected IP addresses with commas between them"
                        + " (FastCGI 1.0 §3.2)");
    }

    @Test
    void theEndsOfTheRangesAreTaken() {
        var most = 256 * 1024 * 1024;

        assertThat(defaults.withRequestsPerConnection(1).requestsPerConnection())
                .isEqualTo(1);
        assertThat(defaults.withRequestsPerConnection(65_535).requestsPerConnection())
                .isEqualTo(65_535);
        assertThat(defaults.withInputBytes(1).inputBytes()).isEqualTo(1);
        assertThat(defaults.withInputBytes(most).inputBytes()).isEqualTo(most);
        assertThat(defaults.withCutDelay(Duration.ZERO).cutDelay()).isZero();
        assertThat(defaults.withCutDelay(Duration.ofSeconds(10)).cutDelay()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void whatIsBeyondTheRangesIsRefused() {
        assertThatThrownBy(() -> defaults.withRequestsPerConnection(0))
                .hasMessage("requests per connection 0: expected 1 to 65535");
        assertThatThrownBy(() -> defaults.withRequestsPerConnection(65_536))
                .hasMessage("requests per connection 65536: expected 1 to 65535");
        assertThatThrownBy(() -> defaults.withInputBytes(0)).hasMessage("input bytes 0: expected 1 to 268435456");
        assertThatThrownBy(() -> defaults.withInputBytes(268_435_457))
                .hasMessage("input bytes 268435457: expected 1 to 268435456");
        assertThatThrownBy(() -> defaults.withCutDelay(Duration.ofNanos(-1)))
                .hasMessage("delay of a cut PT-0.000000001S: expected zero to PT10S");
        assertThatThrownBy(() -> defaults.withCutDelay(Duration.ofSeconds(10).plusNanos(1)))
                .hasMessage("delay of a cut PT10.000000001S: expected zero to PT10S");
    }
}
