package wai.cgi.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
    private static final ServerSettings SERVER = ServerSettings.defaults();
    private static final CgiSettings REQUESTS = CgiSettings.defaults();
    private static final Timeouts TIMEOUTS = Timeouts.defaults();

    @Test
    void haveTheDefaultsThatTheyName() {
        assertThat(SERVER.connections()).isEqualTo(1024);
        assertThat(SERVER.headBytes()).isEqualTo(64 * 1024);
        assertThat(SERVER.variables()).isEqualTo(256);
        assertThat(SERVER.loops()).isZero();
        assertThat(SERVER.listeners()).singleElement().hasToString("127.0.0.1 port 0");
        assertThat(SERVER.listeners().getFirst().backlog()).isEqualTo(1024);
        assertThat(REQUESTS.mount()).isEmpty();
        assertThat(REQUESTS.bodyBytes()).isEqualTo(Long.MAX_VALUE);
        assertThat(TIMEOUTS.head()).hasSeconds(20);
        assertThat(TIMEOUTS.body()).hasSeconds(60);
        assertThat(TIMEOUTS.write()).hasSeconds(60);
        assertThat(TIMEOUTS.idle()).hasMinutes(2);
        assertThat(TIMEOUTS.stop()).hasSeconds(10);
    }

    @Test
    void takeValuesAtTheirLimitsAndNoneBeyond() {
        assertThat(SERVER.withConnections(1).connections()).isEqualTo(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SERVER.withConnections(0))
                .withMessage("connections 0: expected 1 or more");
        assertThat(SERVER.withHeadBytes(64).headBytes()).isEqualTo(64);
        assertThat(SERVER.withHeadBytes(256 << 20).headBytes()).isEqualTo(256 << 20);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SERVER.withHeadBytes(63))
                .withMessage("head bytes 63: expected 64 to 268435456");
        assertThatIllegalArgumentException().isThrownBy(() -> SERVER.withHeadBytes((256 << 20) + 1));
        assertThat(SERVER.withVariables(1).variables()).isEqualTo(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SERVER.withVariables(0))
                .withMessage("variables 0: expected 1 to 268435456");
        assertThat(SERVER.withLoops(0).loops()).isZero();
        assertThat(SERVER.withLoops(1024).loops()).isEqualTo(1024);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SERVER.withLoops(-1))
                .withMessage("loops -1: expected 0 to 1024");
        assertThatIllegalArgumentException().isThrownBy(() -> SERVER.withLoops(1025));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SERVER.withListeners(List.of()))
                .withMessage("no listener: expected one or more");
        assertThat(REQUESTS.withBodyBytes(0).bodyBytes()).isZero();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> REQUESTS.withBodyBytes(-1))
                .withMessage("body bytes -1: expected 0 or more");
    }

    @Test
    void takeTimeOutsOfMoreThanNothingAndAGraceOfNothing() {
        assertThat(TIMEOUTS.withHead(Duration.ofNanos(1)).head()).hasNanos(1);
        assertThat(TIMEOUTS.withBody(Timeouts.NEVER).body()).isEqualTo(Timeouts.NEVER);
        assertThat(TIMEOUTS.withStop(Duration.ZERO).stop()).isZero();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TIMEOUTS.withHead(Duration.ZERO))
                .withMessage("head time-out PT0S: expected more than zero, or Timeouts.NEVER");
        assertThatIllegalArgumentException().isThrownBy(() -> TIMEOUTS.withBody(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> TIMEOUTS.withWrite(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> TIMEOUTS.withIdle(Duration.ofSeconds(-1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TIMEOUTS.withStop(Duration.ofSeconds(-1)))
                .withMessage("stop period PT-1S: expected zero or more");
    }

    @Test
    void keepTheMountWithoutASlashAtItsEnd() {
        assertThat(REQUESTS.withMount("/").mount()).contains("");
        assertThat(REQUESTS.withMount("/shop/").mount()).contains("/shop");
        assertThat(REQUESTS.withMount("/a%20b").mount()).contains("/a%20b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "shop", "/a b", "/a?b", "/a#b", "/\u00e4"})
    void takeNoMountThatIsNoPath(String path) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> REQUESTS.withMount(path))
                .withMessageStartingWith("mount \"" + path + "\": expected a percent-encoded path");
    }

    @Test
    void listenOnPortsAndSockets() {
        var unix = Listener.unix(Path.of("/run/app"));

        assertThat(unix.withPermissions(PosixFilePermissions.fromString("rw-------"))
                        .permissions())
                .isPresent();
        assertThat(unix).hasToString("the Unix socket /run/app");
        assertThat(Listener.tcp(65535).withBacklog(1).backlog()).isEqualTo(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Listener.tcp(65536))
                .withMessage("port 65536: expected 0 to 65535");
        assertThatIllegalArgumentException().isThrownBy(() -> Listener.tcp(-1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Listener.tcp(" ", 1))
                .withMessage("host is blank: expected a name or an address");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Listener.tcp(1).withBacklog(0))
                .withMessage("backlog 0: expected 1 or more");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Listener.tcp(1).withPermissions(PosixFilePermissions.fromString("rw-------")))
                .withMessageContaining("expected a Unix socket");
    }

    @ParameterizedTest
    @ValueSource(strings = {"files/", "/files", ""})
    void takeNoLocationWithoutSlashesAtBothEnds(String location) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SendFile.xAccelRedirect(Path.of("/srv"), location))
                .withMessageContaining("expected a path with / at both ends");
    }
}
