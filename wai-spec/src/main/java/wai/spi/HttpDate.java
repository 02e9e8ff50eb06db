package wai.spi;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Dates as header fields have them (RFC 9110 §5.6.7), to the second, in UTC.
///
/// Written by hand because a server writes one per second and reads up to three per request: no formatter, no locale,
/// no exception for what is malformed.
public final class HttpDate {
    private static final List<String> DAYS =
            List.of("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday");
    private static final String SHORT_DAYS = "MonTueWedThuFriSatSun";
    private static final String MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";

    /// 0000-01-01T00:00:00Z, the first second that a year of four digits can name.
    private static final long FIRST = -62_167_219_200L;

    /// 9999-12-31T23:59:59Z, the last second that a year of four digits can name.
    private static final long LAST = 253_402_300_799L;

    private static final int SECONDS_OF_DAY = 86_400;

    /// Of 1970-01-01, a Thursday, counted from Monday as 1.
    private static final int EPOCH_DAY = 4;

    private static final int FIXDATE_LENGTH = 29;
    private static final int ASCTIME_LENGTH = 24;

    private HttpDate() {}

    /// Writes a moment in the preferred format, IMF-fixdate: `Sun, 06 Nov 1994 08:49:37 GMT`.
    ///
    /// @param moment the moment; parts of a second are dropped
    /// @return 29 ASCII characters
    /// @throws IllegalArgumentException when the year is not 0000 to 9999
    public static String format(Instant moment) {
        long second = moment.getEpochSecond();
        if (second < FIRST || second > LAST) {
            throw new IllegalArgumentException(
                    "date " + moment + ": expected a year from 0000 to 9999 (RFC 9110 §5.6.7)");
        }
        long day = Math.floorDiv(second, SECONDS_OF_DAY);
        var date = LocalDate.ofEpochDay(day);
        int time = Math.floorMod(second, SECONDS_OF_DAY);
        var text = "Ddd, 00 Mmm 0000 00:00:00 GMT".getBytes(StandardCharsets.US_ASCII);
        putName(text, 0, SHORT_DAYS, Math.floorMod(day + EPOCH_DAY - 1, 7) + 1);
        putTwoDigits(text, 5, date.getDayOfMonth());
        putName(text, 8, MONTHS, date.getMonthValue());
        putTwoDigits(text, 12, date.getYear() / 100);
        putTwoDigits(text, 14, date.getYear() % 100);
        putTwoDigits(text, 17, time / 3600);
        putTwoDigits(text, 20, time / 60 % 60);
        putTwoDigits(text, 23, time % 60);
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    /// Reads a moment in any of the three formats that a recipient must accept:
    ///
    /// - IMF-fixdate: `Sun, 06 Nov 1994 08:49:37 GMT`
    /// - RFC 850: `Sunday, 06-Nov-94 08:49:37 GMT`; of the years with those two digits it is the latest that lies no
    ///   more than 50 years after `now`
    /// - asctime: `Sun Nov  6 08:49:37 1994`
    ///
    /// Strict: letter case, spaces, every digit and the day of the week must be right. A leap second (`23:59:60`) is
    /// read as the second after it.
    ///
    /// @param text a field value
    /// @param now the present, for years of two digits
    /// @return the moment; empty when the text is no such date
    public static Optional<Instant> parse(String text, Instant now) {
        return switch (text.length()) {
            case FIXDATE_LENGTH -> fixdate(text);
            case ASCTIME_LENGTH -> asctime(text);
            default -> rfc850(text, now);
        };
    }

    private static void putName(byte[] text, int at, String names, int number) {
        for (int i = 0; i < 3; i++) {
            text[at + i] = (byte) names.charAt((number - 1) * 3 + i);
        }
    }

    private static void putTwoDigits(byte[] text, int at, int value) {
        text[at] = (byte) ('0' + value / 10);
        text[at + 1] = (byte) ('0' + value % 10);
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT`
    private static Optional<Instant> fixdate(String text) {
        boolean shaped = text.startsWith(", ", 3)
                && text.charAt(7) == ' '
                && text.charAt(11) == ' '
                && text.charAt(16) == ' '
                && text.endsWith(" GMT");
        return shaped
                ? moment(
                        date(number(text, 12, 4), name(text, 8, MONTHS), number(text, 5, 2)), day(text), time(text, 17))
                : Optional.empty();
    }

    /// `Sun Nov  6 08:49:37 1994`
    private static Optional<Instant> asctime(String text) {
        boolean shaped =
                text.charAt(3) == ' ' && text.charAt(7) == ' ' && text.charAt(10) == ' ' && text.charAt(19) == ' ';
        int day = text.charAt(8) == ' ' ? number(text, 9, 1) : number(text, 8, 2);
        return shaped
                ? moment(date(number(text, 20, 4), name(text, 4, MONTHS), day), day(text), time(text, 11))
                : Optional.empty();
    }

    /// `Sunday, 06-Nov-94 08:49:37 GMT`
    private static Optional<Instant> rfc850(String text, Instant now) {
        int comma = text.indexOf(',');
        if (comma < 0 || text.length() != comma + 24) {
            return Optional.empty();
        }
        boolean shaped = text.charAt(comma + 1) == ' '
                && text.charAt(comma + 4) == '-'
                && text.charAt(comma + 8) == '-'
                && text.charAt(comma + 11) == ' '
                && text.endsWith(" GMT");
        int lastDigits = number(text, comma + 9, 2);
        int month = name(text, comma + 5, MONTHS);
        int day = number(text, comma + 2, 2);
        int time = time(text, comma + 12);
        if (!shaped || lastDigits < 0 || time < 0) {
            return Optional.empty();
        }
        var limit = LocalDateTime.ofInstant(now, ZoneOffset.UTC).plusYears(50);
        int year = limit.getYear() - Math.floorMod(limit.getYear() - lastDigits, 100);
        var date = date(year, month, day);
        if (date != null
                && year == limit.getYear()
                && date.atTime(LocalTime.ofSecondOfDay(time % SECONDS_OF_DAY)).isAfter(limit)) {
            date = date(year - 100, month, day);
        }
        return moment(date, DAYS.indexOf(text.substring(0, comma)) + 1, time);
    }

    private static Optional<Instant> moment(@Nullable LocalDate date, int dayOfWeek, int secondOfDay) {
        if (date == null || secondOfDay < 0 || date.getDayOfWeek().getValue() != dayOfWeek) {
            return Optional.empty();
        }
        return Optional.of(Instant.ofEpochSecond(date.toEpochDay() * SECONDS_OF_DAY + secondOfDay));
    }

    private static int day(String text) {
        return name(text, 0, SHORT_DAYS);
    }

    /// The day, or null when one of the numbers is -1 or there is no such day.
    private static @Nullable LocalDate date(int year, int month, int day) {
        if (year < 0 || month < 1 || day < 1 || day > 31) {
            return null;
        }
        try {
            return LocalDate.of(year, month, day);
        } catch (DateTimeException _) {
            return null; // 31 April and its like
        }
    }

    /// The second of the day of `08:49:37`, or -1.
    private static int time(String text, int at) {
        int hour = number(text, at, 2);
        int minute = number(text, at + 3, 2);
        int second = number(text, at + 6, 2);
        boolean shaped = text.charAt(at + 2) == ':' && text.charAt(at + 5) == ':';
        boolean leap = hour == 23 && minute == 59 && second == 60;
        boolean inRange = hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60;
        return shaped && (inRange || leap) ? hour * 3600 + minute * 60 + second : -1;
    }

    /// The number, 1 for the first, of a name of three letters, or -1.
    private static int name(String text, int at, String names) {
        for (int i = 0; i < names.length(); i += 3) {
            if (names.regionMatches(i, text, at, 3)) {
                return i / 3 + 1;
            }
        }
        return -1;
    }

    /// The value of that many digits, or -1.
    private static int number(String text, int at, int digits) {
        int value = 0;
        for (int i = at; i < at + digits; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            value = value * 10 + (c - '0');
        }
        return value;
    }
}
