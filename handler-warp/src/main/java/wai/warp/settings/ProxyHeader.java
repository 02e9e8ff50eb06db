package wai.warp.settings;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.SocketAddress;
import java.util.List;
import java.util.Optional;
import wai.Bytes;

/// What a PROXY header said.
///
/// @param version 1 or 2
/// @param sender the other end of the socket: the balancer
/// @param source the client's address; empty when the balancer speaks for itself (a health check) or does not know
/// @param destination the address that the client reached; empty when the source is
/// @param extensions what else it said, in its order, without padding and check sum; only version 2 has any
public record ProxyHeader(
        int version,
        SocketAddress sender,
        Optional<SocketAddress> source,
        Optional<SocketAddress> destination,
        List<Extension> extensions) {
    private static final int ALPN = 0x01;
    private static final int AUTHORITY = 0x02;
    private static final int UNIQUE_ID = 0x05;
    private static final int TLS = 0x20;

    /// Something that the header said besides the addresses (a type-length-value vector).
    ///
    /// @param type 0 to 255: the number that the PROXY protocol, or a vendor, gave it
    /// @param value its bytes
    public record Extension(int type, Bytes value) {}

    /// Copies the list.
    public ProxyHeader {
        extensions = List.copyOf(extensions);
    }

    /// The first extension of a type, as vendors have (Amazon's 0xEA, the id of an endpoint).
    ///
    /// @param type 0 to 255
    /// @return its bytes; empty when there is none
    public Optional<Bytes> extension(int type) {
        return extensions.stream()
                .filter(extension -> extension.type() == type)
                .map(Extension::value)
                .findFirst();
    }

    /// The protocol that the balancer and the client agreed on by ALPN (type 0x01).
    ///
    /// @return its name, as `h2`; empty when it was not said
    public Optional<String> applicationProtocol() {
        return extension(ALPN).map(ProxyHeader::text);
    }

    /// The server name that the client asked the balancer for (type 0x02).
    ///
    /// @return the name; empty when it was not said
    public Optional<String> authority() {
        return extension(AUTHORITY).map(ProxyHeader::text);
    }

    /// The name that the balancer gave the connection (type 0x05).
    ///
    /// @return up to 128 bytes; empty when it was not said
    public Optional<Bytes> uniqueId() {
        return extension(UNIQUE_ID);
    }

    /// What the balancer said of TLS between the client and itself (type 0x20).
    ///
    /// @return what it said; empty when it said nothing
    public Optional<ProxyTls> tls() {
        return extension(TLS).map(ProxyTls::of);
    }

    private static String text(Bytes bytes) {
        return new String(bytes.toByteArray(), UTF_8);
    }
}
