package wai.warp.arrival;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import wai.Bytes;
import wai.warp.settings.ProxyHeader;
import wai.warp.settings.ProxyHeader.Extension;
import wai.warp.settings.ProxyProtocol.Mode;
import wai.warp.settings.ProxyTls;

/// Both versions of the PROXY header, whole, cut and malformed.
class ProxyEngineTest {
    private static final SocketAddress SENDER = InetSocketAddress.createUnresolved("balancer", 1);
    private static final String SIGNATURE = "\r\n\r\n\0\r\nQUIT\n";
    /// 192.0.2.1:56324 to 192.0.2.2:443.
    private static final String ADDRESSES = "\300\0\2\1\300\0\2\2\334\4\1\273";

    private static ByteBuffer buffer(String latin1) {
        return ByteBuffer.wrap(latin1.getBytes(ISO_8859_1));
    }

    private static ProxyHeader parse(String bytes) throws ProxyFault {
        var input = buffer(bytes + "GET");
        var event = new ProxyEngine(Mode.REQUIRED, SENDER).nextEvent(input);

        assertThat(event).isInstanceOf(ProxyEvent.Header.class);
        assertThat(input.remaining()).as("what is behind the header is left").isEqualTo(3);
        return ((ProxyEvent.Header) event).header();
    }

    private static InetSocketAddress address(String literal, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(literal), port);
    }

    /// A header of version 2.
    private static String version2(int command, int family, String rest) {
        return SIGNATURE
                + (char) command
                + (char) family
                + (char) (rest.length() >> 8)
                + (char) (rest.length() & 255)
                + rest;
    }

    private static String vector(int type, String value) {
        return "" + (char) type + (char) (value.length() >> 8) + (char) (value.length() & 255) + value;
    }

    /// A header with a check sum behind its other vectors.
    private static String summed(String vectors) {
        var zero = version2(0x21, 0x11, ADDRESSES + vectors + vector(3, "\0\0\0\0"));
        var sum = new CRC32C();
        sum.update(zero.getBytes(ISO_8859_1));
        var four =
                new String(ByteBuffer.allocate(4).putInt((int) sum.getValue()).array(), ISO_8859_1);
        return zero.substring(0, zero.length() - 4) + four;
    }

    // ------------------------------------------------------------------------------------------ version 1

    static Stream<Arguments> lines() {
        return Stream.of(
                arguments("PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n", address("192.0.2.1", 56324), "192.0.2.2"),
                arguments("PROXY TCP4 0.0.0.0 255.255.255.255 0 65535\r\n", address("0.0.0.0", 0), "255.255.255.255"),
                arguments("PROXY TCP6 2001:db8::1 ::1 1 2\r\n", address("2001:db8::1", 1), "::1"),
                arguments("PROXY TCP6 ::ffff:192.0.2.1 ::1 1 2\r\n", address("192.0.2.1", 1), "::1"),
                arguments(
                        "PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"
                                + " 65535 65535\r\n",
                        address("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 65535),
                        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lines")
    void readsALineOfVersion1(String line, SocketAddress source, String destination) throws Exception {
        var header = parse(line);

        assertThat(header.version()).isEqualTo(1);
        assertThat(header.sender()).isEqualTo(SENDER);
        assertThat(header.source()).contains(source);
        assertThat(header.destination())
                .map(address -> ((InetSocketAddress) address).getAddress())
                .contains(InetAddress.ofLiteral(destination));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY UNKNOWN\r\n",
                "PROXY UNKNOWN whatever it says\r\n",
                "PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"
                        + " 65535 65535\r\n" // the longest line there is
            })
    void ofAnUnknownClientNothingIsKnown(String line) throws Exception {
        assertThat(parse(line).source()).isEmpty();
        assertThat(parse(line).destination()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\n",
                "PROXY TCP5 192.0.2.1 192.0.2.2 56324 443\r\n",
                "PROXY tcp4 192.0.2.1 192.0.2.2 56324 443\r\n",
                "PROXY  TCP4 192.0.2.1 192.0.2.2 56324 443\r\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2 56324\r\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2 56324 443 \r\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2 56324 65536\r\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2 56324 0443\r\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2 -1 443\r\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2 +1 443\r\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2  443\r\n",
                "PROXY TCP4 192.0.2 192.0.2.2 56324 443\r\n",
                "PROXY TCP4 192.0.2.256 192.0.2.2 56324 443\r\n",
                "PROXY TCP4 192.0.2.01 192.0.2.2 56324 443\r\n",
                "PROXY TCP4 ::1 ::1 56324 443\r\n",
                "PROXY TCP4 localhost 192.0.2.2 56324 443\r\n",
                "PROXY TCP6 192.0.2.1 192.0.2.2 56324 443\r\n",
                "PROXY TCP6 fe80::1%lo ::1 56324 443\r\n",
                "PROXY TCP6 [::1] ::1 56324 443\r\n",
                "PROXY TCP6 1:2:3 ::1 56324 443\r\n",
                "PROXY TCP6 12345::1 ::1 56324 443\r\n",
                "PROXY \r\n"
            })
    void refusesALineThatIsNotAsItMustBe(String line) {
        assertThatThrownBy(() -> parse(line))
                .isInstanceOf(ProxyFault.class)
                .hasMessageStartingWith("PROXY header \"PROXY ")
                .hasMessageEndingWith("(PROXY protocol §2.1)");
    }

    @Test
    void refusesALineThatIsTooLong() throws Exception {
        var longest = "PROXY UNKNOWN" + "x".repeat(ProxyEngine.LONGEST_1 - 13);
        assertThat(parse("PROXY UNKNOWN " + "x".repeat(ProxyEngine.LONGEST_1 - 16) + "\r\n")
                        .version())
                .isEqualTo(1);

        assertThat(new ProxyEngine(Mode.REQUIRED, SENDER).nextEvent(buffer(longest.substring(0, 106))))
                .isEqualTo(ProxyEvent.Signal.NEED_INPUT);
        assertThatThrownBy(() -> new ProxyEngine(Mode.REQUIRED, SENDER).nextEvent(buffer(longest)))
                .isInstanceOf(ProxyFault.class)
                .hasMessageContaining("without line end in 107 bytes");
    }

    // ------------------------------------------------------------------------------------------ version 2

    @Test
    void readsAddressesOfVersion2() throws Exception {
        var header = parse(version2(0x21, 0x11, ADDRESSES));

        assertThat(header.version()).isEqualTo(2);
        assertThat(header.source()).contains(address("192.0.2.1", 56324));
        assertThat(header.destination()).contains(address("192.0.2.2", 443));
        assertThat(header.extensions()).isEmpty();
    }

    @Test
    void readsIpv6Addresses() throws Exception {
        var one = "\40\1\15\270" + "\0".repeat(11) + "\1";

        var header = parse(version2(0x21, 0x21, one + "\0".repeat(15) + "\1" + "\334\4\1\273"));

        assertThat(header.source()).contains(address("2001:db8::1", 56324));
        assertThat(header.destination()).contains(address("::1", 443));
    }

    @Test
    void readsPathsOfUnixSockets() throws Exception {
        var header = parse(version2(0x21, 0x31, "/run/a" + "\0".repeat(102) + "x".repeat(108)));

        assertThat(header.source()).contains(UnixDomainSocketAddress.of("/run/a"));
        assertThat(header.destination()).contains(UnixDomainSocketAddress.of(Path.of("x".repeat(108))));
    }

    static Stream<Arguments> withoutAddresses() {
        return Stream.of(
                arguments("LOCAL", version2(0x20, 0x00, "")),
                arguments("LOCAL with addresses", version2(0x20, 0x11, ADDRESSES)),
                arguments("LOCAL with anything", version2(0x20, 0xff, "abc")),
                arguments("no family", version2(0x21, 0x00, "")),
                arguments("no family, and what nobody knows", version2(0x21, 0x00, "abc")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("withoutAddresses")
    void whereNothingIsSaidOfTheClientNothingIsKnown(String name, String bytes) throws Exception {
        assertThat(parse(bytes)).isEqualTo(new ProxyHeader(2, SENDER, Optional.empty(), Optional.empty(), List.of()));
    }

    @Test
    void readsVectors() throws Exception {
        var tls = "\7\0\0\0\0" + vector(0x21, "TLSv1.3") + vector(0x22, "ann") + vector(0x23, "AES");
        var vectors = vector(1, "h2")
                + vector(2, "www.example.org")
                + vector(4, "\0\0\0")
                + vector(5, "id-1")
                + vector(0x20, tls)
                + vector(0xEA, "\1vpce");

        var header = parse(summed(vectors));

        assertThat(header.applicationProtocol()).contains("h2");
        assertThat(header.authority()).contains("www.example.org");
        assertThat(header.uniqueId()).contains(Bytes.utf8("id-1"));
        assertThat(header.extension(0xEA)).contains(Bytes.utf8("\1vpce"));
        assertThat(header.extensions()).extracting(Extension::type).containsExactly(1, 2, 5, 0x20, 0xEA);
        var said = header.tls().orElseThrow();
        assertThat(said.isUsed()).isTrue();
        assertThat(said.isVerified()).isTrue();
        assertThat(said.version()).contains("TLSv1.3");
        assertThat(said.commonName()).contains("ann");
        assertThat(said.cipher()).contains("AES");
        assertThat(said.certificate()).isEmpty();
    }

    @ParameterizedTest(name = "client {0}, verify {1}")
    @CsvSource({"0, 0, false, false", "1, 0, true, false", "3, 0, true, true", "5, 0, true, true", "7, 1, true, false"})
    void tellsWhetherTlsWasUsedAndTheClientVerified(int client, int verify, boolean used, boolean verified)
            throws Exception {
        var value = (char) client + "\0\0\0" + (char) verify;

        var header = parse(version2(0x21, 0x11, ADDRESSES + vector(0x20, value)));

        assertThat(header.tls()).contains(new ProxyTls(used, verified, List.of()));
    }

    static Stream<Arguments> malformed() {
        var sum = summed("");
        return Stream.of(
                arguments("version 1 in binary", version2(0x11, 0x11, ADDRESSES), "version 1"),
                arguments("version 3", version2(0x31, 0x11, ADDRESSES), "version 3"),
                arguments("an unknown command", version2(0x22, 0x11, ADDRESSES), "command 2"),
                arguments("UDP", version2(0x21, 0x12, ADDRESSES), "0x12"),
                arguments("an unknown family", version2(0x21, 0x41, ADDRESSES), "0x41"),
                arguments("no room for IPv4", version2(0x21, 0x11, ADDRESSES.substring(1)), "do not fit"),
                arguments("no room for IPv6", version2(0x21, 0x21, "x".repeat(35)), "do not fit"),
                arguments("no room for paths", version2(0x21, 0x31, "x".repeat(215)), "do not fit"),
                arguments("half a vector", version2(0x21, 0x11, ADDRESSES + "\1\0"), "goes past the end"),
                arguments("a vector that lies", version2(0x21, 0x11, ADDRESSES + "\1\0\3h2"), "goes past the end"),
                arguments("a wrong sum", sum.substring(0, sum.length() - 1) + "!", "check sum"),
                arguments("a short sum", version2(0x21, 0x11, ADDRESSES + vector(3, "abc")), "of 3 bytes"),
                arguments("a line in ALPN", version2(0x21, 0x11, ADDRESSES + vector(1, "h2\r\n")), "control"),
                arguments("a line in a name", version2(0x21, 0x11, ADDRESSES + vector(2, "a\nb")), "control"),
                arguments("a long id", version2(0x21, 0x11, ADDRESSES + vector(5, "x".repeat(129))), "129"),
                arguments("short TLS", version2(0x21, 0x11, ADDRESSES + vector(0x20, "\1\0\0\0")), "TLS"),
                arguments("TLS that lies", version2(0x21, 0x11, ADDRESSES + vector(0x20, "\1\0\0\0\0\41\0\1")), "TLS"),
                arguments("HTTP", "GET / HTTP/1.1\r\n", "expected \"PROXY \""),
                arguments("nearly version 1", "PROXYTCP4", "expected \"PROXY \""),
                arguments("nearly version 2", "\r\n\r\n\0\r\nQUIR", "\\r\\n\\r\\n\\x00\\r\\nQUIR"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformed")
    void refusesWhatIsMalformed(String name, String bytes, String message) {
        assertThatThrownBy(() -> new ProxyEngine(Mode.REQUIRED, SENDER).nextEvent(buffer(bytes)))
                .isInstanceOf(ProxyFault.class)
                .hasMessageContaining(message);
    }

    @Test
    void theLongestHeaderIsTakenAndOneByteMoreIsNot() throws Exception {
        var most = version2(0x21, 0x11, ADDRESSES + vector(0xE0, "x".repeat(ProxyEngine.LONGEST_2 - 16 - 12 - 3)));

        assertThat(most).hasSize(ProxyEngine.LONGEST_2);
        assertThat(parse(most).extensions()).hasSize(1);
        assertThatThrownBy(() -> parse(version2(
                        0x21, 0x11, ADDRESSES + vector(0xE0, "x".repeat(ProxyEngine.LONGEST_2 - 16 - 12 - 2)))))
                .hasMessageContaining("at most 16384");
    }

    @Test
    void anIdOf128BytesIsTaken() throws Exception {
        assertThat(parse(version2(0x21, 0x11, ADDRESSES + vector(5, "x".repeat(128))))
                        .uniqueId())
                .isPresent();
    }

    // ------------------------------------------------------------------------------------------ cut, absent, ended

    static Stream<String> headers() {
        return Stream.of(
                "PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n",
                version2(0x21, 0x11, ADDRESSES + vector(1, "h2")),
                version2(0x20, 0x00, ""));
    }

    @ParameterizedTest
    @MethodSource("headers")
    void everyBeginOfAHeaderWaitsForMoreAndIsLeft(String header) throws Exception {
        for (var mode : Mode.values()) {
            for (int i = 0; i < header.length(); i++) {
                var input = buffer(header.substring(0, i));

                assertThat(new ProxyEngine(mode, SENDER).nextEvent(input)).isEqualTo(ProxyEvent.Signal.NEED_INPUT);
                assertThat(input.remaining()).isEqualTo(i);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"G", "GET / HTTP/1.1\r\n", "\r\nGET", "\r\n\r\n\0\r\nQUIZ", "PRI * HTTP/2.0", "\26\3\1"})
    void whereAHeaderIsOptionalOtherBytesAreLeft(String bytes) throws Exception {
        var input = buffer(bytes);

        assertThat(new ProxyEngine(Mode.OPTIONAL, SENDER).nextEvent(input)).isEqualTo(ProxyEvent.Signal.ABSENT);
        assertThat(input.remaining()).isEqualTo(bytes.length());
    }

    @Test
    void anEndInsideAHeaderIsAFault() throws Exception {
        assertThat(new ProxyEngine(Mode.OPTIONAL, SENDER).endOfInput(buffer("")))
                .isEqualTo(ProxyEvent.Signal.ABSENT);

        assertThatThrownBy(() -> new ProxyEngine(Mode.OPTIONAL, SENDER).endOfInput(buffer("PRO")))
                .hasMessageContaining("after 3 bytes");
        assertThatThrownBy(() -> new ProxyEngine(Mode.REQUIRED, SENDER).endOfInput(buffer("")))
                .hasMessageContaining("after 0 bytes");
    }

    @Test
    void anyBytesAreAnEventOrAFault() {
        long seed = Long.getLong("seed", System.nanoTime());
        var random = new Random(seed);
        var starts = headers().map(text -> text.getBytes(ISO_8859_1)).toList();
        for (int i = 0; i < 20_000; i++) {
            var bytes = new ByteArrayOutputStream();
            bytes.writeBytes(starts.get(random.nextInt(starts.size())));
            bytes.writeBytes("\r\n \0".getBytes(US_ASCII));
            var mutated = bytes.toByteArray();
            for (int changes = random.nextInt(4); changes > 0; changes--) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
            }
            try {
                var event = new ProxyEngine(Mode.REQUIRED, SENDER).nextEvent(ByteBuffer.wrap(mutated));
                if (event instanceof ProxyEvent.Header(ProxyHeader header)) {
                    header.tls().ifPresent(tls -> assertThat(tls.certificate()).isNotNull());
                }
            } catch (ProxyFault fault) {
                assertThat(fault.getMessage()).as("-Dseed=%d", seed).contains("PROXY");
            }
        }
    }
}
