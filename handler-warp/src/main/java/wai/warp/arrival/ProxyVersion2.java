package wai.warp.arrival;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.file.InvalidPathException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import wai.Bytes;
import wai.warp.settings.ProxyHeader;
import wai.warp.settings.ProxyHeader.Extension;

/// A whole header of version 2 of the PROXY protocol (§2.2): addresses, and vectors of type, length and value.
final class ProxyVersion2 {
    /// Signature, command, family and length.
    static final int HEAD = 16;

    private static final int COMMAND = 12;
    private static final int FAMILY = 13;
    private static final int VERSION = 0x20;
    private static final int LOCAL = 0x20;
    private static final int PROXY = 0x21;
    private static final int UNIX_PATH = 108;

    private static final int ALPN = 0x01;
    private static final int AUTHORITY = 0x02;
    private static final int CHECKSUM = 0x03;
    private static final int PADDING = 0x04;
    private static final int UNIQUE_ID = 0x05;
    private static final int LONGEST_UNIQUE_ID = 128;
    private static final int TLS = 0x20;
    private static final int TLS_HEAD = 5;

    private final byte[] header;
    private final ByteBuffer bytes;

    /// @param header all of it
    ProxyVersion2(byte[] header) {
        this.header = header;
        this.bytes = ByteBuffer.wrap(header).position(HEAD);
    }

    /// Refuses another version, and commands that there are not, before the rest has come.
    static void checkCommand(byte command) throws ProxyFault {
        if ((command & 0xf0) != VERSION) {
            throw new ProxyFault(
                    "PROXY header of version " + (command >> 4 & 15) + ": expected 2 (PROXY protocol §2.2)");
        }
        if (command != LOCAL && command != PROXY) {
            throw new ProxyFault(
                    "PROXY command " + (command & 15) + ": expected 0 (LOCAL) or 1 (PROXY) (PROXY protocol §2.2)");
        }
    }

    ProxyHeader parse(SocketAddress sender) throws ProxyFault {
        int family = header[FAMILY] & 0xff;
        if (header[COMMAND] == LOCAL || family == 0x00) {
            return ProxyEngine.withoutAddresses(2, sender); // whatever follows is to be ignored
        }
        Optional<SocketAddress> source;
        Optional<SocketAddress> destination;
        switch (family) {
            case 0x11, 0x21 -> {
                var from = address(family == 0x11 ? 4 : 16);
                var to = address(family == 0x11 ? 4 : 16);
                source = Optional.of(new InetSocketAddress(from, port()));
                destination = Optional.of(new InetSocketAddress(to, port()));
            }
            case 0x31 -> {
                source = Optional.of(path());
                destination = Optional.of(path());
            }
            default ->
                throw new ProxyFault("PROXY family and transport 0x" + Integer.toHexString(family)
                        + ": expected 0x00, 0x11, 0x21 or 0x31, those of byte streams (PROXY protocol §2.2)");
        }
        return new ProxyHeader(2, sender, source, destination, vectors());
    }

    private InetAddress address(int size) throws ProxyFault {
        try {
            return InetAddress.getByAddress(take(size));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of " + size + " bytes", e);
        }
    }

    private int port() throws ProxyFault {
        var port = take(2);
        return (port[0] & 0xff) << 8 | (port[1] & 0xff);
    }

    /// A path of a Unix socket; the empty one for what has none, or one that is no path here.
    private UnixDomainSocketAddress path() throws ProxyFault {
        var path = take(UNIX_PATH);
        int end = 0;
        while (end < path.length && path[end] != 0) {
            end++;
        }
        try {
            return UnixDomainSocketAddress.of(new String(path, 0, end, UTF_8));
        } catch (InvalidPathException _) {
            return UnixDomainSocketAddress.of("");
        }
    }

    private byte[] take(int count) throws ProxyFault {
        if (bytes.remaining() < count) {
            throw new ProxyFault(
                    "PROXY header of " + header.length + " bytes: its addresses do not fit" + " (PROXY protocol §2.2)");
        }
        var taken = new byte[count];
        bytes.get(taken);
        return taken;
    }

    private List<Extension> vectors() throws ProxyFault {
        var extensions = new ArrayList<Extension>();
        while (bytes.hasRemaining()) {
            int start = bytes.position();
            if (bytes.remaining() < 3 || (bytes.getShort(start + 1) & 0xffff) > bytes.remaining() - 3) {
                throw new ProxyFault(
                        "PROXY header: the vector at byte " + start + " goes past the end" + " (PROXY protocol §2.2)");
            }
            int type = bytes.get() & 0xff;
            var value = new byte[bytes.getShort() & 0xffff];
            bytes.get(value);
            switch (type) {
                case CHECKSUM -> checkSum(start + 3, value.length);
                case PADDING -> {}
                default -> {
                    check(type, value);
                    extensions.add(new Extension(type, Bytes.of(value)));
                }
            }
        }
        return extensions;
    }

    /// The sum covers the whole header, with zeros in its own place (§2.2.3).
    private void checkSum(int position, int size) throws ProxyFault {
        if (size != 4) {
            throw new ProxyFault("PROXY check sum of " + size + " bytes: expected 4 (PROXY protocol §2.2.3)");
        }
        int said = ByteBuffer.wrap(header).getInt(position);
        var sum = new CRC32C();
        sum.update(header, 0, position);
        sum.update(new byte[4]);
        sum.update(header, position + 4, header.length - position - 4);
        if ((int) sum.getValue() != said) {
            throw new ProxyFault("PROXY check sum " + Integer.toHexString(said) + ": expected "
                    + Long.toHexString(sum.getValue()) + " (PROXY protocol §2.2.3)");
        }
    }

    /// What is used as text or taken apart later must be fit for that.
    private static void check(int type, byte[] value) throws ProxyFault {
        switch (type) {
            case ALPN, AUTHORITY -> {
                for (byte octet : value) {
                    if ((octet >= 0 && octet <= ' ') || octet == 0x7f) {
                        throw new ProxyFault("PROXY " + (type == ALPN ? "ALPN" : "authority")
                                + " with a control character: expected a name (PROXY protocol §2.2)");
                    }
                }
            }
            case UNIQUE_ID -> {
                if (value.length > LONGEST_UNIQUE_ID) {
                    throw new ProxyFault("PROXY unique id of " + value.length + " bytes: expected at most "
                            + LONGEST_UNIQUE_ID + " (PROXY protocol §2.2.5)");
                }
            }
            case TLS -> checkTls(value);
            default -> {} // a vendor's
        }
    }

    private static void checkTls(byte[] value) throws ProxyFault {
        int position = TLS_HEAD;
        while (position + 3 <= value.length) {
            position += 3 + ((value[position + 1] & 0xff) << 8 | (value[position + 2] & 0xff));
        }
        if (position != value.length) {
            throw new ProxyFault("PROXY TLS vector of " + value.length
                    + " bytes: the vectors inside do not fit (PROXY protocol §2.2.6)");
        }
    }
}
