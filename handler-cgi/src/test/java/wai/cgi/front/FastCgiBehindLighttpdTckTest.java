package wai.cgi.front;

/// FastCGI keeps the contract behind lighttpd.
final class FastCgiBehindLighttpdTckTest extends FastCgiTck {
    FastCgiBehindLighttpdTckTest() {
        super(WebServer.LIGHTTPD);
    }
}
