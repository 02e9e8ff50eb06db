// HTTPS, and a port of plain HTTP that sends everybody there.
//
// While you develop, with a certificate that waiup makes:
//
//   ./waiup --tls examples/Secure.java
//
// For the world, with those of your host; renewed ones are taken over while it runs:
//
//   java -cp 'runner/target/app/*' examples/Secure.java fullchain.pem privkey.pem 443 80
//   curl https://example.org/
//       Hello over HTTP/2 and TLSv1.3!
//   curl -i http://example.org/a?b
//       HTTP/1.1 308 Permanent Redirect
//       Location: https://example.org/a?b

import wai.Application;
import wai.Response;
import wai.Status;
import wai.warp.Warp;
import wai.warp.settings.HttpsRedirect;
import wai.warp.settings.Listener;
import wai.warp.settings.WarpSettings;
import wai.warp.tls.Identity;
import wai.warp.tls.Tls;

Application app() {
    return (request, respond) -> {
        var tls = request.connection().tlsSession().map(session -> session.getProtocol()).orElse("no TLS");
        return respond.with(Response.text(Status.OK, "Hello over " + request.version() + " and " + tls + "!\n"));
    };
}

void main(String[] args) throws Exception {
    if (args.length != 4) {
        IO.println("expected: CERTIFICATES KEY HTTPS-PORT HTTP-PORT");
        return;
    }
    var identity = Identity.pemFiles(Path.of(args[0]), Path.of(args[1]));
    var secure = Listener.tcp(Integer.parseInt(args[2])).withTls(Tls.of(identity));
    var plain = Listener.tcp(Integer.parseInt(args[3])).withRedirect(HttpsRedirect.toOwnPort());
    try (var server = Warp.start(WarpSettings.defaults().withListeners(List.of(secure, plain)), app())) {
        Runtime.getRuntime().addShutdownHook(new Thread(server::close));
        IO.println("serving on " + server.addresses());
        server.awaitStop();
    }
}
