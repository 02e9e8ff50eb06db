package wai.warp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.EnumSet;
import java.util.Set;
import wai.Application;
import wai.Capability;
import wai.tck.Backend;
import wai.tck.HandlerTck;
import wai.warp.settings.Hooks;
import wai.warp.settings.WarpSettings;

/// Warp keeps the contract, over HTTP/1.1 on a real port.
final class WarpTckTest extends HandlerTck {
    @Override
    protected Backend start(Application application) throws IOException {
        var settings = WarpSettings.defaults()
                .withHost("127.0.0.1")
                .withPort(0)
                .withHooks(Hooks.defaults().withOnFailure(_ -> {})); // the cases fail on purpose
        var server = Warp.start(settings, application);
        return Backend.at(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()), server);
    }

    @Override
    protected Set<Capability> capabilities() {
        return EnumSet.complementOf(EnumSet.of(Capability.TLS_FACTS, Capability.HTTP_2));
    }
}
