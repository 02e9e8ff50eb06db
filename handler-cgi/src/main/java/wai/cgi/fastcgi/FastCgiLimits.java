package wai.cgi.fastcgi;

/// What [FastCgiEngine] accepts at most, and what it tells a web server that asks.
///
/// @param connections how many connections the application takes at a time, at least 1; only told (`FCGI_MAX_CONNS`)
/// @param requests how many requests are active on one connection at a time, 1 to 65,535; one more is ended with
///     `FCGI_OVERLOADED`, or with `FCGI_CANT_MPX_CONN` when it is 1
/// @param parametersSize bytes of all parameters of a request together, with their lengths, at least 2; past it 431
/// @param parameterCount how many parameters a request has, at least 1; past it 431
public record FastCgiLimits(int connections, int requests, int parametersSize, int parameterCount) {
    /// The limits that hold where nothing else is said.
    ///
    /// - connections 1,024: what the usual limit of descriptors allows
    /// - requests 128 on a connection: web servers of today send one at a time; those that multiplex find what HTTP/2
    ///   recommends at least
    /// - parameters 128 KiB: the 64 KiB of fields and 8 KiB of target that an HTTP server takes, the target up to
    ///   three times, decoded and not, and what the web server adds
    /// - count 512: the 128 fields that an HTTP server takes, and what the web server tells of itself, with TLS
    ///   certificates taken apart
    public static final FastCgiLimits DEFAULT = new FastCgiLimits(1024, 128, 128 * 1024, 512);

    private static final int MOST = 1 << 28; // what is a limit of memory must fit into an array
    private static final int MOST_IDS = 0xffff; // an id has two bytes, and 0 is none

    /// Checks all limits.
    ///
    /// @throws IllegalArgumentException when one is out of its range, or one of memory above 256 MiB
    public FastCgiLimits {
        check("connections", connections, 1, Integer.MAX_VALUE);
        check("requests", requests, 1, MOST_IDS);
        check("parametersSize", parametersSize, 2, MOST);
        check("parameterCount", parameterCount, 1, MOST);
    }

    /// How many requests all connections together can have, as far as a number goes.
    int allRequests() {
        return (int) Math.min(Integer.MAX_VALUE, (long) connections * requests);
    }

    private static void check(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " " + value + ": expected " + least + " to " + most);
        }
    }
}
