package wai.cgi.front;

/// SCGI keeps the contract behind nginx.
final class ScgiBehindNginxTckTest extends ScgiTck {
    ScgiBehindNginxTckTest() {
        super(WebServer.NGINX);
    }
}
