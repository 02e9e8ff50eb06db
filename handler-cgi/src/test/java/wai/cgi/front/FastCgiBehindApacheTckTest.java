package wai.cgi.front;

/// FastCGI keeps the contract behind Apache httpd.
final class FastCgiBehindApacheTckTest extends FastCgiTck {
    FastCgiBehindApacheTckTest() {
        super(WebServer.APACHE);
    }
}
