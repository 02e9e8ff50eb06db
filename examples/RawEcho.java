// Leaves HTTP: after the upgrade the application owns both directions of the connection. WebSockets build on this.
//
//   ./waiup examples/RawEcho.java
//   printf 'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nhello\n' |
//       nc -N 127.0.0.1 8080
//       HTTP/1.1 101 Switching Protocols
//       ...
//       hello
//   curl http://127.0.0.1:8080/
//       Ask for an upgrade to the protocol echo.

import wai.Application;
import wai.HeaderName;
import wai.Headers;
import wai.RawConnection;
import wai.Response;
import wai.Status;
import wai.warp.Warp;

static final Headers UPGRADE = Headers.of(HeaderName.CONNECTION, "Upgrade", HeaderName.UPGRADE, "echo");

static final Response REFUSAL = Response.text(Status.UPGRADE_REQUIRED, "Ask for an upgrade to the protocol echo.\n")
        .adding(HeaderName.CONNECTION, "Upgrade")
        .adding(HeaderName.UPGRADE, "echo");

Application app() {
    return (request, respond) -> respond.with(
            request.upgrades().contains("echo")
                    ? Response.raw(Status.SWITCHING_PROTOCOLS, UPGRADE, REFUSAL, this::echo)
                    : REFUSAL);
}

/// Until the client closes its direction.
void echo(RawConnection connection) throws IOException {
    var buffer = new byte[8192];
    for (int count; (count = connection.input().read(buffer)) >= 0; ) {
        connection.output().write(buffer, 0, count);
        connection.output().flush();
    }
}

void main() throws Exception {
    Warp.run(8080, app());
}
