package wai.cgi.front;

/// SCGI keeps the contract behind Apache httpd.
final class ScgiBehindApacheTckTest extends ScgiTck {
    ScgiBehindApacheTckTest() {
        super(WebServer.APACHE);
    }
}
