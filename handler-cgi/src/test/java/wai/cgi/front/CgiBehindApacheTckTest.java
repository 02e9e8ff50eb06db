package wai.cgi.front;

/// CGI keeps the contract behind Apache httpd.
final class CgiBehindApacheTckTest extends CgiTck {
    CgiBehindApacheTckTest() {
        super(WebServer.APACHE);
    }
}
