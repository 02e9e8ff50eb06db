package wai.cgi.program;

import wai.cgi.front.WebServer;

/// CGI programs that Apache httpd starts.
final class CgiBehindApacheTest extends CgiBehind {
    CgiBehindApacheTest() {
        super(WebServer.APACHE);
    }
}
