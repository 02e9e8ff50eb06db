package wai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static wai.HeaderName.CONNECTION;
import static wai.HeaderName.HOST;
import static wai.HeaderName.LINK;
import static wai.HeaderName.UPGRADE;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTest {
    private static final Key<String> USER = Key.named("user");
    private static final SocketAddress CLIENT = InetSocketAddress.createUnresolved("client", 4711);

    // --- values

    @Test
    void aPlainRequestHasTheDocumentedDefaults() throws Exception {
        var request = Request.builder("GET", "/").build();

        assertThat(request.version()).isEqualTo(HttpVersion.HTTP_1_1);
        assertThat(request.headers()).isEqualTo(Headers.EMPTY);
        assertThat(request.bodyLength()).hasValue(0);
        assertThat(request.body().read()).isEqualTo(-1);
        assertThat(request.body().readAllBytes()).isEmpty();
        assertThat(request.trailers()).isEqualTo(Headers.EMPTY);
        assertThat(request.remoteAddress()).isEqualTo(InetSocketAddress.createUnresolved("0.0.0.0", 0));
        assertThat(request.isSecure()).isFalse();
        assertThat(request.connection()).isSameAs(Connection.UNKNOWN);
        assertThat(request.upgrades()).isEmpty();
        assertThat(Stream.of(Capability.values())).noneMatch(request::supports);
    }

    static Stream<Arguments> targets() {
        return Stream.of(
                Arguments.of("/", "/", "", List.of(), "[]"),
                Arguments.of("/a%2Fb/?x=1?2", "/a%2Fb/", "?x=1?2", List.of("a/b", ""), "[x=1?2]"),
                Arguments.of("/a?", "/a", "?", List.of("a"), "[]"),
                Arguments.of("?x", "", "?x", List.of(), "[x]"),
                Arguments.of("*", "*", "", List.of(), "[]"),
                Arguments.of("example.org:443", "example.org:443", "", List.of(), "[]"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("targets")
    void splitsTheTargetAtTheFirstQuestionMark(
            String target, String rawPath, String rawQuery, List<String> path, String query) {
        var request = Request.builder("GET", target).build();

        assertThat(request.rawPath()).isEqualTo(rawPath);
        assertThat(request.rawQuery()).isEqualTo(rawQuery);
        assertThat(request.path()).isEqualTo(path);
        var shown = request.query().parameters().stream()
                .map(one -> one.value() == null ? one.name() : one.name() + "=" + one.value())
                .toList();
        assertThat(shown).hasToString(query);
        assertThat(request).hasToString("GET " + target + " HTTP/1.1");
    }

    static Stream<Arguments> changes() {
        return Stream.of(
                change("method", request -> request.withMethod("PATCH")),
                change("path", request -> request.withPath(List.of("other"))),
                change("query", request -> request.withQuery(Query.parse("?other"))),
                change("headers", request -> request.withHeaders(Headers.of(HOST, "other"))),
                change("body", request -> request.withBody(InputStream.nullInputStream(), OptionalLong.empty())),
                change("remote", request -> request.withRemoteAddress(InetSocketAddress.createUnresolved("other", 1))),
                change("secure", request -> request.withScheme("https")),
                change("vault", request -> request.with(USER, "bob")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("changes")
    void aChangeAnswersACopyThatDiffersInThatAloneAndLeavesTheOriginal(String part, Function<Request, Request> change) {
        var request = full();
        var before = facts(request);

        var changed = facts(change.apply(request));

        assertThat(facts(request)).isEqualTo(before);
        var differing = new ArrayList<String>();
        for (int i = 0; i < before.size(); i++) {
            if (!before.get(i).equals(changed.get(i))) {
                differing.add(before.get(i).substring(0, before.get(i).indexOf('=')));
            }
        }
        assertThat(differing).containsExactly(part);
    }

    @Test
    void rawPartsStayWhenTheDecodedOnesChange() {
        var request = full().withPath(List.of("x")).withQuery(Query.EMPTY).withMethod("GET");

        assertThat(request.rawPath()).isEqualTo("/a%20b");
        assertThat(request.rawQuery()).isEqualTo("?q=1");
        assertThat(request.path()).containsExactly("x");
        assertThat(request.query().isEmpty()).isTrue();
    }

    @Test
    void aNewTargetSetsTheDecodedPartsAnew() {
        var request = full().withPath(List.of("x")).toBuilder().target("/y?z").build();

        assertThat(request.path()).containsExactly("y");
        assertThat(request.query().contains("z")).isTrue();
    }

    @Test
    void aCopySharesBodyAndLiveParts() {
        var peer = new TalkingPeer(EnumSet.of(Capability.TLS_FACTS));
        var body = new ByteArrayInputStream(new byte[3]);
        var request = Request.builder("POST", "/")
                .body(body, OptionalLong.of(3))
                .peer(peer)
                .build();

        var copy = request.withMethod("PUT").with(USER, "ann");

        assertThat(copy.body()).isSameAs(body);
        assertThat(copy.supports(Capability.TLS_FACTS)).isTrue();
    }

    @Test
    void pathCopiesTheListItIsGiven() {
        var segments = new ArrayList<>(List.of("a"));
        var request = full().withPath(segments);

        segments.add("b");

        assertThat(request.path()).containsExactly("a");
    }

    @Test
    void aBodyOfUnknownLengthHasNone() {
        assertThat(full().withBody(InputStream.nullInputStream(), OptionalLong.empty())
                        .bodyLength())
                .isEmpty();
    }

    // --- refusals

    static Stream<Arguments> refusals() {
        return Stream.of(
                refusal(() -> Request.builder("", "/"), "method is empty: expected a token (RFC 9110 §9.1)"),
                refusal(() -> Request.builder("GE T", "/"), "method has U+0020 at 2: expected a token (RFC 9110 §9.1)"),
                refusal(() -> full().withMethod("G\n"), "method has U+000A at 1: expected a token (RFC 9110 §9.1)"),
                refusal(() -> Request.builder("GET", ""), "target is empty: expected at least / (RFC 9112 §3.2)"),
                refusal(
                        () -> Request.builder("GET", "/ä"),
                        "target has U+00E4 at 1: expected U+0021 to U+007E without #, percent-encode it (RFC 3986 §2)"),
                refusal(
                        () -> Request.builder("GET", "/a b"),
                        "target has U+0020 at 2: expected U+0021 to U+007E without #, percent-encode it (RFC 3986 §2)"),
                refusal(
                        () -> Request.builder("GET", "/a#b"),
                        "target has U+0023 at 2: expected U+0021 to U+007E without #, percent-encode it (RFC 3986 §2)"),
                refusal(
                        () -> full().withBody(InputStream.nullInputStream(), OptionalLong.of(-1)),
                        "body length -1: expected 0 or more"),
                refusal(() -> full().withScheme("HTTPS"), "scheme \"HTTPS\": expected http or https"),
                refusal(
                        () -> Request.builder("GET", "/").header(HOST, "a\r\nb"),
                        "value of Host has U+000D at 1: expected U+0020 to U+00FF or tab, without U+007F (RFC 9110 §5.5)"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("refusals")
    void refusesWhatNoRequestCanHave(Runnable attempt, String message) {
        assertThatIllegalArgumentException().isThrownBy(attempt::run).withMessage(message);
    }

    // --- upgrades

    static Stream<Arguments> upgrades() {
        return Stream.of(
                Arguments.of(HttpVersion.HTTP_1_1, "Upgrade", "websocket", List.of("websocket")),
                Arguments.of(HttpVersion.HTTP_1_1, "keep-alive, UPGRADE", "WebSocket", List.of("websocket")),
                Arguments.of(HttpVersion.HTTP_1_1, "upgrade", "h2c, TLS/1.3", List.of("h2c", "tls/1.3")),
                Arguments.of(HttpVersion.HTTP_1_1, "keep-alive", "websocket", List.of()),
                Arguments.of(HttpVersion.HTTP_1_1, "x-upgrade", "websocket", List.of()),
                Arguments.of(HttpVersion.HTTP_1_0, "Upgrade", "websocket", List.of()),
                Arguments.of(HttpVersion.HTTP_2, "Upgrade", "websocket", List.of()));
    }

    @ParameterizedTest(name = "{0}, Connection: {1}, Upgrade: {2}")
    @MethodSource("upgrades")
    void offersTheUpgradesThatConnectionNames(
            HttpVersion version, String connection, String upgrade, List<String> expected) {
        var request = Request.builder("GET", "/")
                .version(version)
                .header(CONNECTION, connection)
                .header(UPGRADE, upgrade)
                .build();

        assertThat(request.upgrades()).isEqualTo(expected);
    }

    @Test
    void offersNoUpgradeWithoutTheConnectionField() {
        assertThat(Request.builder("GET", "/")
                        .header(UPGRADE, "websocket")
                        .build()
                        .upgrades())
                .isEmpty();
    }

    @Test
    void offersTheProtocolOfAnExtendedConnect() {
        var peer = new Request.Peer() {
            @Override
            public Optional<String> extendedConnectProtocol() {
                return Optional.of("WebSocket");
            }
        };

        var request = Request.builder("CONNECT", "/chat")
                .version(HttpVersion.HTTP_2)
                .peer(peer)
                .build();

        assertThat(request.upgrades()).containsExactly("websocket");
    }

    // --- what reaches the peer

    @ParameterizedTest(name = "{0}")
    @ValueSource(ints = {100, 101, 200, 404})
    void refusesToSendAsInformationalWhatIsNot(int code) {
        var peer = new TalkingPeer(EnumSet.allOf(Capability.class));
        var request = Request.builder("GET", "/").peer(peer).build();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> request.sendInformational(Status.of(code), Headers.EMPTY))
                .withMessage("informational status " + code + ": expected 102 to 199 (RFC 9110 §15.2)");
        assertThat(peer.sent).isEmpty();
    }

    static Stream<Arguments> informational() {
        return Stream.of(
                Arguments.of(Set.of(Capability.EARLY_HINTS), 103, true),
                Arguments.of(Set.of(Capability.EARLY_HINTS), 102, false),
                Arguments.of(Set.of(Capability.INFORMATIONAL), 103, false),
                Arguments.of(Set.of(Capability.INFORMATIONAL), 102, true),
                Arguments.of(Set.of(Capability.INFORMATIONAL), 199, true),
                Arguments.of(Set.of(), 103, false));
    }

    @ParameterizedTest(name = "{1} with {0}: {2}")
    @MethodSource("informational")
    void sendsInformationalResponsesOnlyWhereTheHandlerCan(Set<Capability> capabilities, int code, boolean sent)
            throws Exception {
        var peer = new TalkingPeer(capabilities);
        var request = Request.builder("GET", "/").peer(peer).build();

        request.sendInformational(Status.of(code), Headers.of(LINK, "</a>"));

        assertThat(peer.sent).isEqualTo(sent ? List.of(code + " Headers[Link: </a>]") : List.of());
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(HttpVersion.class)
    void sendsNoInformationalResponseToAClientOfHttp10(HttpVersion version) throws Exception {
        var peer = new TalkingPeer(EnumSet.allOf(Capability.class));
        var request = Request.builder("GET", "/").version(version).peer(peer).build();

        request.sendEarlyHints(Headers.of(LINK, "</a>"));

        assertThat(peer.sent).hasSize(version == HttpVersion.HTTP_1_0 ? 0 : 1);
    }

    @Test
    void passesTrailersAndSignalsOn() {
        var peer = new TalkingPeer(Set.of());
        var request = Request.builder("GET", "/").peer(peer).build();
        var ran = new ArrayList<String>();

        assertThatIllegalStateException().isThrownBy(request::trailers).withMessage("body not read");
        request.onDisconnect(() -> ran.add("gone"));
        request.onShutdown(() -> ran.add("stopping"));
        peer.disconnects.forEach(Runnable::run);
        peer.shutdowns.forEach(Runnable::run);

        assertThat(ran).containsExactly("gone", "stopping");
    }

    private static Request full() {
        return Request.builder("POST", "/a%20b?q=1")
                .header(HOST, "h")
                .body(new ByteArrayInputStream(new byte[3]), OptionalLong.of(3))
                .remoteAddress(CLIENT)
                .scheme("http")
                .vault(Vault.EMPTY.with(USER, "ann"))
                .build();
    }

    private static List<String> facts(Request request) {
        return List.of(
                "method=" + request.method(),
                "rawPath=" + request.rawPath(),
                "rawQuery=" + request.rawQuery(),
                "path=" + request.path(),
                "query=" + request.query(),
                "version=" + request.version(),
                "headers=" + request.headers(),
                "body=" + System.identityHashCode(request.body()) + request.bodyLength(),
                "remote=" + request.remoteAddress(),
                "secure=" + request.isSecure(),
                "vault=" + request.get(USER) + request.vault());
    }

    private static Arguments change(String part, Function<Request, Request> change) {
        return Arguments.of(part, change);
    }

    private static Arguments refusal(Runnable attempt, String message) {
        return Arguments.of(attempt, message);
    }

    /// Keeps what it is told to send.
    private static final class TalkingPeer implements Request.Peer {
        final List<String> sent = new ArrayList<>();
        final List<Runnable> disconnects = new ArrayList<>();
        final List<Runnable> shutdowns = new ArrayList<>();
        private final Set<Capability> capabilities;

        TalkingPeer(Set<Capability> capabilities) {
            this.capabilities = capabilities;
        }

        @Override
        public Set<Capability> capabilities() {
            return capabilities;
        }

        @Override
        public Headers trailers() {
            throw new IllegalStateException("body not read");
        }

        @Override
        public void sendInformational(Status status, Headers fields) throws IOException {
            sent.add(status.code() + " " + fields);
        }

        @Override
        public void onDisconnect(Runnable action) {
            disconnects.add(action);
        }

        @Override
        public void onShutdown(Runnable action) {
            shutdowns.add(action);
        }
    }
}
