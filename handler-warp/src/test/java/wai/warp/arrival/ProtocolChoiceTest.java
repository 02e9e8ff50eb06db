package wai.warp.arrival;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import wai.warp.tls.TestAuthority;
import wai.warp.tls.Tls;

class ProtocolChoiceTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "TLS_AES_128_GCM_SHA256, false",
        "TLS_AES_128_CCM_SHA256, false",
        "TLS_CHACHA20_POLY1305_SHA256, false",
        "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, false",
        "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256, false",
        "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256, false",
        "TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8, false",
        "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256, true",
        "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA, true",
        "TLS_DHE_RSA_WITH_AES_128_CBC_SHA256, true",
        "TLS_RSA_WITH_AES_128_GCM_SHA256, true",
        "TLS_ECDH_RSA_WITH_AES_128_GCM_SHA256, true",
        "TLS_DH_anon_WITH_AES_128_GCM_SHA256, true",
        "TLS_PSK_WITH_AES_128_CCM, true",
        "TLS_RSA_WITH_NULL_SHA256, true"
    })
    void knowsWhatHttp2Prohibits(String suite, boolean prohibited) {
        assertThat(ProtocolChoice.isProhibited(suite)).isEqualTo(prohibited);
    }

    @Test
    void theDefaultsNeedNoChoice() throws Exception {
        var identity = TestAuthority.create("root").issue("localhost", "localhost");
        var defaults = Tls.of(identity).cipherSuites().toArray(String[]::new);

        assertThat(ProtocolChoice.isNeeded(List.of("h2", "http/1.1"), defaults)).isFalse();
        assertThat(ProtocolChoice.isNeeded(List.of("h2"), new String[] {"TLS_RSA_WITH_AES_128_GCM_SHA256"}))
                .isTrue();
        assertThat(ProtocolChoice.isNeeded(List.of("http/1.1"), new String[] {"TLS_RSA_WITH_AES_128_GCM_SHA256"}))
                .isFalse();
    }
}
