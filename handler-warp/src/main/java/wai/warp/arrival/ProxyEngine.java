package wai.warp.arrival;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import wai.warp.settings.ProxyHeader;
import wai.warp.settings.ProxyProtocol.Mode;

/// Reads the PROXY header at the begin of a connection: bytes in, an event out, no I/O.
///
/// Both versions are told apart by their first bytes. Nothing is consumed before a header is whole, so the engine has
/// no state: it looks again at all bytes when more of them came, which are few.
///
/// ```text
///   PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n                 version 1, up to 107 bytes
///   \r\n\r\n\0\r\nQUIT\n  0x21  0x11  length  addresses  vectors     version 2, 16 bytes and its length
/// ```
///
/// (The PROXY protocol, versions 1 and 2, HAProxy Technologies, 2020-03-05; sections are those of that paper.)
final class ProxyEngine {
    /// The longest header of version 1, with its line end (§2.1).
    static final int LONGEST_1 = 107;
    /// The longest header of version 2 that is taken. The paper allows 64 KiB and asks for 536; a certificate of the
    /// client, the longest thing that balancers send, takes some 2 KiB.
    static final int LONGEST_2 = 16 * 1024;

    private static final byte[] BEGIN_1 = "PROXY ".getBytes(US_ASCII);
    private static final byte[] BEGIN_2 = {0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a};

    private final Mode mode;
    private final SocketAddress sender;

    /// @param mode whether there must be a header
    /// @param sender the other end of the socket
    ProxyEngine(Mode mode, SocketAddress sender) {
        this.mode = mode;
        this.sender = sender;
    }

    /// Looks at all bytes of the connection so far.
    ///
    /// @param input from position to limit; the position moves behind a whole header
    /// @throws ProxyFault when they are no header, or a malformed one
    ProxyEvent nextEvent(ByteBuffer input) throws ProxyFault {
        if (input.hasRemaining()) {
            if (begins(input, BEGIN_1)) {
                return input.remaining() < BEGIN_1.length ? ProxyEvent.Signal.NEED_INPUT : version1(input);
            }
            if (begins(input, BEGIN_2)) {
                return input.remaining() < ProxyVersion2.HEAD ? ProxyEvent.Signal.NEED_INPUT : version2(input);
            }
            if (mode == Mode.OPTIONAL) {
                return ProxyEvent.Signal.ABSENT;
            }
            throw new ProxyFault("no PROXY header but " + quoted(input, 12)
                    + ": expected \"PROXY \" or the signature of" + " version 2 (PROXY protocol §2)");
        }
        return ProxyEvent.Signal.NEED_INPUT;
    }

    /// The peer has closed its direction and the header is not whole.
    ///
    /// @param input what came
    /// @return that there is none, where there need not be one and nothing came
    /// @throws ProxyFault otherwise
    ProxyEvent endOfInput(ByteBuffer input) throws ProxyFault {
        if (mode == Mode.OPTIONAL && !input.hasRemaining()) {
            return ProxyEvent.Signal.ABSENT;
        }
        throw new ProxyFault("the connection ended after " + input.remaining() + " bytes of a PROXY header");
    }

    /// Whether the bytes are the begin of a signature, or begin with it.
    private static boolean begins(ByteBuffer input, byte[] signature) {
        int count = Math.min(input.remaining(), signature.length);
        for (int i = 0; i < count; i++) {
            if (input.get(input.position() + i) != signature[i]) {
                return false;
            }
        }
        return true;
    }

    private ProxyEvent version1(ByteBuffer input) throws ProxyFault {
        int start = input.position();
        int most = Math.min(input.remaining(), LONGEST_1);
        for (int i = 0; i < most; i++) {
            if (input.get(start + i) == '\n') {
                var line = new byte[i + 1];
                input.get(line);
                return new ProxyEvent.Header(ProxyVersion1.parse(new String(line, ISO_8859_1), sender));
            }
        }
        if (most == LONGEST_1) {
            throw new ProxyFault("PROXY header without line end in " + LONGEST_1
                    + " bytes: expected \\r\\n by then (PROXY protocol §2.1)");
        }
        return ProxyEvent.Signal.NEED_INPUT;
    }

    private ProxyEvent version2(ByteBuffer input) throws ProxyFault {
        int start = input.position();
        ProxyVersion2.checkCommand(input.get(start + BEGIN_2.length));
        int size = ProxyVersion2.HEAD + (input.getShort(start + BEGIN_2.length + 2) & 0xffff);
        if (size > LONGEST_2) {
            throw new ProxyFault("PROXY header of " + size + " bytes: at most " + LONGEST_2 + " are taken");
        }
        if (input.remaining() < size) {
            return ProxyEvent.Signal.NEED_INPUT;
        }
        var header = new byte[size];
        input.get(header);
        return new ProxyEvent.Header(new ProxyVersion2(header).parse(sender));
    }

    /// A header without anything to tell: the balancer speaks for itself, or does not know.
    static ProxyHeader withoutAddresses(int version, SocketAddress sender) {
        return new ProxyHeader(version, sender, Optional.empty(), Optional.empty(), List.of());
    }

    /// The first bytes, printable.
    private static String quoted(ByteBuffer input, int most) {
        var bytes = new byte[Math.min(most, input.remaining())];
        input.get(input.position(), bytes);
        return quoted(new String(bytes, ISO_8859_1));
    }

    /// A text from the peer, printable.
    static String quoted(String text) {
        var quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\r') {
                quoted.append("\\r");
            } else if (c == '\n') {
                quoted.append("\\n");
            } else if (c >= ' ' && c < 0x7f && c != '"' && c != '\\') {
                quoted.append(c);
            } else {
                quoted.append("\\x").append(Character.forDigit(c >> 4 & 15, 16)).append(Character.forDigit(c & 15, 16));
            }
        }
        return quoted.append('"').toString();
    }
}
