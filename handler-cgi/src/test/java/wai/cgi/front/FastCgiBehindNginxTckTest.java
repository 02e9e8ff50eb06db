package wai.cgi.front;

/// FastCGI keeps the contract behind nginx.
final class FastCgiBehindNginxTckTest extends FastCgiTck {
    FastCgiBehindNginxTckTest() {
        super(WebServer.NGINX);
    }
}
