package wai.warp.http1;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import wai.HeaderName;
import wai.Headers;

final class FieldMemoTest {
    private final FieldMemo memo = new FieldMemo();

    @Test
    void givesTheSameTextForALineThatWasReadBefore() throws Http1Fault {
        var first = fieldsOf("User-Agent: curl/8.0");

        var second = fieldsOf("User-Agent: curl/8.0");

        assertThat(second).isEqualTo(first);
        assertThat(second.value(0)).isSameAs(first.value(0));
    }

    @Test
    void keepsNoSecretsAndNothingThatDiffersEachTime() throws Http1Fault {
        for (var line : new String[] {"Cookie: session=0123456789", "Authorization: Basic eA==", "X-Own: some value"}) {
            fieldsOf(line);

            assertThat(find(line)).as(line).isNull();
        }
    }

    @Test
    void keepsALineOfTheGreatestLengthAndNoneLonger() throws Http1Fault {
        var longest = "User-Agent: " + "a".repeat(256 - "User-Agent: ".length());
        fieldsOf(longest);
        fieldsOf(longest + "a");

        assertThat(find(longest)).isEqualTo(Headers.of(HeaderName.USER_AGENT, longest.substring(12)));
        assertThat(find(longest + "a")).isNull();
    }

    @Test
    void keepsALineOfTheLeastLengthAndNoneShorter() throws Http1Fault {
        fieldsOf("Accept:x");
        fieldsOf("Host:ab");

        assertThat(find("Accept:x")).isEqualTo(Headers.of(HeaderName.ACCEPT, "x"));
        assertThat(find("Host:ab")).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"User-Agent: curl/8.1", "User-Agent:  curl/8.0", "user-agent: curl/8.0", "User-Agent: curl/8.0 "
            })
    void doesNotTakeAnotherLineForAKnownOne(String other) throws Http1Fault {
        fieldsOf("User-Agent: curl/8.0");

        assertThat(find(other)).isNull();
    }

    @Test
    void doesNotKeepAMalformedLine() {
        assertThatThrownBy(() -> fieldsOf("User-Agent : curl/8.0")).isInstanceOf(Http1Fault.class);

        assertThat(find("User-Agent : curl/8.0")).isNull();
    }

    @Test
    void forgetsOldLinesForNewOnes() throws Http1Fault {
        int lines = 10_000;
        for (int i = 0; i < lines; i++) {
            fieldsOf("User-Agent: client " + i);
        }

        int kept = 0;
        for (int i = 0; i < lines; i++) {
            kept += find("User-Agent: client " + i) == null ? 0 : 1;
        }

        assertThat(kept).isBetween(100, 512);
        assertThat(find("User-Agent: client " + (lines - 1))).isNotNull();
    }

    @Test
    void countsAKnownLineAsAFieldOfItsRequest() throws Http1Fault {
        var limits = new Http1Limits(9, 9, 999, 2, 9, 99, 99);
        var text = "GET / HTTP/1.1\r\nHost: known.example\r\nAccept: text/html\r\nHost: known.example\r\n\r\n";
        fieldsOf("Host: known.example");
        fieldsOf("Accept: text/html");
        var engine = new Http1Engine(limits, memo);

        assertThatThrownBy(() -> engine.nextEvent(ByteBuffer.wrap(text.getBytes(ISO_8859_1))))
                .isInstanceOf(Http1Fault.class)
                .hasMessageContaining("fields beyond 2");
    }

    private Headers fieldsOf(String line) throws Http1Fault {
        var bytes = line.getBytes(ISO_8859_1);
        var fields = Headers.builder();
        FieldLine.parse(bytes, 0, bytes.length, fields, memo, Http1Fault.Kind.BAD_FIELD);
        return fields.build();
    }

    private @Nullable Headers find(String line) {
        var bytes = line.getBytes(ISO_8859_1);
        return memo.find(bytes, 0, bytes.length);
    }
}
