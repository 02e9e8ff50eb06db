package wai.runner;

import java.util.Map;

/// The backends by their names for `--on`.
final class Backends {
    static final String DEFAULT = "warp";

    /// The one that is no server: a web server starts `waiup` for each request.
    static final String CGI = "cgi";

    private Backends() {}

    static Map<String, Backend> all() {
        return Map.of(
                DEFAULT,
                WarpServing::start,
                "jetty",
                ContainerServing.by("JettyServer", "start"),
                "jetty-servlet",
                ContainerServing.by("JettyServer", "startServlet"),
                "tomcat",
                ContainerServing.by("TomcatServer", "start"),
                "undertow",
                ContainerServing.by("UndertowServer", "start"),
                "fastcgi",
                GatewayServing::fastCgi,
                "scgi",
                GatewayServing::scgi);
    }
}
