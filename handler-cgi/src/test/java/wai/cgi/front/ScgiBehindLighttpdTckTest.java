package wai.cgi.front;

/// SCGI keeps the contract behind lighttpd.
final class ScgiBehindLighttpdTckTest extends ScgiTck {
    ScgiBehindLighttpdTckTest() {
        super(WebServer.LIGHTTPD);
    }
}
