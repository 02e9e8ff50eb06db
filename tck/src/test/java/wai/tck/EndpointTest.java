package wai.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import wai.Application;
import wai.Capability;
import wai.Connection;
import wai.HttpVersion;
import wai.Response;
import wai.Status;
import wai.spi.Rule;
import wai.tck.TckResult.Outcome;

/// The kit over TLS, and what an endpoint must be for it.
class EndpointTest {
    private static final Application HI = (_, respond) -> respond.with(Response.text(Status.OK, "hi"));
    private static final Set<Rule> ABOUT_CONNECTIONS =
            Set.of(Rule.REQ_FACTS, Rule.REQ_CAPABILITIES, Rule.REQ_BODY, Rule.WIR_PERSISTENCE, Rule.LIF_START);

    private static List<TckResult> results(HandlerUnderTest handler) throws Exception {
        var results = new ArrayList<TckResult>();
        TckRun.of(handler, each -> ABOUT_CONNECTIONS.contains(each.rule()), results::add);
        return results;
    }

    @Test
    void runsEveryCaseOverTlsThatRunsInTheClear() throws Exception {
        assertThat(results(new SecureGoodHandler()))
                .hasSizeGreaterThan(20)
                .allSatisfy(result ->
                        assertThat(result.outcome()).as("%s", result.detail()).isEqualTo(Outcome.PASSED));
    }

    @Test
    void tellsInTheClearThatTlsIsMissing() throws Exception {
        assertThat(results(new GoodHandler(Scene.PATIENCE)))
                .filteredOn(result -> result.outcome() != Outcome.PASSED)
                .singleElement()
                .satisfies(result ->
                        assertThat(result.detail()).isEqualTo("not supported: needs TLS_FACTS, an endpoint with TLS"));
    }

    @Test
    void turnsRedOnAHandlerThatKeepsTheFactsOfTlsToItself() throws Exception {
        var secretive = new SecureGoodHandler() {
            @Override
            Connection told(Connection connection) {
                return Connection.UNKNOWN;
            }
        };

        assertThat(results(secretive))
                .filteredOn(result -> result.outcome() == Outcome.FAILED)
                .singleElement()
                .satisfies(result -> assertThat(result.subject().name())
                        .isEqualTo("tells the session and the protocol that TLS agreed on"));
    }

    @Test
    void turnsRedOnAHandlerThatCallsTlsInsecure() throws Exception {
        var forgetful = new SecureGoodHandler() {
            @Override
            public Backend start(Application application) throws IOException {
                return super.start((request, respond) -> application.handle(request.withScheme("http"), respond));
            }
        };

        assertThat(results(forgetful))
                .filteredOn(result -> result.outcome() == Outcome.FAILED)
                .extracting(result -> result.subject().name())
                .containsExactly("tells whether the client came over TLS, from its address and in its version");
    }

    @Test
    void trustsNobodyElse() throws Exception {
        var handler = new SecureGoodHandler();
        var others = new SecureGoodHandler().certificate();

        try (var backend = handler.start(HI)) {
            var endpoint = backend.endpoint().orElseThrow().withTls(others);

            assertThatThrownBy(() -> Cable.connect(endpoint, Scene.PATIENCE).close())
                    .isInstanceOf(SSLHandshakeException.class);
        }
    }

    @Test
    void doesNotSpeakHttp2ToWhoChoseAnotherProtocol() throws Exception {
        try (var backend = new SecureGoodHandler().start(HI)) {
            var endpoint = backend.endpoint().orElseThrow().withHttp2();

            assertThatThrownBy(() -> Cable.connect(endpoint, Scene.PATIENCE).close())
                    .isInstanceOf(SSLHandshakeException.class)
                    .hasMessageContaining("no_application_protocol");
        }
    }

    @Test
    void sendsNoBytesOfHttp1ToAnEndpointOfHttp2() throws Exception {
        var undeclared = new GoodHandler(Scene.PATIENCE) {
            @Override
            Endpoint endpoint(InetSocketAddress address) {
                return super.endpoint(address).withHttp2();
            }
        };
        var results = new ArrayList<TckResult>();

        TckRun.of(undeclared, each -> each.rule() == Rule.WIR_VERSION, results::add);

        assertThat(results).singleElement().satisfies(result -> assertThat(result.detail())
                .contains("declare Departure.ofHttp2()"));
    }

    @Test
    void saysWhereAndHow() throws Exception {
        var plain = Endpoint.at(InetSocketAddress.createUnresolved("host.test", 8443));

        assertThat(plain).hasToString("HTTP/1.1 at host.test/<unresolved>:8443");
        assertThat(plain.withTls(SSLContext.getDefault()).withHttp2())
                .hasToString("HTTP/2 over TLS at host.test/<unresolved>:8443");
        assertThat(plain.withHttp2().version()).isEqualTo(HttpVersion.HTTP_2);
        assertThat(plain.tls()).isEmpty();
        assertThat(new SecureGoodHandler().capabilities()).contains(Capability.TLS_FACTS);
    }
}
