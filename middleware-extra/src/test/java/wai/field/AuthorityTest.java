package wai.field;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorityTest {
    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource({
        "a.example, a.example",
        "A.Example., a.example",
        "a.example:8080, a.example:8080",
        "a.example:, a.example",
        "a_b-c.example:0, a_b-c.example:0",
        "127.0.0.1:65535, 127.0.0.1:65535",
        "[::1], [::1]",
        "[2001:DB8::1]:443, [2001:db8::1]:443",
        "[::ffff:1.2.3.4], [::ffff:1.2.3.4]"
    })
    void readsHostAndPort(String text, String read) {
        assertThat(Authority.parse(text)).get().hasToString(read);
    }

    @ParameterizedTest(name = "\"{0}\"")
    @ValueSource(
            strings = {
                "",
                ".",
                ".a",
                "a..b",
                ":80",
                "a:b",
                "a:65536",
                "a:123456",
                "a:-1",
                "a:+1",
                "a b",
                "u@a",
                "a/b",
                "a\\b",
                "a?b",
                "a%2e",
                "ä",
                "[::1",
                "[]",
                "[::1]x",
                "[fe80::1%25eth0]",
                "[1.2.3.4]",
                "[:::]",
                "a,b",
                "a\"b"
            })
    void refusesWhatIsNoHost(String text) {
        assertThat(Authority.parse(text)).isEmpty();
    }

    @Test
    void readsNamesAsLongAsDnsHasThem() {
        assertThat(Authority.parse("a".repeat(255))).isPresent();
        assertThat(Authority.parse("a".repeat(256))).isEmpty();
    }
}
