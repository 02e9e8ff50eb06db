package wai.warp.arrival;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Optional;
import wai.warp.settings.ProxyHeader;

/// The line of version 1 of the PROXY protocol (§2.1): strictly as it must be sent, since no client writes it.
final class ProxyVersion1 {
    private static final int PARTS = 6;

    private ProxyVersion1() {}

    /// Reads a line.
    ///
    /// @param line from `PROXY ` to its line feed
    static ProxyHeader parse(String line, SocketAddress sender) throws ProxyFault {
        if (!line.endsWith("\r\n")) {
            throw fault(line, "\\r\\n at its end");
        }
        var parts = line.substring(0, line.length() - 2).split(" ", -1);
        if (parts[1].equals("UNKNOWN")) {
            return ProxyEngine.withoutAddresses(1, sender); // whatever follows is to be ignored
        }
        boolean ipv6 = parts[1].equals("TCP6");
        if (!ipv6 && !parts[1].equals("TCP4")) {
            throw fault(line, "TCP4, TCP6 or UNKNOWN");
        }
        if (parts.length != PARTS) {
            throw fault(line, "two addresses and two ports, with one space before each");
        }
        return new ProxyHeader(
                1,
                sender,
                Optional.of(new InetSocketAddress(address(parts[2], ipv6, line), port(parts[4], line))),
                Optional.of(new InetSocketAddress(address(parts[3], ipv6, line), port(parts[5], line))),
                List.of());
    }

    private static InetAddress address(String text, boolean ipv6, String line) throws ProxyFault {
        try {
            if (ipv6) {
                if (text.indexOf(':') >= 0 && text.indexOf('%') < 0 && text.indexOf('[') < 0) {
                    return Inet6Address.ofLiteral(text);
                }
            } else if (isDotted(text)) {
                return Inet4Address.ofLiteral(text);
            }
        } catch (IllegalArgumentException _) {
            // said below
        }
        throw fault(line, ipv6 ? "IPv6 addresses" : "IPv4 addresses of four decimal numbers");
    }

    /// Whether it is four numbers without leading zeros; those would be octal to some.
    private static boolean isDotted(String text) {
        var numbers = text.split("\\.", -1);
        if (numbers.length != 4) {
            return false;
        }
        for (var number : numbers) {
            if (!isNumber(number, 3)) {
                return false;
            }
        }
        return true;
    }

    private static int port(String text, String line) throws ProxyFault {
        if (isNumber(text, 5)) {
            int port = Integer.parseInt(text);
            if (port <= 65535) {
                return port;
            }
        }
        throw fault(line, "ports from 0 to 65535 without leading zeros");
    }

    private static boolean isNumber(String text, int most) {
        if (text.isEmpty() || text.length() > most || (text.length() > 1 && text.charAt(0) == '0')) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    private static ProxyFault fault(String line, String expected) {
        return new ProxyFault(
                "PROXY header " + ProxyEngine.quoted(line) + ": expected " + expected + " (PROXY protocol §2.1)");
    }
}
