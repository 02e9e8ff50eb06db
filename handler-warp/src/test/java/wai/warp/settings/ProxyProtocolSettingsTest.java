package wai.warp.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Whose PROXY headers are believed.
class ProxyProtocolSettingsTest {
    private static boolean trusts(String network, String address) {
        return ProxyProtocol.optionalFrom(network)
                .isTrusted(new InetSocketAddress(InetAddress.ofLiteral(address), 1234));
    }

    @ParameterizedTest(name = "{0} has {1}: {2}")
    @CsvSource({
        "10.0.0.0/8, 10.0.0.0, true",
        "10.0.0.0/8, 10.255.255.255, true",
        "10.0.0.0/8, 11.0.0.0, false",
        "10.0.0.0/8, 9.255.255.255, false",
        "192.0.2.128/25, 192.0.2.128, true",
        "192.0.2.128/25, 192.0.2.127, false",
        "192.0.2.1, 192.0.2.1, true",
        "192.0.2.1, 192.0.2.2, false",
        "0.0.0.0/0, 255.1.2.3, true",
        "0.0.0.0/0, ::1, false",
        "::/0, 1.2.3.4, false",
        "2001:db8::/33, 2001:db8:7fff::1, true",
        "2001:db8::/33, 2001:db8:8000::1, false",
        "::1, ::1, true",
    })
    void aNetworkHasTheAddressesThatBeginAsItDoes(String network, String address, boolean trusted) {
        assertThat(trusts(network, address)).isEqualTo(trusted);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost",
                "10.0.0.0/",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.1/8",
                "::/129",
                "/8",
                "10.0.0.0/8/8"
            })
    void refusesWhatIsNoNetwork(String text) {
        assertThatThrownBy(() -> ProxyProtocol.optionalFrom(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("network \"" + text + "\": expected ");
    }

    @Test
    void withoutNetworksEverybodyIsBelieved() {
        assertThat(ProxyProtocol.required().isTrusted(new InetSocketAddress("192.0.2.1", 1)))
                .isTrue();
        assertThat(ProxyProtocol.required().trusted()).isEmpty();
    }

    @Test
    void anEmptyListOfNetworksIsRefused() {
        assertThatThrownBy(ProxyProtocol::optionalFrom).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ProxyProtocol.required().withTrusted(List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whoeverReachesAUnixSocketIsBelieved() {
        assertThat(ProxyProtocol.optionalFrom("10.0.0.0/8").isTrusted(UnixDomainSocketAddress.of(Path.of("s"))))
                .isTrue();
    }

    @Test
    void anAddressThatIsNotResolvedIsNot() {
        assertThat(ProxyProtocol.optionalFrom("0.0.0.0/0").isTrusted(InetSocketAddress.createUnresolved("a", 1)))
                .isFalse();
    }
}
