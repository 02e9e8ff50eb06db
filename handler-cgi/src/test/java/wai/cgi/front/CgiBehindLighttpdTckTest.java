package wai.cgi.front;

/// CGI keeps the contract behind lighttpd.
final class CgiBehindLighttpdTckTest extends CgiTck {
    CgiBehindLighttpdTckTest() {
        super(WebServer.LIGHTTPD);
    }
}
