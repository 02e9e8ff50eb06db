package wai.field;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/// IP addresses as fields have them. Never asks a name server, and takes no short or octal form for an address.
public final class AddressText {
    private static final int LONGEST = 45;

    private AddressText() {}

    /// Reads an address.
    ///
    /// @param text `192.0.2.1` or `2001:db8::1`, without brackets, port and zone
    /// @return null when it is none; an IPv4 address for an IPv6 address that holds one (`::ffff:192.0.2.1`)
    public static @Nullable InetAddress parse(String text) {
        if (text.length() > LONGEST || !(text.indexOf(':') >= 0 ? isIpv6(text) : isIpv4(text))) {
            return null;
        }
        try {
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException _) { // the JDK has no other way to ask
            return null;
        }
    }

    /// Reads the address of a node (RFC 7239 §6, and what is written into `X-Forwarded-For`): IPv4, or IPv6 in
    /// brackets, each with a port or without; or bare IPv6.
    ///
    /// @param node the node
    /// @return null when it is none: `unknown`, an obfuscated name, or malformed
    public static @Nullable InetAddress ofNode(String node) {
        if (node.startsWith("[")) {
            int end = node.indexOf(']');
            boolean fits = end > 0 && isPort(node.substring(end + 1)) && node.indexOf(':') < end;
            return fits ? parse(node.substring(1, end)) : null;
        }
        int colon = node.indexOf(':');
        boolean bare = colon < 0 || node.indexOf(':', colon + 1) >= 0;
        if (bare) {
            return parse(node);
        }
        return isPort(node.substring(colon)) ? parse(node.substring(0, colon)) : null;
    }

    private static boolean isPort(String text) {
        if (text.isEmpty()) {
            return true;
        }
        boolean obfuscated = text.startsWith(":_");
        var port = text.substring(obfuscated ? 2 : 1);
        boolean fits = !port.isEmpty() && port.length() <= (obfuscated ? 64 : 5);
        return text.startsWith(":") && fits && port.chars().allMatch(c -> obfuscated ? isNameCharacter(c) : isDigit(c));
    }

    private static boolean isIpv6(String text) {
        return text.chars().allMatch(c -> (Character.digit(c, 16) >= 0 && c < 0x80) || c == ':' || c == '.');
    }

    /// Four decimal numbers up to 255, without zeros in front, which some read as octal.
    private static boolean isIpv4(String text) {
        int parts = 1;
        int digits = 0;
        int value = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '.') {
                if (digits == 0) {
                    return false;
                }
                parts++;
                digits = 0;
                value = 0;
            } else if (!isDigit(c) || (digits > 0 && value == 0) || digits == 3) {
                return false;
            } else {
                digits++;
                value = value * 10 + (c - '0');
            }
            if (value > 255) {
                return false;
            }
        }
        return parts == 4 && digits > 0;
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isNameCharacter(int c) {
        return isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '_' || c == '-';
    }
}
