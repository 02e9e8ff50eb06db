package wai.logging;

import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import wai.HeaderName;

/// The log formats of Apache httpd.
final class ApacheLines implements LogFormat {
    /// Which of the two.
    enum Kind {
        COMMON,
        COMBINED
    }

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);
    /// In characters, as most lines have.
    private static final int USUAL = 256;

    private final Kind kind;
    /// The second that was written last, which many lines share. Whose of two threads stays does not matter.
    private Second second = new Second(Instant.EPOCH.getEpochSecond(), TIME.format(Instant.EPOCH));

    ApacheLines(Kind kind) {
        this.kind = kind;
    }

    private record Second(long number, String text) {}

    @Override
    public String line(AccessEvent event) {
        var line = new StringBuilder(USUAL);
        var request = event.request();
        appendRemote(line, request.remoteAddress());
        line.append(" - ")
                .append(user(event))
                .append(" [")
                .append(time(event.began()))
                .append("] \"");
        appendEscaped(line, request.method());
        line.append(' ');
        appendEscaped(line, request.rawPath());
        appendEscaped(line, request.rawQuery());
        line.append(' ').append(request.version()).append("\" ");
        line.append(event.status().code()).append(' ');
        long bytes = event.bytes().orElse(0);
        if (bytes == 0) {
            line.append('-');
        } else {
            line.append(bytes);
        }
        if (kind == Kind.COMBINED) {
            var headers = request.headers();
            line.append(" \"");
            appendEscaped(line, headers.first(HeaderName.REFERER, "-"));
            line.append("\" \"");
            appendEscaped(line, headers.first(HeaderName.USER_AGENT, "-"));
            line.append('"');
        }
        return line.toString();
    }

    private String time(Instant instant) {
        long number = instant.getEpochSecond();
        var known = second;
        if (known.number != number) {
            second = known = new Second(number, TIME.format(instant));
        }
        return known.text;
    }

    /// One word, or `-`.
    private static String user(AccessEvent event) {
        return event.user()
                .filter(user -> !user.isEmpty())
                .map(user -> escaped(user).replace(" ", "\\x20"))
                .orElse("-");
    }

    /// The client's address, or `-`.
    static void appendRemote(StringBuilder line, SocketAddress remote) {
        var address = remote instanceof InetSocketAddress inet ? inet.getAddress() : null;
        if (address == null) {
            line.append('-');
        } else if (address instanceof Inet4Address) {
            var octets = address.getAddress();
            line.append(octets[0] & 0xff).append('.').append(octets[1] & 0xff).append('.');
            line.append(octets[2] & 0xff).append('.').append(octets[3] & 0xff);
        } else {
            line.append(address.getHostAddress());
        }
    }

    /// As httpd escapes: quotation marks and backslashes by a backslash, the rest by its code.
    static String escaped(String text) {
        var escaped = new StringBuilder(text.length());
        appendEscaped(escaped, text);
        return escaped.toString();
    }

    /// The same, at the end of a line.
    static void appendEscaped(StringBuilder line, String text) {
        Escaping.append(line, text, "\\x", 2);
    }
}
