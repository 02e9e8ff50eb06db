package wai.warp.settings;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Every setting: its default, its range, and that it leaves the others alone. What it does is shown by the tests of
/// the server.
class SettingsTest {
    private static final int MOST = 268_435_456;

    // ------------------------------------------------------------------------------------------ defaults

    @Test
    void theDefaultsAreTheDocumentedOnes() {
        assertThat(values(WarpSettings.defaults())).containsExactly("*", 3000, "none", 1024, "Warp");
        assertThat(values(Timeouts.defaults()))
                .containsExactly(
                        ofSeconds(20),
                        ofSeconds(30),
                        ofSeconds(30),
                        ofSeconds(60),
                        ofSeconds(2),
                        Timeouts.NEVER,
                        ZERO,
                        ofSeconds(10),
                        240L);
        assertThat(values(Limits.defaults()))
                .containsExactly(8 * 1024, 64 * 1024, 128, Long.MAX_VALUE, 64L * 1024, 20_000, Long.MAX_VALUE);
        assertThat(values(FileCaching.defaults()))
                .containsExactly(ofSeconds(1), 4096, 256, 32 * 1024, 16L * 1024 * 1024);
        assertThat(FileCaching.off().interval()).isEqualTo(ZERO);
        assertThat(values(Threads.defaults()))
                .containsExactly(Threads.Mode.AUTO, 1, Runtime.getRuntime().availableProcessors(), 256);
    }

    private static List<Object> values(WarpSettings settings) {
        return List.of(
                settings.host(),
                settings.port(),
                settings.unixSocket().map(Path::toString).orElse("none"),
                settings.backlog(),
                settings.serverName());
    }

    private static List<Object> values(Timeouts timeouts) {
        return List.of(
                timeouts.header(),
                timeouts.body(),
                timeouts.write(),
                timeouts.idle(),
                timeouts.linger(),
                timeouts.connectionAge(),
                timeouts.notice(),
                timeouts.stop(),
                timeouts.minimumRate());
    }

    private static List<Object> values(Limits limits) {
        return List.of(
                limits.targetBytes(),
                limits.headBytes(),
                limits.fields(),
                limits.bodyBytes(),
                limits.drainBytes(),
                limits.connections(),
                limits.requestsPerConnection());
    }

    private static List<Object> values(FileCaching caching) {
        return List.of(
                caching.interval(),
                caching.files(),
                caching.descriptors(),
                caching.smallFileBytes(),
                caching.memoryBytes());
    }

    private static List<Object> values(Threads threads) {
        return List.of(threads.mode(), threads.pollers(), threads.loops(), threads.spares());
    }

    // ------------------------------------------------------------------------------------------ one at a time

    static Stream<Arguments> timeouts() {
        var limit = ofSeconds(5);
        return Stream.of(
                timeout("header", 0, limit, timeouts -> timeouts.withHeader(limit)),
                timeout("body", 1, limit, timeouts -> timeouts.withBody(limit)),
                timeout("write", 2, limit, timeouts -> timeouts.withWrite(limit)),
                timeout("idle", 3, limit, timeouts -> timeouts.withIdle(limit)),
                timeout("linger", 4, limit, timeouts -> timeouts.withLinger(limit)),
                timeout("connection age", 5, limit, timeouts -> timeouts.withConnectionAge(limit)),
                timeout("notice", 6, limit, timeouts -> timeouts.withNotice(limit)),
                timeout("stop", 7, limit, timeouts -> timeouts.withStop(limit)),
                timeout("minimum rate", 8, 5L, timeouts -> timeouts.withMinimumRate(5)));
    }

    private static Arguments timeout(String name, int index, Object value, UnaryOperator<Timeouts> change) {
        return arguments(name, index, value, values(change.apply(Timeouts.defaults())), values(Timeouts.defaults()));
    }

    static Stream<Arguments> limits() {
        return Stream.of(
                limit("target bytes", 0, 5, limits -> limits.withTargetBytes(5)),
                limit("head bytes", 1, 500, limits -> limits.withHeadBytes(500)),
                limit("fields", 2, 5, limits -> limits.withFields(5)),
                limit("body bytes", 3, 5L, limits -> limits.withBodyBytes(5)),
                limit("drain bytes", 4, 5L, limits -> limits.withDrainBytes(5)),
                limit("connections", 5, 5, limits -> limits.withConnections(5)),
                limit("requests per connection", 6, 5L, limits -> limits.withRequestsPerConnection(5)));
    }

    private static Arguments limit(String name, int index, Object value, UnaryOperator<Limits> change) {
        return arguments(name, index, value, values(change.apply(Limits.defaults())), values(Limits.defaults()));
    }

    static Stream<Arguments> fileCaching() {
        return Stream.of(
                caching("interval", 0, ofSeconds(5), caching -> caching.withInterval(ofSeconds(5))),
                caching("files", 1, 5, caching -> caching.withFiles(5)),
                caching("descriptors", 2, 5, caching -> caching.withDescriptors(5)),
                caching("small file bytes", 3, 5, caching -> caching.withSmallFileBytes(5)),
                caching("memory bytes", 4, 5L, caching -> caching.withMemoryBytes(5)));
    }

    private static Arguments caching(String name, int index, Object value, UnaryOperator<FileCaching> change) {
        return arguments(
                name, index, value, values(change.apply(FileCaching.defaults())), values(FileCaching.defaults()));
    }

    static Stream<Arguments> threads() {
        return Stream.of(
                threads("mode", 0, Threads.Mode.LOOPS, threads -> threads.withMode(Threads.Mode.LOOPS)),
                threads("pollers", 1, 5, threads -> threads.withPollers(5)),
                threads("loops", 2, 1023, threads -> threads.withLoops(1023)),
                threads("spares", 3, 5, threads -> threads.withSpares(5)));
    }

    private static Arguments threads(String name, int index, Object value, UnaryOperator<Threads> change) {
        return arguments(name, index, value, values(change.apply(Threads.defaults())), values(Threads.defaults()));
    }

    static Stream<Arguments> settings() {
        return Stream.of(
                setting("host", 0, "localhost", settings -> settings.withHost("localhost")),
                setting("port", 1, 5, settings -> settings.withPort(5)),
                setting("Unix socket", 2, "s", settings -> settings.withUnixSocket(Path.of("s"))),
                setting("backlog", 3, 5, settings -> settings.withBacklog(5)),
                setting("server name", 4, "Me", settings -> settings.withServerName("Me")));
    }

    private static Arguments setting(String name, int index, Object value, UnaryOperator<WarpSettings> change) {
        return arguments(
                name, index, value, values(change.apply(WarpSettings.defaults())), values(WarpSettings.defaults()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"timeouts", "limits", "fileCaching", "threads", "settings"})
    void changesOneValueAndKeepsTheOthers(
            String name, int index, Object value, List<Object> changed, List<Object> defaults) {
        assertThat(changed.get(index)).as(name).isEqualTo(value).isNotEqualTo(defaults.get(index));
        for (int i = 0; i < defaults.size(); i++) {
            if (i != index) {
                assertThat(changed.get(i)).isEqualTo(defaults.get(i));
            }
        }
    }

    @Test
    void groupsAreKeptApart() {
        var timeouts = Timeouts.defaults().withIdle(ofSeconds(5));
        var limits = Limits.defaults().withFields(5);
        var hooks = Hooks.defaults().withOnOpen(_ -> false);
        var caching = FileCaching.off();
        var threads = Threads.defaults().withPollers(5);

        var settings = WarpSettings.defaults()
                .withTimeouts(timeouts)
                .withLimits(limits)
                .withHooks(hooks)
                .withFileCaching(caching)
                .withThreads(threads)
                .withPort(5);

        assertThat(settings.timeouts()).isSameAs(timeouts);
        assertThat(settings.limits()).isSameAs(limits);
        assertThat(settings.hooks()).isSameAs(hooks);
        assertThat(settings.fileCaching()).isSameAs(caching);
        assertThat(settings.threads()).isSameAs(threads);
        assertThat(WarpSettings.defaults().hooks()).isSameAs(Hooks.defaults());
    }

    @Test
    void aHookIsChangedAlone() {
        var defaults = Hooks.defaults();

        var hooks = defaults.withOnOpen(_ -> false);

        assertThat(hooks.onOpen()).isNotEqualTo(defaults.onOpen());
        assertThat(hooks.onClose()).isEqualTo(defaults.onClose());
        assertThat(hooks.onFailure()).isEqualTo(defaults.onFailure());
        assertThat(hooks.errorResponse()).isEqualTo(defaults.errorResponse());
        assertThat(hooks.onServed()).isEqualTo(defaults.onServed()).isEmpty();
        assertThat(hooks.onStop()).isEqualTo(defaults.onStop());
    }

    @Test
    void theLastOfPortAndUnixSocketCounts() {
        var unix = WarpSettings.defaults().withUnixSocket(Path.of("s"));

        assertThat(unix.withPort(5).unixSocket()).isEmpty();
        assertThat(unix.withHost("localhost").unixSocket()).isEmpty();
        assertThat(unix.withBacklog(5).unixSocket()).contains(Path.of("s"));
    }

    @Test
    void theServerNameCanBeLeftOut() {
        assertThat(WarpSettings.defaults().withServerName("").serverName()).isEmpty();
    }

    // ------------------------------------------------------------------------------------------ ranges

    static Stream<Arguments> accepted() {
        var settings = WarpSettings.defaults();
        var limits = Limits.defaults();
        var timeouts = Timeouts.defaults();
        var threads = Threads.defaults();
        return Stream.of(
                ok("port 0", () -> settings.withPort(0).port(), 0),
                ok("port 65535", () -> settings.withPort(65535).port(), 65535),
                ok("backlog 1", () -> settings.withBacklog(1).backlog(), 1),
                ok("target 1", () -> limits.withTargetBytes(1).targetBytes(), 1),
                ok("target most", () -> limits.withTargetBytes(MOST).targetBytes(), MOST),
                ok("head 64", () -> limits.withHeadBytes(64).headBytes(), 64),
                ok("head most", () -> limits.withHeadBytes(MOST).headBytes(), MOST),
                ok("fields 1", () -> limits.withFields(1).fields(), 1),
                ok("fields most", () -> limits.withFields(MOST).fields(), MOST),
                ok("body 0", () -> limits.withBodyBytes(0).bodyBytes(), 0L),
                ok("drain 0", () -> limits.withDrainBytes(0).drainBytes(), 0L),
                ok("drain all", () -> limits.withDrainBytes(Long.MAX_VALUE).drainBytes(), Long.MAX_VALUE),
                ok("connections 1", () -> limits.withConnections(1).connections(), 1),
                ok("requests 1", () -> limits.withRequestsPerConnection(1).requestsPerConnection(), 1L),
                ok("no notice", () -> timeouts.withNotice(ZERO).notice(), ZERO),
                ok("pollers 1", () -> threads.withPollers(1).pollers(), 1),
                ok("pollers most", () -> threads.withPollers(1024).pollers(), 1024),
                ok("loops 1", () -> threads.withLoops(1).loops(), 1),
                ok("loops most", () -> threads.withLoops(1024).loops(), 1024),
                ok("spares 0", () -> threads.withSpares(0).spares(), 0),
                ok("spares most", () -> threads.withSpares(10_000).spares(), 10_000),
                ok("shortest", () -> timeouts.withHeader(ofNanos(1)).header(), ofNanos(1)),
                ok("never", () -> timeouts.withHeader(Timeouts.NEVER).header(), Timeouts.NEVER),
                ok("no grace", () -> timeouts.withStop(ZERO).stop(), ZERO),
                ok("no caching", () -> FileCaching.defaults().withInterval(ZERO).interval(), ZERO),
                ok("no file", () -> FileCaching.defaults().withFiles(0).files(), 0),
                ok(
                        "no descriptor",
                        () -> FileCaching.defaults().withDescriptors(0).descriptors(),
                        0),
                ok(
                        "no small file",
                        () -> FileCaching.defaults().withSmallFileBytes(0).smallFileBytes(),
                        0),
                ok(
                        "small most",
                        () -> FileCaching.defaults().withSmallFileBytes(1 << 24).smallFileBytes(),
                        1 << 24),
                ok("no memory", () -> FileCaching.defaults().withMemoryBytes(0).memoryBytes(), 0L),
                ok("no rate", () -> timeouts.withMinimumRate(0).minimumRate(), 0L));
    }

    private static Arguments ok(String name, Supplier<Object> made, Object value) {
        return arguments(name, made, value);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("accepted")
    void takesTheEndsOfTheRange(String name, Supplier<Object> made, Object value) {
        assertThat(made.get()).as(name).isEqualTo(value);
    }

    static Stream<Arguments> refused() {
        var settings = WarpSettings.defaults();
        var limits = Limits.defaults();
        var caching = FileCaching.defaults();
        var timeouts = Timeouts.defaults();
        var threads = Threads.defaults();
        return Stream.of(
                bad(() -> settings.withPort(-1), "port -1: expected 0 to 65535"),
                bad(() -> settings.withPort(65536), "port 65536: expected 0 to 65535"),
                bad(() -> settings.withHost(" "), "host is blank: expected a name, an address, or *"),
                bad(() -> settings.withBacklog(0), "backlog 0: expected 1 or more"),
                bad(() -> limits.withTargetBytes(0), "target bytes 0: expected 1 to 268435456"),
                bad(() -> limits.withTargetBytes(MOST + 1), "target bytes 268435457: expected 1 to 268435456"),
                bad(() -> limits.withHeadBytes(63), "head bytes 63: expected 64 to 268435456"),
                bad(() -> limits.withHeadBytes(MOST + 1), "head bytes 268435457: expected 64 to 268435456"),
                bad(() -> limits.withFields(0), "fields 0: expected 1 to 268435456"),
                bad(() -> limits.withFields(MOST + 1), "fields 268435457: expected 1 to 268435456"),
                bad(() -> limits.withBodyBytes(-1), "body bytes -1: expected 0 or more"),
                bad(() -> limits.withDrainBytes(-1), "drain bytes -1: expected 0 or more"),
                bad(() -> limits.withConnections(0), "connections 0: expected 1 or more"),
                bad(() -> limits.withRequestsPerConnection(0), "requests per connection 0: expected 1 or more"),
                bad(
                        () -> settings.withHost("!6"),
                        "host !6: the JDK opens no socket for IPv6 alone on all addresses;"
                                + " give an IPv6 address, or a socket made elsewhere (Listener.inherited)"),
                badTimeout("connection age", timeouts::withConnectionAge),
                bad(() -> timeouts.withNotice(ofNanos(-1)), "notice period PT-0.000000001S: expected zero or more"),
                bad(() -> threads.withPollers(0), "pollers 0: expected 1 to 1024"),
                bad(() -> threads.withPollers(1025), "pollers 1025: expected 1 to 1024"),
                bad(() -> threads.withLoops(0), "loops 0: expected 1 to 1024"),
                bad(() -> threads.withLoops(1025), "loops 1025: expected 1 to 1024"),
                bad(() -> threads.withSpares(-1), "spares -1: expected 0 to 10000"),
                bad(() -> threads.withSpares(10_001), "spares 10001: expected 0 to 10000"),
                badTimeout("header", timeouts::withHeader),
                badTimeout("body", timeouts::withBody),
                badTimeout("write", timeouts::withWrite),
                badTimeout("idle", timeouts::withIdle),
                badTimeout("linger", timeouts::withLinger),
                bad(() -> caching.withInterval(ofNanos(-1)), "file interval PT-0.000000001S: expected zero or more"),
                bad(() -> caching.withFiles(-1), "files -1: expected 0 or more"),
                bad(() -> caching.withDescriptors(-1), "file descriptors -1: expected 0 or more"),
                bad(() -> caching.withSmallFileBytes(-1), "small file bytes -1: expected 0 to 16777216"),
                bad(() -> caching.withSmallFileBytes(16777217), "small file bytes 16777217: expected 0 to 16777216"),
                bad(() -> caching.withMemoryBytes(-1), "file memory bytes -1: expected 0 or more"),
                bad(() -> timeouts.withStop(ofNanos(-1)), "stop period PT-0.000000001S: expected zero or more"),
                bad(() -> timeouts.withMinimumRate(-1), "minimum rate -1 bytes per second: expected 0 or more"));
    }

    private static Arguments bad(Supplier<Object> made, String message) {
        return arguments(message, made);
    }

    private static Arguments badTimeout(String name, Function<Duration, Object> change) {
        return bad(() -> change.apply(ZERO), name + " time-out PT0S: expected more than zero, or Timeouts.NEVER");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void refusesWhatIsOutOfRange(String message, Supplier<Object> made) {
        assertThatThrownBy(made::get)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void refusesAServerNameThatIsNoFieldValue() {
        assertThatThrownBy(() -> WarpSettings.defaults().withServerName("a\r\nB: c"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
