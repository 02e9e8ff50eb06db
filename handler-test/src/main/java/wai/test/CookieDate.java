package wai.test;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads the dates of `Expires` as browsers do (RFC 6265 §5.1.1): tokens in any order, unlike an HTTP date.
final class CookieDate {
    private static final List<String> MONTHS =
            List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");
    private static final Pattern TOKEN = Pattern.compile("[^\\x09\\x20-\\x2F\\x3B-\\x40\\x5B-\\x60\\x7B-\\x7E]+");
    private static final Pattern TIME = Pattern.compile("(\\d{1,2}):(\\d{1,2}):(\\d{1,2})(?!\\d).*");
    private static final Pattern DAY = Pattern.compile("(\\d{1,2})(?!\\d).*");
    private static final Pattern YEAR = Pattern.compile("(\\d{2,4})(?!\\d).*");

    private int[] time = {};
    private int day = -1;
    private int month = -1;
    private int year = -1;

    private CookieDate() {}

    /// The time of a date; empty when it is none.
    static Optional<Instant> parse(String text) {
        var date = new CookieDate();
        for (Matcher tokens = TOKEN.matcher(text); tokens.find(); ) {
            date.take(tokens.group());
        }
        return date.instant();
    }

    /// Each token is the first of time, day, month and year that it can be and that is still missing.
    private void take(String token) {
        var asTime = TIME.matcher(token);
        var asDay = DAY.matcher(token);
        var asYear = YEAR.matcher(token);
        if (time.length == 0 && asTime.matches()) {
            time = new int[] {number(asTime, 1), number(asTime, 2), number(asTime, 3)};
        } else if (day < 0 && asDay.matches()) {
            day = number(asDay, 1);
        } else if (month < 0 && monthOf(token) > 0) {
            month = monthOf(token);
        } else if (year < 0 && asYear.matches()) {
            int seen = number(asYear, 1);
            year = seen < 70 ? seen + 2000 : seen < 100 ? seen + 1900 : seen;
        }
    }

    private Optional<Instant> instant() {
        if (time.length == 0 || day < 0 || month < 0 || year < 1601) {
            return Optional.empty();
        }
        try {
            return Optional.of(LocalDateTime.of(year, month, day, time[0], time[1], time[2])
                    .toInstant(ZoneOffset.UTC));
        } catch (DateTimeException _) {
            return Optional.empty(); // 31 February, 25 o'clock
        }
    }

    private static int monthOf(String token) {
        return token.length() < 3 ? 0 : MONTHS.indexOf(token.substring(0, 3).toLowerCase(Locale.ROOT)) + 1;
    }

    private static int number(Matcher matcher, int group) {
        return Integer.parseInt(matcher.group(group));
    }
}
