package wai.warp.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Every setting of a listener: its default, its range, and that it leaves the others alone.
class ListenerTest {
    private static final Listener TCP = Listener.tcp("localhost", 80);
    private static final Listener UNIX = Listener.unix(Path.of("s"));
    private static final Set<PosixFilePermission> OWNER =
            Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private static List<Object> values(Listener listener) {
        return List.of(
                listener.place(),
                listener.backlog(),
                listener.permissions(),
                listener.isPortShared(),
                listener.keepAlive(),
                listener.receiveBuffer(),
                listener.sendBuffer());
    }

    @Test
    void theDefaultsAreTheDocumentedOnes() {
        assertThat(values(TCP))
                .containsExactly(new Listener.Tcp("localhost", 80), 1024, Optional.empty(), false, false, 0, 0);
        assertThat(UNIX.place()).isEqualTo(new Listener.Unix(Path.of("s")));
        assertThat(Listener.tcp(80).place()).isEqualTo(new Listener.Tcp("*", 80));
        assertThat(Listener.inherited().place()).isEqualTo(new Listener.Inherited());
    }

    @Test
    void aGivenSocketIsKept() throws Exception {
        try (var channel = ServerSocketChannel.open()) {
            assertThat(Listener.of(channel).place()).isEqualTo(new Listener.Given(channel));
        }
    }

    static Stream<Arguments> changes() {
        return Stream.of(
                arguments("backlog", TCP, TCP.withBacklog(5), 1, 5),
                arguments("permissions", UNIX, UNIX.withPermissions(OWNER), 2, Optional.of(OWNER)),
                arguments("shared port", TCP, TCP.withSharedPort(), 3, true),
                arguments("keep alive", TCP, TCP.withKeepAlive(), 4, true),
                arguments("receive buffer", TCP, TCP.withReceiveBuffer(4096), 5, 4096),
                arguments("send buffer", TCP, TCP.withSendBuffer(4096), 6, 4096));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("changes")
    void changesOneValueAndKeepsTheOthers(String name, Listener before, Listener after, int index, Object value) {
        for (int i = 0; i < values(before).size(); i++) {
            assertThat(values(after).get(i))
                    .as(name)
                    .isEqualTo(i == index ? value : values(before).get(i));
        }
        assertThat(values(after).get(index)).isNotEqualTo(values(before).get(index));
    }

    @Test
    void laterChangesKeepEarlierOnes() {
        var all = TCP.withBacklog(5)
                .withSharedPort()
                .withKeepAlive()
                .withReceiveBuffer(1)
                .withSendBuffer(2)
                .withBacklog(6);

        assertThat(values(all))
                .containsExactly(new Listener.Tcp("localhost", 80), 6, Optional.empty(), true, true, 1, 2);
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                bad(() -> Listener.tcp(-1), "port -1: expected 0 to 65535"),
                bad(() -> Listener.tcp(65536), "port 65536: expected 0 to 65535"),
                bad(() -> Listener.tcp("", 1), "host is blank: expected a name, an address, or *"),
                bad(
                        () -> Listener.tcp("!6", 1),
                        "host !6: the JDK opens no socket for IPv6 alone on all addresses;"
                                + " give an IPv6 address, or a socket made elsewhere (Listener.inherited)"),
                bad(() -> TCP.withBacklog(0), "backlog 0: expected 1 or more"),
                bad(() -> TCP.withReceiveBuffer(-1), "receive buffer -1: expected 0 or more bytes"),
                bad(() -> TCP.withSendBuffer(-1), "send buffer -1: expected 0 or more bytes"),
                bad(
                        () -> TCP.withPermissions(OWNER),
                        "permissions of Tcp[host=localhost, port=80]: expected a Unix socket"),
                bad(UNIX::withSharedPort, "a shared port of Unix[path=s]: expected a TCP address"));
    }

    private static Arguments bad(Supplier<Object> made, String message) {
        return arguments(message, made);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void refusesWhatIsOutOfRange(String message, Supplier<Object> made) {
        assertThatThrownBy(made::get)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void takesTheEndsOfTheRange() {
        assertThat(Listener.tcp(0).place()).isEqualTo(new Listener.Tcp("*", 0));
        assertThat(Listener.tcp(65535).place()).isEqualTo(new Listener.Tcp("*", 65535));
        assertThat(TCP.withBacklog(1).backlog()).isEqualTo(1);
        assertThat(TCP.withReceiveBuffer(0).receiveBuffer()).isZero();
        assertThat(TCP.withSendBuffer(Integer.MAX_VALUE).sendBuffer()).isEqualTo(Integer.MAX_VALUE);
        assertThat(UNIX.withPermissions(Set.of()).permissions()).contains(Set.of());
    }

    @Test
    void theSimpleSettingsMakeOneListener() {
        var simple = WarpSettings.defaults().withHost("localhost").withPort(80).withBacklog(5);

        assertThat(simple.listeners()).singleElement().satisfies(listener -> assertThat(values(listener))
                .isEqualTo(values(TCP.withBacklog(5))));
        assertThat(simple.withUnixSocket(Path.of("s")).listeners())
                .singleElement()
                .satisfies(listener -> assertThat(values(listener)).isEqualTo(values(UNIX.withBacklog(5))));
    }

    @Test
    void theLastOfTheSimpleSettingsAndListenersCounts() {
        var several = List.of(TCP, UNIX);
        var settings = WarpSettings.defaults().withPort(1).withListeners(several);

        assertThat(settings.listeners()).isEqualTo(several);
        assertThat(settings.withServerName("x").withBacklog(5).listeners()).isEqualTo(several);
        assertThat(settings.withPort(2).listeners())
                .singleElement()
                .extracting(Listener::place)
                .isEqualTo(new Listener.Tcp("*", 2));
        assertThat(settings.withHost("localhost").listeners())
                .singleElement()
                .extracting(Listener::place)
                .isEqualTo(new Listener.Tcp("localhost", 1));
        assertThat(settings.withUnixSocket(Path.of("s")).listeners())
                .singleElement()
                .extracting(Listener::place)
                .isEqualTo(UNIX.place());
    }

    @Test
    void refusesToListenNowhere() {
        assertThatThrownBy(() -> WarpSettings.defaults().withListeners(List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no listeners: expected one or more");
    }
}
