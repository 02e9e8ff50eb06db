package wai.forwarded;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import wai.field.AddressText;

class TrustedProxiesTest {
    private static InetAddress address(String text) {
        return requireNonNull(AddressText.parse(text));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "10.1.0.0, true",
        "10.1.255.255, true",
        "10.2.0.0, false",
        "10.0.255.255, false",
        "::ffff:10.1.2.3, true",
        "2001:db8::7, true",
        "2001:db8::8, false",
        "::a01:0, false"
    })
    void areNetworksAndAddresses(String address, boolean included) {
        var peer = new InetSocketAddress(address(address), 1);

        assertThat(Samples.trustedProxies().includes(peer)).isEqualTo(included);
    }

    @Test
    void mayComeOverAUnixSocket() {
        var peer = UnixDomainSocketAddress.of("/tmp/x");

        assertThat(Samples.trustedProxies().includes(peer)).isTrue();
        assertThat(TrustedProxies.of("127.0.0.1").includes(peer)).isFalse();
    }

    @Test
    void doNotIncludeAnAddressThatIsNotKnown() {
        assertThat(TrustedProxies.of("0.0.0.0/0", "::/0").includes(InetSocketAddress.createUnresolved("0.0.0.0", 0)))
                .isFalse();
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"127.0.0.1", "127.9.9.9", "::1"})
    void mayBeOnThisMachine(String address) {
        assertThat(TrustedProxies.onThisMachine().includes(address(address))).isTrue();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "172.16.0.0, true",
        "172.31.255.255, true",
        "172.32.0.0, false",
        "fdff::1, true",
        "fe00::1, false",
        "192.168.3.4, true"
    })
    void mayBeInPrivateNetworks(String address, boolean included) {
        assertThat(TrustedProxies.inPrivateNetworks().includes(address(address)))
                .isEqualTo(included);
    }

    @ParameterizedTest(name = "\"{0}\"")
    @ValueSource(
            strings = {
                "",
                "localhost",
                "10.0.0.0/33",
                "::/129",
                "10.0.0.0/",
                "10.0.0.0/-1",
                "10.0.0.0/8x",
                "10.0.0.1/8",
                "10.1/16",
                "010.0.0.1",
                "256.1.1.1",
                "1.2.3.4.5",
                "1.2.3",
                "1..2.3",
                "[::1]",
                "fe80::1%eth0",
                "/8"
            })
    void refuseWhatIsNoNetwork(String network) {
        assertThatThrownBy(() -> TrustedProxies.of(network)).hasMessageContaining("\"" + network + "\"");
    }
}
