package wai.field;

import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;
import wai.HeaderName;
import wai.Request;

/// A host and perhaps a port, as `Host` and `Origin` have them (RFC 3986 §3.2.2), in one form so that two of them can
/// be compared: lower case, without a dot at its end.
///
/// @param host a name, an IPv4 address, or an IPv6 address in brackets
/// @param port 0 to 65535; -1 when there was none
public record Authority(String host, int port) {
    /// As long as a name of DNS can be.
    private static final int LONGEST_NAME = 255;

    /// Reads an authority.
    ///
    /// Names consist of letters, digits, `-`, `_` and `.`: what else RFC 3986 allows names no host that is served, and
    /// would end in links and logs.
    ///
    /// @param text the authority, without user information
    /// @return empty when it is none
    public static Optional<Authority> parse(String text) {
        int end = text.startsWith("[") ? text.indexOf(']') + 1 : endOfName(text);
        if (end <= 0 || end > LONGEST_NAME) {
            return Optional.empty();
        }
        var host = text.substring(0, end).toLowerCase(Locale.ROOT);
        if (host.startsWith("[") ? !isIpv6(host.substring(1, end - 1)) : !isName(host)) {
            return Optional.empty();
        }
        int port = port(text.substring(end));
        return port < -1 ? Optional.empty() : Optional.of(new Authority(withoutDot(host), port));
    }

    /// The authority in the `Host` field of a request.
    ///
    /// @param request the request
    /// @return empty when there is none or it is malformed
    public static Optional<Authority> of(Request request) {
        return request.headers().first(HeaderName.HOST).flatMap(Authority::parse);
    }

    /// As it stands in a URI.
    @Override
    public String toString() {
        return port < 0 ? host : host + ":" + port;
    }

    private static int endOfName(String text) {
        int colon = text.indexOf(':');
        return colon < 0 ? text.length() : colon;
    }

    private static boolean isName(String host) {
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            boolean fits = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
            boolean dot = c == '.' && i > 0 && host.charAt(i - 1) != '.';
            if (!fits && !dot) {
                return false;
            }
        }
        return true;
    }

    private static boolean isIpv6(String address) {
        for (int i = 0; i < address.length(); i++) {
            char c = address.charAt(i);
            if (Character.digit(c, 16) < 0 && c != ':' && c != '.') {
                return false; // a zone would be one of ours, not of the client
            }
        }
        try {
            return address.contains(":") && !address.isEmpty() && InetAddress.ofLiteral(address) != null;
        } catch (IllegalArgumentException _) { // the JDK has no other way to ask
            return false;
        }
    }

    /// -1 for none, -2 for a malformed one.
    private static int port(String text) {
        if (text.isEmpty() || text.equals(":")) {
            return -1;
        }
        boolean digits = text.length() <= 6 && text.chars().skip(1).allMatch(c -> c >= '0' && c <= '9');
        if (text.charAt(0) != ':' || !digits) {
            return -2;
        }
        int port = Integer.parseInt(text.substring(1));
        return port > 65_535 ? -2 : port;
    }

    private static String withoutDot(String host) {
        return host.length() > 1 && host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    }
}
