package wai.warp;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;
import wai.warp.settings.FileCaching;
import wai.warp.settings.Hooks;
import wai.warp.settings.Http2;
import wai.warp.settings.HttpsRedirect;
import wai.warp.settings.Limits;
import wai.warp.settings.Listener;
import wai.warp.settings.ProxyProtocol;
import wai.warp.settings.Threads;
import wai.warp.settings.Timeouts;
import wai.warp.settings.WarpSettings;
import wai.warp.tls.ClientCertificates;
import wai.warp.tls.Tls;

/// Which test shows which setting at work. A setting without one fails here, and so does a test that is gone.
class SettingsEffectTest {
    private static final String DEADLINES = "server.Http1DeadlineTest#";
    private static final String FILES = "server.FileCacheTest#";
    private static final String HTTP2 = "Http2SettingsTest#holds";
    private static final String LIFE = "WarpLifecycleTest#";
    private static final String LISTENERS = "ListenersTest#";
    private static final String PROXY = "server.ProxyProtocolTest#";
    private static final String REDIRECT = "HttpsRedirectTest#";
    private static final String IDENTITIES = "TlsIdentitiesTest#";
    private static final String TLS = "TlsServerTest#";
    private static final String SOCKET = "server.ListeningSocketTest#";
    private static final String THREADS = "WarpThreadsTest#";

    /// By class and accessor; every test named as a class and a method of this module.
    private static final Map<String, String> SHOWN_BY = Map.ofEntries(
            entry("WarpSettings.host", LISTENERS + "theDefaultIsAllAddressesOfBothProtocols"),
            entry("WarpSettings.port", "WarpServerTest#listensOnARealPortWhenStartReturns"),
            entry("WarpSettings.unixSocket", "WarpServerTest#listensOnAUnixSocketAndRemovesItAfterwards"),
            entry("WarpSettings.backlog", "settings.ListenerTest#theSimpleSettingsMakeOneListener"),
            entry("WarpSettings.listeners", LISTENERS + "servesAllListenersAndStopsThemTogether"),
            entry("WarpSettings.serverName", "server.Http1ConnectionTest#addsDateAndServer"),
            entry("WarpSettings.altSvc", "AltSvcTest#everyResponseHasTheField"),
            entry("Listener.place", LISTENERS + "servesAllListenersAndStopsThemTogether"),
            entry("Listener.backlog", SOCKET + "theKernelKeepsAsManyConnectionsAsTheBacklogSays"),
            entry("Listener.permissions", LISTENERS + "aUnixSocketGetsItsPermissions"),
            entry("Listener.isPortShared", LISTENERS + "severalServersCanShareAPort"),
            entry("Listener.keepAlive", SOCKET + "looksForDeadPeersWhenAsked"),
            entry("Listener.receiveBuffer", SOCKET + "setsTheReceiveBufferOfConnections"),
            entry("Listener.sendBuffer", SOCKET + "setsTheSendBufferOfConnections"),
            entry("Listener.proxyProtocol", PROXY + "theAddressesAreThoseOfTheHeader"),
            entry("Listener.tls", TLS + "servesRequestsOverBothVersions"),
            entry("Listener.redirect", REDIRECT + "whoComesByPlainHttpGetsThereByFollowingTheRedirect"),
            entry("HttpsRedirect.port", REDIRECT + "thePortIsTheOneThatIsSet"),
            entry("HttpsRedirect.status", REDIRECT + "theStatusIsTheOneThatIsSet"),
            entry("HttpsRedirect.hosts", REDIRECT + "onlyHostsThatAreSetAreRedirected"),
            entry("Tls.identities", IDENTITIES + "theServerNameChoosesTheCertificate"),
            entry("Tls.context", IDENTITIES + "aContextThatWasMadeElsewhereIsUsed"),
            entry("Tls.engines", IDENTITIES + "enginesThatAreMadeElsewhereAreUsed"),
            entry("Tls.lookup", IDENTITIES + "aFunctionIsAskedOnceInEachHandshake"),
            entry("Tls.refusesUnknownNames", IDENTITIES + "unknownNamesCanBeRefused"),
            entry("Tls.clients", IDENTITIES + "theApplicationSeesTheCertificateOfTheClient"),
            entry("Tls.versions", IDENTITIES + "onlyTheVersionsThatAreSetAreSpoken"),
            entry("Tls.cipherSuites", IDENTITIES + "theServersOrderOfSuitesHolds"),
            entry("Tls.sessionLifetime", IDENTITIES + "sessionsAreResumedForTheirLifetime"),
            entry("Tls.reloadInterval", IDENTITIES + "changedFilesAreFound"),
            entry("Tls.plain", TLS + "plainHttpIsServedWhenThatIsSet"),
            entry("ClientCertificates.mode", IDENTITIES + "aCertificateThatIsOnlyWantedNeedNotBeShown"),
            entry("ClientCertificates.authorities", IDENTITIES + "aClientWhoseCertificateIsNotTrustedIsRefused"),
            entry("ClientCertificates.decision", IDENTITIES + "aDecisionRefusesAClientWithAnAlert"),
            entry("ProxyProtocol.mode", LISTENERS + "whereAHeaderIsOptionalThereNeedNotBeOne"),
            entry("ProxyProtocol.trusted", LISTENERS + "whoIsNotTrustedCannotSpeakForOthers"),
            entry("FileCaching.interval", FILES + "aReplacedFileIsSentAsItWasUntilTheIntervalIsOver"),
            entry("FileCaching.files", FILES + "oneFileTooManyPushesOutOneThatWasNotUsedLately"),
            entry("FileCaching.descriptors", FILES + "theDescriptorsThatNobodyUsesAreBounded"),
            entry("FileCaching.smallFileBytes", FILES + "aFileIsKeptInMemoryUpToTheLimitForSmallOnesAndForAllOfThem"),
            entry("FileCaching.memoryBytes", FILES + "theBytesOfSmallFilesAreBounded"),
            entry("Threads.mode", THREADS + "theDefaultSchedulerCanBeDemanded"),
            entry("Threads.pollers", THREADS + "thereAreAsManyPollersAsSet"),
            entry("Threads.loops", THREADS + "thereAreAsManyLoopsAsSetAndEachGetsConnectionsThatStay"),
            entry("Threads.spares", "WarpLoopsTest#aSingleSpareServesTheRestWhileOneComputes"),
            entry("Timeouts.handshake", PROXY + "whoSendsNoWholeHeaderInTimeIsClosed"),
            entry("Timeouts.header", DEADLINES + "aSlowHeadIsAnswered408"),
            entry("Timeouts.body", DEADLINES + "aSlowBodyIsAnswered408"),
            entry("Timeouts.write", DEADLINES + "aClientThatTakesNothingIsCut"),
            entry("Timeouts.idle", DEADLINES + "anIdleConnectionIsClosedSilently"),
            entry("Timeouts.linger", DEADLINES + "aRefusedClientMayGoOnSendingUpToTheLingerLimit"),
            entry("Timeouts.connectionAge", "server.Http1KeepAliveTest#anOldConnectionIsClosedWithItsNextResponse"),
            entry("Timeouts.notice", LIFE + "closingGivesNoticeFirst"),
            entry("Timeouts.stop", LIFE + "closingCutsWhatOutlivesTheGracePeriodOfTheSettings"),
            entry("Timeouts.minimumRate", DEADLINES + "aBodyBelowTheMinimumRateIsCut"),
            entry("Limits.targetBytes", "server.Http1LimitsEffectTest#holds"),
            entry("Limits.headBytes", "server.Http1LimitsEffectTest#holds"),
            entry("Limits.fields", "server.Http1LimitsEffectTest#holds"),
            entry("Limits.bodyBytes", "server.Http1LimitsEffectTest#holds"),
            entry("Limits.drainBytes", "server.Http1RequestBodyTest#anUnreadBodyIsDrainedUpToTheLimit"),
            entry("Limits.connections", "WarpHostileTest#oneConnectionTooManyIsToldSo"),
            entry(
                    "Limits.requestsPerConnection",
                    "server.Http1KeepAliveTest#theLastRequestThatAConnectionMayHaveIsToldSo"),
            entry("Http2.isOn", "Http2ServerTest#http2CanBeOff"),
            entry("Http2.concurrentStreams", HTTP2),
            entry("Http2.bufferedBytes", HTTP2),
            entry("Http2.streamWindow", HTTP2),
            entry("Http2.headerTable", HTTP2),
            entry("Http2.continuations", HTTP2),
            entry("Http2.resets", HTTP2),
            entry("Http2.pings", HTTP2),
            entry("Http2.settingsFrames", HTTP2),
            entry("Http2.emptyFrames", HTTP2),
            entry("Http2.priorities", HTTP2),
            entry("Http2.windowUpdates", HTTP2),
            entry("Http2.pushes", "Http2PushTest#aRequestBringsSoManyAndNoMore"),
            entry("Hooks.onOpen", "WarpHostileTest#aRefusedPeerSeesTheEndWithoutAByte"),
            entry("Hooks.onClose", "WarpServerTest#theHooksSeeEveryConnectionOpenAndClose"),
            entry("Hooks.onFailure", DEADLINES + "aSlowHeadIsAnswered408"),
            entry("Hooks.errorResponse", "server.Http1FailureTest#theErrorResponseIsWhatTheHookMakes"),
            entry("Hooks.onServed", "server.ServedTest#tellsRequestStatusAndSize"),
            entry("Hooks.onStop", LIFE + "aHealthCheckCanFailWhileTheServerStillServes"));

    /// Of `WarpSettings`: what only holds other settings.
    private static final List<String> GROUPS =
            List.of("timeouts", "limits", "hooks", "fileCaching", "threads", "http2");

    private static Stream<String> settingsOf(Class<?> group) {
        return Arrays.stream(group.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers())
                        && !Modifier.isStatic(method.getModifiers())
                        && method.getParameterCount() == 0
                        && method.getReturnType() != group
                        && !method.getName().equals("toString"))
                .map(Method::getName)
                .filter(name -> !GROUPS.contains(name))
                .map(name -> group.getSimpleName() + "." + name);
    }

    @Test
    void everySettingIsShownByATest() {
        var settings = Stream.of(
                        WarpSettings.class,
                        Listener.class,
                        ProxyProtocol.class,
                        HttpsRedirect.class,
                        Tls.class,
                        ClientCertificates.class,
                        Timeouts.class,
                        Limits.class,
                        FileCaching.class,
                        Threads.class,
                        Http2.class,
                        Hooks.class)
                .flatMap(SettingsEffectTest::settingsOf)
                .toList();

        assertThat(settings).hasSizeGreaterThan(30);
        assertThat(new TreeSet<>(SHOWN_BY.keySet())).containsExactlyInAnyOrderElementsOf(settings);
    }

    static Stream<Map.Entry<String, String>> shown() {
        return SHOWN_BY.entrySet().stream().sorted(Map.Entry.comparingByKey());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("shown")
    void theTestThatShowsItIsThere(Map.Entry<String, String> shown) throws ClassNotFoundException {
        var test = shown.getValue().split("#", -1);

        assertThat(Class.forName("wai.warp." + test[0]).getDeclaredMethods())
                .filteredOn(method -> AnnotationSupport.isAnnotated(method, Testable.class))
                .extracting(Method::getName)
                .contains(test[1]);
    }
}
