package wai.servlet.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static wai.HttpVersion.HTTP_1_0;
import static wai.HttpVersion.HTTP_1_1;
import static wai.HttpVersion.HTTP_2;

import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import wai.Capability;
import wai.HeaderName;
import wai.Headers;
import wai.HttpVersion;

/// What follows from the head of a request.
class HeadRulesTest {
    private static final Set<Capability> ALL =
            EnumSet.complementOf(EnumSet.of(Capability.HTTP_2, Capability.TLS_FACTS, Capability.DISCONNECT_SIGNAL));
    private static final Headers OFFER = Headers.of(HeaderName.CONNECTION, "close, Upgrade", HeaderName.UPGRADE, "x");

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({
        "HTTP/1.0, HTTP_1_0",
        "HTTP/1.1, HTTP_1_1",
        "HTTP/2.0, HTTP_2",
        "HTTP/2, HTTP_2",
        "HTTP/3.0, HTTP_3",
        "HTTP/1.2, HTTP_1_1"
    })
    void knowsTheNamesThatContainersGiveToVersions(String protocol, HttpVersion version) {
        assertThat(HeadRules.version(protocol)).isEqualTo(version);
    }

    @Test
    void takesARequestOfHttp1WithoutFramingForOneWithoutBody() throws IOException {
        assertThat(HeadRules.length(HTTP_1_1, Headers.EMPTY, -1, HeadRulesTest::unasked))
                .isZero();
        assertThat(HeadRules.length(HTTP_1_0, Headers.EMPTY, -1, HeadRulesTest::unasked))
                .isZero();
    }

    @Test
    void knowsADeclaredLength() throws IOException {
        assertThat(HeadRules.length(HTTP_1_1, Headers.EMPTY, 5, HeadRulesTest::unasked))
                .isEqualTo(5);
        assertThat(HeadRules.length(HTTP_2, Headers.EMPTY, 0, HeadRulesTest::unasked))
                .isZero();
    }

    @Test
    void doesNotKnowTheLengthOfChunksWhateverElseIsDeclared() throws IOException {
        var chunked = Headers.of(HeaderName.TRANSFER_ENCODING, "chunked");

        assertThat(HeadRules.length(HTTP_1_1, chunked, -1, HeadRulesTest::unasked))
                .isNegative();
        assertThat(HeadRules.length(HTTP_1_1, chunked, 5, HeadRulesTest::unasked))
                .isNegative();
    }

    @Test
    void asksTheContainerWhetherAStreamOfHttp2HasABody() throws IOException {
        assertThat(HeadRules.length(HTTP_2, Headers.EMPTY, -1, () -> true)).isZero();
        assertThat(HeadRules.length(HTTP_2, Headers.EMPTY, -1, () -> false)).isNegative();
    }

    @Test
    void mayBecomeRawWhenAnUpgradeIsOfferedAndThereIsNoBody() {
        assertThat(HeadRules.canBecomeRaw(HTTP_1_1, OFFER, 0)).isTrue();
        assertThat(HeadRules.canBecomeRaw(HTTP_1_1, OFFER, 1)).isFalse();
        assertThat(HeadRules.canBecomeRaw(HTTP_1_1, OFFER, -1)).isFalse();
        assertThat(HeadRules.canBecomeRaw(HTTP_1_0, OFFER, 0)).isFalse();
        assertThat(HeadRules.canBecomeRaw(HTTP_1_1, OFFER.without(HeaderName.CONNECTION), 0))
                .isFalse();
        assertThat(HeadRules.canBecomeRaw(HTTP_1_1, OFFER.without(HeaderName.UPGRADE), 0))
                .isFalse();
    }

    @Test
    void givesHttp10NeitherTrailersNorHintsNorRawConnections() {
        assertThat(HeadRules.capabilities(HTTP_1_0, false, false, ALL, Set.of()))
                .containsExactlyInAnyOrder(
                        Capability.INFORMATIONAL,
                        Capability.SHUTDOWN_SIGNAL,
                        Capability.INCREMENTAL_FLUSH,
                        Capability.RAW_TARGET);
    }

    @Test
    void addsWhatHttp2HasAndTlsTells() {
        var more = Set.of(Capability.DISCONNECT_SIGNAL);

        assertThat(HeadRules.capabilities(HTTP_2, true, true, ALL, more)).containsAll(EnumSet.allOf(Capability.class));
        assertThat(HeadRules.capabilities(HTTP_1_1, true, false, ALL, more)).isEqualTo(ALL);
    }

    private static boolean unasked() {
        throw new AssertionError("the head tells, the container need not be asked");
    }
}
