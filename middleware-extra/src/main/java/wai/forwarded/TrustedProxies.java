package wai.forwarded;

import static java.util.Objects.requireNonNull;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import wai.field.AddressText;

/// The proxies whose word is believed: networks, and those who come over a Unix socket.
///
/// {@snippet file="wai/forwarded/Samples.java" region="trusted-proxies"}
///
/// A policy is made once and given to all who need one. IPv4 addresses inside of IPv6 (`::ffff:10.0.0.1`) are those
/// IPv4 addresses. Trust as few as possible: a client in a trusted network can claim to be anybody.
public final class TrustedProxies {
    private static final String UNIX = "unix";

    private final List<Network> networks;
    private final boolean unix;

    private TrustedProxies(List<Network> networks, boolean unix) {
        this.networks = networks;
        this.unix = unix;
    }

    /// Some proxies.
    ///
    /// @param networks each an address (`10.0.0.7`, `2001:db8::1`), a network (`10.0.0.0/8`, `fc00::/7`), or `unix` for
    ///     all that come over a Unix socket
    /// @return the policy
    /// @throws IllegalArgumentException when one is something else, a host name for example, or an address has bits
    ///     behind its network
    public static TrustedProxies of(String... networks) {
        requireNonNull(networks, "networks");
        return new TrustedProxies(
                Arrays.stream(networks)
                        .filter(network -> !network.equals(UNIX))
                        .map(Network::parse)
                        .toList(),
                Arrays.asList(networks).contains(UNIX));
    }

    /// The proxies on this machine: 127.0.0.0/8, ::1 and Unix sockets.
    ///
    /// @return the policy
    public static TrustedProxies onThisMachine() {
        return of("127.0.0.0/8", "::1", UNIX);
    }

    /// The proxies in private networks: this machine, 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, fc00::/7.
    ///
    /// @return the policy
    public static TrustedProxies inPrivateNetworks() {
        return of("127.0.0.0/8", "::1", UNIX, "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7");
    }

    /// Whether a peer is one of these.
    ///
    /// @param address its address
    /// @return false for an address that is not known
    public boolean includes(SocketAddress address) {
        return switch (address) {
            case InetSocketAddress inet -> inet.getAddress() != null && includes(inet.getAddress());
            case UnixDomainSocketAddress _ -> unix;
            default -> false;
        };
    }

    /// Whether an address is one of these.
    ///
    /// @param address the address
    /// @return true when it is in one of the networks
    public boolean includes(InetAddress address) {
        var bytes = address.getAddress();
        for (var network : networks) {
            if (network.includes(bytes)) {
                return true;
            }
        }
        return false;
    }

    /// The networks.
    @Override
    public String toString() {
        var shown = networks.stream().map(Network::toString);
        return "TrustedProxies" + (unix ? Stream.concat(shown, Stream.of(UNIX)) : shown).toList();
    }

    /// Addresses that begin alike.
    private static final class Network {
        private final byte[] address;
        private final int bits;
        private final String text;

        private Network(InetAddress address, int bits) {
            this.address = address.getAddress();
            this.bits = bits;
            this.text = address.getHostAddress() + "/" + bits;
        }

        static Network parse(String text) {
            int slash = text.indexOf('/');
            var address = AddressText.parse(slash < 0 ? text : text.substring(0, slash));
            int most = address == null ? 0 : address.getAddress().length * 8;
            int bits = slash < 0 ? most : number(text.substring(slash + 1));
            if (address == null || bits < 0 || bits > most) {
                throw new IllegalArgumentException(
                        "proxy \"" + text + "\": expected an address, a network like 10.0.0.0/8, or unix");
            }
            if (!isZeroBehind(address.getAddress(), bits)) {
                throw new IllegalArgumentException(
                        "proxy \"" + text + "\": expected an address without bits behind the first " + bits);
            }
            return new Network(address, bits);
        }

        boolean includes(byte[] other) {
            if (other.length != address.length) {
                return false;
            }
            int whole = bits / 8;
            for (int i = 0; i < whole; i++) {
                if (other[i] != address[i]) {
                    return false;
                }
            }
            int rest = bits % 8;
            return rest == 0 || ((other[whole] ^ address[whole]) & 0xff) >> (8 - rest) == 0;
        }

        private static boolean isZeroBehind(byte[] address, int bits) {
            for (int bit = bits; bit < address.length * 8; bit++) {
                if (bit(address, bit) != 0) {
                    return false;
                }
            }
            return true;
        }

        private static int bit(byte[] address, int bit) {
            return address[bit / 8] >> (7 - bit % 8) & 1;
        }

        private static int number(String text) {
            boolean digits =
                    !text.isEmpty() && text.length() <= 3 && text.chars().allMatch(c -> c >= '0' && c <= '9');
            return digits ? Integer.parseInt(text) : -1;
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
