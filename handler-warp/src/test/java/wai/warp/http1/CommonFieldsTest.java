package wai.warp.http1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import wai.HeaderName;
import wai.Headers;

class CommonFieldsTest {
    @ParameterizedTest
    @ValueSource(strings = {"Connection", "content-length", "Transfer-Encoding"})
    void whatTheEngineDecidesIsRefused(String name) {
        var fields = Headers.of(HeaderName.of(name), "1");

        assertThatThrownBy(() -> CommonFields.of(fields))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("common field " + name + ": the engine decides it");
    }

    @Test
    void thirtyTwoFieldsFitAndOneMoreDoesNot() {
        var most = Headers.builder();
        for (int i = 0; i < 32; i++) {
            most.add(HeaderName.of("X-" + i), "1");
        }
        var headers = most.build();
        var out = new OutputBuffer(0);
        var fields = CommonFields.of(headers);

        fields.putMissing(fields.bit(HeaderName.of("x-31")), out);

        assertThat(out.toString()).startsWith("X-0: 1\r\nX-1: 1\r\n").endsWith("X-30: 1\r\n");
        assertThatThrownBy(() -> CommonFields.of(headers.adding(HeaderName.SERVER, "x")))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
