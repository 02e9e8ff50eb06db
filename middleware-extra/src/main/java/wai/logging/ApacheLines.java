package wai.logging;

import java.net.InetSocketAddress;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;

/// The log formats of Apache httpd.
final class ApacheLines {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private ApacheLines() {}

    static String common(AccessEvent event) {
        return remote(event) + " - " + user(event) + " [" + TIME.format(event.began()) + "] \""
                + escaped(event.request().toString()) + "\" "
                + event.status().code() + ' '
                + (event.bytes().orElse(0) == 0
                        ? "-"
                        : Long.toString(event.bytes().getAsLong()));
    }

    /// The client's address, or `-`.
    static String remote(AccessEvent event) {
        return event.request().remoteAddress() instanceof InetSocketAddress inet && inet.getAddress() != null
                ? inet.getAddress().getHostAddress()
                : "-";
    }

    /// One word, or `-`.
    private static String user(AccessEvent event) {
        return event.user()
                .filter(user -> !user.isEmpty())
                .map(user -> escaped(user).replace(" ", "\\x20"))
                .orElse("-");
    }

    /// As httpd escapes: quotation marks and backslashes by a backslash, the rest by its code.
    static String escaped(String text) {
        var escaped = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                escaped.append('\\').append(c);
            } else if (c >= ' ' && c < 0x7f) {
                escaped.append(c);
            } else {
                escaped.append("\\x").append(HexFormat.of().toHexDigits((byte) c));
            }
        }
        return escaped.toString();
    }
}
