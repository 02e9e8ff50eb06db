package wai.cgi.program;

import wai.cgi.front.WebServer;

/// CGI programs that lighttpd starts.
final class CgiBehindLighttpdTest extends CgiBehind {
    CgiBehindLighttpdTest() {
        super(WebServer.LIGHTTPD);
    }
}
