package wai.warp.http1;

/// The grammar of `host` and `host:port`, as `Host`, CONNECT and absolute targets have it (RFC 3986 §3.2, RFC 9110
/// §4.2).
///
/// User information is refused everywhere (RFC 9110 §4.2.4).
final class Authority {
    private static final int HIGHEST_PORT = 65_535;

    private Authority() {}

    /// Whether the text is a host that is not empty, with or without a port.
    static boolean isHost(String text) {
        int end = endOfHost(text);
        return end > 0
                && (end == text.length()
                        || (text.charAt(end) == ':' && (end + 1 == text.length() || isPort(text, end + 1))));
    }

    /// Whether the text is a host with a port (RFC 9112 §3.2.3).
    static boolean isHostAndPort(String text) {
        int end = endOfHost(text);
        return end > 0 && end < text.length() && text.charAt(end) == ':' && isPort(text, end + 1);
    }

    /// Behind the host at the beginning of the text, or 0 when there is none.
    private static int endOfHost(String text) {
        if (text.startsWith("[")) {
            return endOfAddress(text);
        }
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '%') {
                if (at + 2 >= text.length()
                        || Octets.hex(text.charAt(at + 1)) < 0
                        || Octets.hex(text.charAt(at + 2)) < 0) {
                    return 0;
                }
                at += 3;
            } else if (Octets.isRegName(c)) {
                at++;
            } else {
                return at;
            }
        }
        return at;
    }

    /// Behind an IPv6 address in brackets, or 0 when there is none; what is inside is only looked at by character.
    private static int endOfAddress(String text) {
        int colons = 0;
        for (int at = 1; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == ']') {
                return colons >= 2 ? at + 1 : 0;
            } else if (c == ':') {
                colons++;
            } else if (c != '.' && Octets.hex(c) < 0) {
                return 0;
            }
        }
        return 0;
    }

    private static boolean isPort(String text, int from) {
        int port = 0;
        for (int at = from; at < text.length(); at++) {
            int digit = text.charAt(at) - '0';
            if (digit < 0 || digit > 9) {
                return false;
            }
            port = port * 10 + digit;
            if (port > HIGHEST_PORT) {
                return false;
            }
        }
        return from < text.length();
    }
}
