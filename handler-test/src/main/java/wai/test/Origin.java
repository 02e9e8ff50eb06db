package wai.test;

import java.net.URI;
import java.util.Locale;

/// Scheme and authority of the requests of a client: what becomes `Host`, and what decides on cookies and redirects.
///
/// @param scheme `http` or `https`
/// @param authority host, and port when it is not the scheme's
record Origin(String scheme, String authority) {
    static final Origin LOCALHOST = new Origin("http", "localhost");
    static final Origin SECURE_LOCALHOST = new Origin("https", "localhost");

    /// @throws IllegalArgumentException when the URI is not `http://host[:port]` or the same with https
    static Origin of(URI uri) {
        var scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!(scheme.equals("http") || scheme.equals("https")) || uri.getHost() == null) {
            throw new IllegalArgumentException("origin \"" + uri + "\": expected http://host or https://host, with or"
                    + " without a port (RFC 6454 §4)");
        }
        return new Origin(scheme, uri.getRawAuthority());
    }

    boolean isSecure() {
        return scheme.equals("https");
    }

    /// The host of an authority, without port and brackets, in lower case.
    static String host(String authority) {
        var host = authority.toLowerCase(Locale.ROOT);
        if (host.startsWith("[")) {
            int end = host.indexOf(']');
            return end < 0 ? host : host.substring(1, end);
        }
        int colon = host.indexOf(':');
        return colon < 0 ? host : host.substring(0, colon);
    }

    @Override
    public String toString() {
        return scheme + "://" + authority;
    }
}
