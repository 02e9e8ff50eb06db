package wai.runner;

import java.util.Map;

/// The backends by their names for `--on`.
final class Backends {
    static final String DEFAULT = "warp";

    /// The one that is no server: a web server starts `waiup` for each request.
    static final String CGI = "cgi";

    private Backends() {}

    static Map<String, Backend> all() {
        return Map.of(DEFAULT, WarpServing::start, "fastcgi", GatewayServing::fastCgi, "scgi", GatewayServing::scgi);
    }
}
