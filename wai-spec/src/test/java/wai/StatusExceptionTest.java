package wai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatusExceptionTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource({"400, true", "499, true", "500, false", "599, false"})
    void tellsWhoIsToBlame(int code, boolean client) {
        var failure = new StatusException(Status.of(code), "seen");

        assertThat(failure.status().code()).isEqualTo(code);
        assertThat(failure.isOfTheClient()).isEqualTo(client);
        assertThat(failure).hasMessage("seen").hasNoCause();
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(ints = {100, 200, 399})
    void isNeverASuccess(int code) {
        var status = Status.of(code);

        assertThatThrownBy(() -> new StatusException(status, "seen"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected 400 to 599");
    }

    @Test
    void keepsWhatItComesOf() {
        var cause = new IOException("disk");

        assertThat(new StatusException(Status.SERVICE_UNAVAILABLE, "seen", cause))
                .hasCause(cause);
    }
}
