package wai.test;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CookieDateTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "Wed, 09 Jun 2021 10:18:14 GMT | 2021-06-09T10:18:14Z",
                "Wednesday, 09-Jun-21 10:18:14 GMT | 2021-06-09T10:18:14Z",
                "Wed Jun  9 10:18:14 2021 | 2021-06-09T10:18:14Z",
                "10:18:14 9 june 2021 | 2021-06-09T10:18:14Z",
                "Sun, 06-Nov-1994 08:49:37 GMT | 1994-11-06T08:49:37Z",
                "06 Nov 94 8:49:7 | 1994-11-06T08:49:07Z",
                "06 Nov 69 08:49:37 | 2069-11-06T08:49:37Z",
                "06 Nov 70 08:49:37 | 1970-11-06T08:49:37Z"
            })
    void readsDatesInAnyOrder(String text, Instant expected) {
        assertThat(CookieDate.parse(text)).contains(expected);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "",
                "tomorrow",
                "Wed, 09 Jun 2021",
                "09 Jun 1600 10:18:14",
                "31 Feb 2021 10:18:14",
                "09 Jun 2021 24:18:14",
                "09 Jun 2021 10:60:14",
                "32 Jun 2021 10:18:14",
                "09 Foo 2021 10:18:14"
            })
    void refusesWhatIsNoDate(String text) {
        assertThat(CookieDate.parse(text)).isEmpty();
    }
}
