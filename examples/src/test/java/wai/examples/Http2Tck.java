package wai.examples;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import wai.Application;
import wai.tck.Backend;
import wai.tck.Departure;
import wai.tck.Endpoint;
import wai.tck.HandlerTck;
import wai.warp.Warp;
import wai.warp.settings.Listener;
import wai.warp.settings.WarpSettings;
import wai.warp.tls.Identity;
import wai.warp.tls.Tls;

/// How a test of a handler begins that is spoken to by HTTP/2 over TLS; a piece of docs/writing-a-handler.md, which is
/// compiled here. What runs so is Warp, in handler-warp.
abstract class Http2Tck extends HandlerTck {
    private static final Identity IDENTITY = Identity.selfSigned(List.of("localhost"), Duration.ofDays(1));

    @Override
    protected Backend start(Application application) throws Exception {
        var listener = Listener.tcp("127.0.0.1", 0).withTls(Tls.of(IDENTITY));
        var server = Warp.start(WarpSettings.defaults().withListeners(List.of(listener)), application);
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
        var certificate = IDENTITY.chain().getFirst();
        return Backend.at(Endpoint.at(address).withTls(certificate).withHttp2(), server);
    }

    @Override
    protected Map<Departure, String> departures() {
        return Departure.ofHttp2(); // and what the server itself does otherwise
    }
}
