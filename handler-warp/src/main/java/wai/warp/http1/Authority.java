package wai.warp.http1;

/// The grammar of `host` and `host:port`, as `Host`, CONNECT and absolute targets have it (RFC 3986 §3.2, RFC 9110
/// §4.2).
///
/// User information is refused everywhere (RFC 9110 §4.2.4).
public final class Authority {
    private static final int HIGHEST_PORT = 65_535;

    private Authority() {}

    /// Whether the text is a host that is not empty, with or without a port.
    ///
    /// @param text any text
    /// @return false for an empty one
    public static boolean isHost(String text) {
        int end = endOfHost(text);
        return end > 0
                && (end == text.length()
                        || (text.charAt(end) == ':' && (end + 1 == text.length() || isPort(text, end + 1))));
    }

    /// Whether the text is a host with a port that can be connected to (RFC 9110 §9.3.6, RFC 9112 §3.2.3).
    ///
    /// @param text any text
    /// @return false for an empty one
    public static boolean isHostAndPort(String text) {
        int end = endOfHost(text);
        return end > 0
                && end < text.length()
                && text.charAt(end) == ':'
                && isPort(text, end + 1)
                && text.substring(end + 1).chars().anyMatch(digit -> digit != '0');
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

    /// Behind an IPv6 address, or one of the future, in brackets, or 0 when there is none.
    private static int endOfAddress(String text) {
        int end = text.indexOf(']');
        return end > 0 && (isAddress(text, 1, end) || isFutureAddress(text, 1, end)) ? end + 1 : 0;
    }

    /// Groups of up to four hexadecimal digits, eight in all or fewer around one `::`; the last two may be IPv4.
    private static boolean isAddress(String text, int from, int to) {
        int groups = 0;
        boolean shortened = false;
        int at = from;
        while (at < to) {
            if (text.startsWith("::", at) && !shortened) {
                shortened = true;
                at += 2;
                continue;
            }
            if (at > from && !(shortened && text.startsWith("::", at - 2))) {
                if (text.charAt(at) != ':') {
                    return false;
                }
                at++;
            }
            int end = at;
            while (end < to && Octets.hex(text.charAt(end)) >= 0) {
                end++;
            }
            if (end < to && text.charAt(end) == '.') {
                return isIpv4(text.substring(at, to)) && isWhole(groups + 2, shortened);
            }
            if (end == at || end - at > 4) {
                return false;
            }
            groups++;
            at = end;
        }
        return isWhole(groups, shortened);
    }

    private static boolean isWhole(int groups, boolean shortened) {
        return shortened ? groups < 8 : groups == 8;
    }

    private static boolean isIpv4(String text) {
        var numbers = text.split("\\.", -1);
        for (var number : numbers) {
            boolean digits = !number.isEmpty() && number.chars().allMatch(c -> c >= '0' && c <= '9');
            if (!digits || number.length() > 3 || Integer.parseInt(number) > 255) {
                return false;
            }
            if (number.length() > 1 && number.charAt(0) == '0') {
                return false;
            }
        }
        return numbers.length == 4;
    }

    /// A `v`, a version in hexadecimal digits, a dot, and whatever that version has.
    private static boolean isFutureAddress(String text, int from, int to) {
        int dot = text.indexOf('.', from);
        if (from == to || (text.charAt(from) | 0x20) != 'v' || dot <= from + 1 || dot + 1 >= to) {
            return false;
        }
        for (int at = from + 1; at < to; at++) {
            char c = text.charAt(at);
            if (at < dot ? Octets.hex(c) < 0 : c != ':' && !Octets.isRegName(c)) {
                return false;
            }
        }
        return true;
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
