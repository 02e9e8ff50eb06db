package wai.warp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import wai.Application;
import wai.Response;
import wai.Status;
import wai.warp.settings.Failure;
import wai.warp.settings.Hooks;
import wai.warp.settings.Listener;
import wai.warp.settings.WarpSettings;
import wai.warp.tls.ClientCertificates;
import wai.warp.tls.Identity;
import wai.warp.tls.IdentitySource;
import wai.warp.tls.TestAuthority;
import wai.warp.tls.Tls;

/// Which certificate a client gets, how they are exchanged, and which certificates clients may show.
@Timeout(60) // a safety net, nothing depends on it
class TlsIdentitiesTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
    private static final String LAST = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    private static final TestAuthority AUTHORITY = TestAuthority.create("root");
    private static final TestAuthority STRANGER = TestAuthority.create("stranger");
    private static final Application TELLS_CLIENT = (request, respond) -> respond.with(Response.text(
            Status.OK,
            request.connection().peerCertificates().stream()
                    .map(certificate -> certificate.getSubjectX500Principal().getName())
                    .toList()
                    .toString()));

    private final Resources before = Resources.now();
    private final ConcurrentLinkedQueue<Failure> failures = new ConcurrentLinkedQueue<>();

    @AfterEach
    void everythingIsGivenBack() {
        before.awaitReturn();
    }

    private WarpServer start(Tls tls) throws IOException {
        return Warp.start(
                WarpSettings.defaults()
                        .withListeners(List.of(Listener.tcp("127.0.0.1", 0).withTls(tls)))
                        .withHooks(Hooks.defaults().withOnFailure(failures::add)),
                TELLS_CLIENT);
    }

    /// The name in the certificate that a client gets who asks for a host.
    private static String certificateFor(WarpServer server, String host) throws Exception {
        try (var client = TlsClient.connect(TlsClient.context(AUTHORITY.root(), null), server.port(), host)) {
            return client.server();
        }
    }

    // ------------------------------------------------------------------------------------------ server names

    private static Tls several() throws Exception {
        return Tls.of(
                AUTHORITY.issue("first", "first.test"),
                AUTHORITY.issue("exact", "www.example.test", "example.test"),
                AUTHORITY.issue("wild", "*.example.test"));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "first.test, first",
        "www.example.test, exact",
        "WWW.Example.TEST, exact",
        "example.test, exact",
        "a.example.test, wild",
        "a.b.example.test, first",
        "other.test, first",
        "localhost, first"
    })
    void theServerNameChoosesTheCertificate(String host, String name) throws Exception {
        try (var server = start(several())) {
            assertThat(certificateFor(server, host)).isEqualTo(name);
        }
    }

    @Test
    void withoutAServerNameTheFirstCertificateIsTaken() throws Exception {
        try (var server = start(several());
                var client =
                        TlsClient.connect(TlsClient.context(AUTHORITY.root(), null), server.port(), null, _ -> {})) {
            assertThat(client.server()).isEqualTo("first");
        }
    }

    @Test
    void unknownNamesCanBeRefused() throws Exception {
        try (var server = start(several().withUnknownNamesRefused())) {
            assertThat(certificateFor(server, "a.example.test")).isEqualTo("wild");
            assertThatThrownBy(() -> certificateFor(server, "other.test"))
                    .isInstanceOf(SSLException.class)
                    .hasMessageContaining("unrecognized_name");
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"rsa_pss_rsae_sha256, RSA", "ecdsa_secp256r1_sha256, EC"})
    void ofSeveralForANameTheClientGetsOneThatItCanVerify(String scheme, String kind) throws Exception {
        var tls = Tls.of(AUTHORITY.issueWith("EC", "EC", "both.test"), AUTHORITY.issueWith("RSA", "RSA", "both.test"));
        try (var server = start(tls);
                var client = TlsClient.connect(
                        TlsClient.context(AUTHORITY.root(), null),
                        server.port(),
                        "both.test",
                        p -> p.setSignatureSchemes(new String[] {scheme, "ecdsa_secp256r1_sha256"}))) {
            assertThat(client.server()).isEqualTo(kind);
        }
    }

    @Test
    void aFunctionIsAskedOnceInEachHandshake() throws Exception {
        var asked = new ConcurrentLinkedQueue<Optional<String>>();
        var identity = AUTHORITY.issue("found", "found.test");
        var tls = Tls.byName(name -> {
            asked.add(name);
            return name.filter("found.test"::equals).map(_ -> identity);
        });
        try (var server = start(tls)) {
            assertThat(certificateFor(server, "Found.test")).isEqualTo("found");
            assertThat(certificateFor(server, "found.test")).isEqualTo("found");
            assertThatThrownBy(() -> certificateFor(server, "lost.test")).isInstanceOf(SSLHandshakeException.class);
        }
        assertThat(asked)
                .containsExactly(Optional.of("found.test"), Optional.of("found.test"), Optional.of("lost.test"));
    }

    @Test
    void aFunctionAddsToTheCertificatesOfTheSettings() throws Exception {
        var identity = AUTHORITY.issue("late", "late.test");
        try (var server = start(
                several().withLookup(name -> name.filter("late.test"::equals).map(_ -> identity)))) {
            assertThat(certificateFor(server, "late.test")).isEqualTo("late");
            assertThat(certificateFor(server, "www.example.test")).isEqualTo("exact");
            assertThat(certificateFor(server, "other.test")).isEqualTo("first");
        }
    }

    // ------------------------------------------------------------------------------------------ made elsewhere

    private static SSLContext serverContext(Identity identity) throws Exception {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("own", identity.key(), new char[0], identity.chain().toArray(X509Certificate[]::new));
        var keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(store, new char[0]);
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    @Test
    void aContextThatWasMadeElsewhereIsUsed() throws Exception {
        try (var server = start(Tls.of(serverContext(AUTHORITY.issue("elsewhere", "a.test"))))) {
            assertThat(certificateFor(server, "a.test")).isEqualTo("elsewhere");
        }
    }

    @Test
    void enginesThatAreMadeElsewhereAreUsed() throws Exception {
        var context = serverContext(AUTHORITY.issue("engine", "a.test"));
        var offered = new AtomicReference<List<String>>();
        var tls = Tls.by(protocols -> {
            offered.set(protocols);
            var engine = context.createSSLEngine();
            engine.setUseClientMode(false);
            return engine;
        });
        try (var server = start(tls)) {
            assertThat(certificateFor(server, "a.test")).isEqualTo("engine");
            assertThat(offered.get()).contains("http/1.1");
        }
    }

    // ------------------------------------------------------------------------------------------ versions and suites

    @Test
    void onlyTheVersionsThatAreSetAreSpoken() throws Exception {
        try (var server = start(several().withVersions("TLSv1.3"))) {
            assertThat(certificateFor(server, "first.test")).isEqualTo("first");
            assertThatThrownBy(() -> TlsClient.connect(
                            TlsClient.context(AUTHORITY.root(), null),
                            server.port(),
                            "first.test",
                            p -> p.setProtocols(new String[] {"TLSv1.2"})))
                    .isInstanceOf(SSLHandshakeException.class)
                    .hasMessageContaining("protocol_version");
        }
    }

    @Test
    void theServersOrderOfSuitesHolds() throws Exception {
        var tls = several().withCipherSuites(List.of("TLS_NONE", "TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256"));
        try (var server = start(tls);
                var client = TlsClient.connect(
                        TlsClient.context(AUTHORITY.root(), null),
                        server.port(),
                        "first.test",
                        p -> p.setCipherSuites(new String[] {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384"}))) {
            assertThat(client.session().getCipherSuite()).isEqualTo("TLS_AES_256_GCM_SHA384");
        }
    }

    @Test
    void suitesOfWhichTheJdkHasNoneAreRefusedAtTheStart() {
        assertThatThrownBy(() -> start(several().withCipherSuites(List.of("TLS_NONE"))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("TLS_NONE");
    }

    @Test
    void sessionsAreResumedForTheirLifetime() throws Exception {
        var context = TlsClient.context(AUTHORITY.root(), null);
        try (var server = start(several().withSessionLifetime(Duration.ofSeconds(3_601)))) {
            long made;
            try (var client = TlsClient.connect(context, server.port(), "first.test")) {
                made = client.session().getCreationTime();
                client.ask(LAST); // the ticket comes with the answer
            }
            while (System.currentTimeMillis() == made) {
                Thread.onSpinWait(); // so that a new session would have another time
            }

            try (var client = TlsClient.connect(context, server.port(), "first.test")) {
                assertThat(client.session().getCreationTime()).isEqualTo(made);
            }
        }
    }

    // ------------------------------------------------------------------------------------------ exchange

    private static void write(Path folder, Identity identity) throws IOException {
        Files.writeString(folder.resolve("cert.pem"), identity.certificatesAsPem());
        Files.writeString(folder.resolve("key.pem"), identity.keyAsPem());
    }

    private static IdentitySource in(Path folder) {
        return Identity.pemFiles(folder.resolve("cert.pem"), folder.resolve("key.pem"));
    }

    @Test
    void aReloadExchangesCertificatesUnderRequests(@TempDir Path folder) throws Exception {
        write(folder, AUTHORITY.issue("old", "a.test"));
        var tls = Tls.of(in(folder)).withReloadInterval(Tls.NEVER);
        try (var server = start(tls);
                var open = TlsClient.connect(TlsClient.context(AUTHORITY.root(), null), server.port(), "a.test")) {
            open.send(GET);
            open.answer();

            write(folder, AUTHORITY.issue("new", "a.test"));
            assertThat(certificateFor(server, "a.test")).isEqualTo("old");
            server.reloadCertificates();

            assertThat(certificateFor(server, "a.test")).isEqualTo("new");
            open.send(GET);
            assertThat(open.answer()).endsWith("[]");
            assertThat(open.server()).isEqualTo("old");
        }
        assertThat(failures).isEmpty();
    }

    @Test
    void filesThatDoNotBelongTogetherAreReportedAndChangeNothing(@TempDir Path folder) throws Exception {
        write(folder, AUTHORITY.issue("old", "a.test"));
        try (var server = start(Tls.of(in(folder)).withReloadInterval(Tls.NEVER))) {
            Files.writeString(
                    folder.resolve("cert.pem"), AUTHORITY.issue("new", "a.test").certificatesAsPem());

            assertThatThrownBy(server::reloadCertificates)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("cert.pem")
                    .hasMessageContaining("not that of the certificate");
            assertThat(certificateFor(server, "a.test")).isEqualTo("old");
        }
    }

    @Test
    void changedFilesAreFound(@TempDir Path folder) throws Exception {
        write(folder, AUTHORITY.issue("old", "a.test"));
        var loaded = new CountDownLatch(2);
        var files = in(folder);
        var counting = new IdentitySource() {
            @Override
            public Identity load() throws IOException {
                var identity = files.load();
                loaded.countDown();
                return identity;
            }

            @Override
            public List<Path> files() {
                return files.files();
            }
        };
        try (var server = start(Tls.of(counting).withReloadInterval(Duration.ofMillis(1)))) {
            write(folder, AUTHORITY.issue("renewed", "a.test"));
            loaded.await();

            while (!certificateFor(server, "a.test").equals("renewed")) { // the first look may have come in between
                Thread.onSpinWait();
            }
        }
    }

    // ------------------------------------------------------------------------------------------ clients

    private static ClientCertificates needed() {
        return ClientCertificates.needed(List.of(AUTHORITY.root()));
    }

    private static String answerTo(WarpServer server, @Nullable Identity client, String version) throws Exception {
        try (var connection = TlsClient.connect(
                TlsClient.context(AUTHORITY.root(), client),
                server.port(),
                "first.test",
                p -> p.setProtocols(new String[] {version}))) {
            var answer = connection.ask(LAST);
            return answer.substring(answer.indexOf("\r\n\r\n") + 4);
        }
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.3", "TLSv1.2"})
    void theApplicationSeesTheCertificateOfTheClient(String version) throws Exception {
        try (var server = start(several().withClients(needed()))) {
            assertThat(answerTo(server, AUTHORITY.issue("ann"), version)).isEqualTo("[CN=ann]");
            assertThat(answerTo(server, AUTHORITY.intermediate("below").issue("bob"), version))
                    .isEqualTo("[CN=bob, CN=below]");
        }
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.3", "TLSv1.2"})
    void aClientWithoutTheCertificateThatIsNeededIsRefused(String version) throws Exception {
        try (var server = start(several().withClients(needed()))) {
            assertThatThrownBy(() -> answerTo(server, null, version)).isInstanceOf(IOException.class);
        }
        assertThat(failures).extracting(Failure::phase).containsOnly(Failure.Phase.HANDSHAKE);
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.3", "TLSv1.2"})
    void aClientWhoseCertificateIsNotTrustedIsRefused(String version) throws Exception {
        try (var server = start(several().withClients(needed()))) {
            assertThatThrownBy(() -> answerTo(server, STRANGER.issue("eve"), version))
                    .isInstanceOf(IOException.class);
        }
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.3", "TLSv1.2"})
    void clientsAreToldWhoseCertificatesAreTrusted(String version) throws Exception {
        var told = new ArrayList<Principal>();
        var keys = new X509ExtendedKeyManager() {
            @Override
            public @Nullable String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
                told.addAll(List.of(issuers)); // RFC 8446 §4.2.4, RFC 5246 §7.4.4
                return null;
            }

            @Override
            public String[] getClientAliases(String type, Principal[] issuers) {
                return new String[0];
            }

            @Override
            public String[] getServerAliases(String type, Principal[] issuers) {
                return new String[0];
            }

            @Override
            public @Nullable String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
                return null;
            }

            @Override
            public X509Certificate[] getCertificateChain(String alias) {
                return new X509Certificate[0];
            }

            @Override
            public @Nullable PrivateKey getPrivateKey(String alias) {
                return null;
            }
        };
        var wanted = ClientCertificates.wanted(List.of(AUTHORITY.root()));

        try (var server = start(several().withClients(wanted));
                var client = TlsClient.connect(
                        TlsClient.contextWith(AUTHORITY.root(), keys),
                        server.port(),
                        "first.test",
                        p -> p.setProtocols(new String[] {version}))) {
            assertThat(client.ask(LAST)).endsWith("[]");
        }

        assertThat(told).containsExactly(AUTHORITY.root().getSubjectX500Principal());
    }

    @Test
    void aCertificateThatIsOnlyWantedNeedNotBeShown() throws Exception {
        try (var server = start(several().withClients(ClientCertificates.wanted(List.of(AUTHORITY.root()))))) {
            assertThat(answerTo(server, null, "TLSv1.3")).isEqualTo("[]");
            assertThat(answerTo(server, AUTHORITY.issue("ann"), "TLSv1.3")).isEqualTo("[CN=ann]");
        }
    }

    @Test
    void aDecisionRefusesAClientWithAnAlert() throws Exception {
        var clients = needed().withDecision(chain ->
                chain.getFirst().getSubjectX500Principal().getName().equals("CN=ann"));
        try (var server = start(several().withClients(clients))) {
            assertThat(answerTo(server, AUTHORITY.issue("ann"), "TLSv1.2")).isEqualTo("[CN=ann]");
            assertThatThrownBy(() -> answerTo(server, AUTHORITY.issue("bob"), "TLSv1.2"))
                    .isInstanceOf(SSLException.class)
                    .hasMessageContaining("certificate_unknown");
        }
    }

    @Test
    void withoutAuthoritiesTheDecisionAloneCounts() throws Exception {
        var self = Identity.selfSigned(List.of("ann.test"), Duration.ofDays(1));
        var clients = ClientCertificates.needed(List.of())
                .withDecision(chain -> chain.getFirst().equals(self.chain().getFirst()));
        try (var server = start(several().withClients(clients))) {
            assertThat(answerTo(server, self, "TLSv1.3")).contains("WAI development certificate");
            assertThatThrownBy(() ->
                            answerTo(server, Identity.selfSigned(List.of("b.test"), Duration.ofDays(1)), "TLSv1.3"))
                    .isInstanceOf(IOException.class);
        }
    }
}
