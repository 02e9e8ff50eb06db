package wai.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpDateTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final long FIRST = Instant.parse("0000-01-01T00:00:00Z").getEpochSecond();
    private static final long LAST = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "1994-11-06T08:49:37Z | Sun, 06 Nov 1994 08:49:37 GMT",
                "1994-11-06T08:49:37.999999999Z | Sun, 06 Nov 1994 08:49:37 GMT",
                "1969-12-31T23:59:59.5Z | Wed, 31 Dec 1969 23:59:59 GMT",
                "2000-02-29T00:00:00Z | Tue, 29 Feb 2000 00:00:00 GMT",
                "0000-01-01T00:00:00Z | Sat, 01 Jan 0000 00:00:00 GMT",
                "9999-12-31T23:59:59Z | Fri, 31 Dec 9999 23:59:59 GMT",
            })
    void writesFixdates(Instant moment, String expected) {
        assertThat(HttpDate.format(moment)).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"-0001-12-31T23:59:59Z", "+10000-01-01T00:00:00Z"})
    void refusesToWriteAYearWithoutFourDigits(Instant moment) {
        assertThatThrownBy(() -> HttpDate.format(moment))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(moment.toString())
                .hasMessageContaining("RFC 9110 §5.6.7");
    }

    @ParameterizedTest(name = "\"{0}\" is {1}")
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "Sun, 06 Nov 1994 08:49:37 GMT|1994-11-06T08:49:37Z",
                "Sunday, 06-Nov-94 08:49:37 GMT|1994-11-06T08:49:37Z",
                "Sun Nov  6 08:49:37 1994|1994-11-06T08:49:37Z",
                "Wed Nov 16 08:49:37 1994|1994-11-16T08:49:37Z",
                "Thu, 29 Feb 2024 23:59:59 GMT|2024-02-29T23:59:59Z",
                "Sat, 31 Dec 2016 23:59:60 GMT|2017-01-01T00:00:00Z",
                "Saturday, 31-Dec-16 23:59:60 GMT|2017-01-01T00:00:00Z",
                "Sat Dec 31 23:59:60 2016|2017-01-01T00:00:00Z",
                "Sat, 01 Jan 0000 00:00:00 GMT|0000-01-01T00:00:00Z",
                "Fri Dec 31 23:59:59 9999|9999-12-31T23:59:59Z",
            })
    void readsAllThreeFormats(String text, Instant expected) {
        assertThat(HttpDate.parse(text, NOW)).contains(expected);
    }

    @ParameterizedTest(name = "in {0}, \"{1}\" is {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "2026-03-01T12:00:00Z | Sunday, 01-Mar-26 12:00:00 GMT    | 2026-03-01T12:00:00Z",
                "2026-03-01T12:00:00Z | Sunday, 01-Mar-76 12:00:00 GMT    | 2076-03-01T12:00:00Z",
                "2026-03-01T12:00:00Z | Monday, 01-Mar-76 12:00:01 GMT    | 1976-03-01T12:00:01Z",
                "2026-03-01T12:00:00Z | Saturday, 01-Jan-77 00:00:00 GMT  | 1977-01-01T00:00:00Z",
                "2026-03-01T12:00:00Z | Friday, 31-Dec-99 23:59:59 GMT    | 1999-12-31T23:59:59Z",
                "2026-03-01T12:00:00Z | Tuesday, 29-Feb-00 00:00:00 GMT   | 2000-02-29T00:00:00Z",
                "1999-12-31T23:59:59Z | Friday, 01-Jan-49 00:00:00 GMT    | 2049-01-01T00:00:00Z",
                "2080-06-01T00:00:00Z | Thursday, 01-Jan-05 00:00:00 GMT  | 2105-01-01T00:00:00Z",
            })
    void readsYearsOfTwoDigitsAsAtMostFiftyYearsAhead(Instant now, String text, Instant expected) {
        assertThat(HttpDate.parse(text, now)).contains(expected);
    }

    @ParameterizedTest(name = "\"{0}\"")
    @ValueSource(
            strings = {
                "",
                "0",
                "now",
                "Sun, 06 Nov 1994 08:49:37 UTC",
                "Sun, 06 Nov 1994 08:49:37 gmt",
                "Sun, 06 Nov 1994 08:49:37 +0000",
                "sun, 06 Nov 1994 08:49:37 GMT",
                "Sun, 06 nov 1994 08:49:37 GMT",
                "Mon, 06 Nov 1994 08:49:37 GMT",
                "Sun, 6 Nov 1994 08:49:37 GMT",
                "Sun,  6 Nov 1994 08:49:37 GMT",
                "Sun, 00 Nov 1994 08:49:37 GMT",
                "Thu, 31 Nov 1994 08:49:37 GMT",
                "Wed, 29 Feb 2023 08:49:37 GMT",
                "Sun, 06 Xyz 1994 08:49:37 GMT",
                "Sun, 06 Nov 94 08:49:37 GMT",
                "Sun, 06 Nov +994 08:49:37 GMT",
                "Sun, 06 Nov 1994 24:00:00 GMT",
                "Sun, 06 Nov 1994 08:60:37 GMT",
                "Sun, 06 Nov 1994 08:49:60 GMT",
                "Sun, 06 Nov 1994 08:49:61 GMT",
                "Sun, 06 Nov 1994 -8:49:37 GMT",
                "Sun, 06 Nov 1994 08.49.37 GMT",
                "Sun, 06-Nov-1994 08:49:37 GMT",
                "Sun, 06 Nov 1994 08:49:37 GMT ",
                " Sun, 06 Nov 1994 08:49:37 GMT",
                "Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT",
                "Sun, 06-Nov-94 08:49:37 GMT",
                "Sunday, 06 Nov 94 08:49:37 GMT",
                "Sunday, 06-Nov-9x 08:49:37 GMT",
                "Sunday, 06-Nov-94 08:49:37 UTC",
                "Monday, 06-Nov-94 08:49:37 GMT",
                "Someday, 06-Nov-94 08:49:37 GMT",
                ", 06-Nov-94 08:49:37 GMT",
                "Sunday, 31-Nov-94 08:49:37 GMT",
                "Sunday, 06-Nov-94 25:49:37 GMT",
                "Sun Nov 6 08:49:37 1994",
                "Sun Nov 06 08:49:37 94",
                "Sun Nov  0 08:49:37 1994",
                "Mon Nov  6 08:49:37 1994",
                "Sun-Nov  6 08:49:37 1994",
                "Sun Nov  6 08:49:37 199x",
                "Sun, 06 Nov 1994 08:49:37\u00a0GMT",
                "Sun, 0\u0666 Nov 1994 08:49:37 GMT",
            })
    void refusesEverythingElse(String text) {
        assertThat(HttpDate.parse(text, NOW)).isEmpty();
    }

    @Test
    void readsWhatItWrites() {
        long seed = System.nanoTime();
        var random = new SplittableRandom(seed);
        var oracle = DateTimeFormatter.ofPattern("EEE, dd MMM uuuu HH:mm:ss 'GMT'", Locale.US)
                .withZone(ZoneOffset.UTC);

        for (int i = 0; i < 100_000; i++) {
            var moment = Instant.ofEpochSecond(random.nextLong(FIRST, LAST + 1));

            var text = HttpDate.format(moment);

            assertThat(text).as("seed %d", seed).isEqualTo(oracle.format(moment));
            assertThat(HttpDate.parse(text, NOW)).as("seed %d, %s", seed, text).contains(moment);
        }
    }

    @Test
    void refusesOrReadsEveryDamagedDateWithoutThrowing() {
        var dates = new String[] {
            "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"
        };

        for (var date : dates) {
            for (int at = 0; at < date.length(); at++) {
                assertThat(HttpDate.parse(date.substring(0, at), NOW)).isEmpty();
                assertThat(HttpDate.parse(date.substring(0, at) + '\u00ff' + date.substring(at + 1), NOW))
                        .isEmpty();
                assertThat(HttpDate.parse(date.substring(0, at) + date.substring(at + 1), NOW))
                        .isEmpty();
            }
        }
    }
}
