package wai.cgi.responder;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import wai.cgi.fastcgi.FastCgiLimits;
import wai.cgi.fastcgi.ParameterMemo;
import wai.cgi.gateway.Gateway;
import wai.cgi.server.Link;
import wai.cgi.server.Protocol;
import wai.cgi.settings.Failure;
import wai.cgi.settings.Failure.Phase;
import wai.cgi.settings.FastCgiSettings;
import wai.spi.Exchange.Progress;

/// Serves FastCGI: many requests for each connection, one after the other and at the same time.
public final class FastCgiProtocol implements Protocol {
    private final Gateway gateway;
    private final FastCgiSettings settings;
    private final FastCgiLimits limits;
    private final ParameterMemo memo = new ParameterMemo();

    /// FastCGI for an application.
    ///
    /// @param gateway what to call
    /// @param settings the limits
    public FastCgiProtocol(Gateway gateway, FastCgiSettings settings) {
        this.gateway = gateway;
        this.settings = settings;
        var server = settings.server();
        this.limits = new FastCgiLimits(
                server.connections(), settings.requestsPerConnection(), server.headBytes(), server.variables());
    }

    @Override
    public void announceStop() {
        gateway.announceStop();
    }

    @Override
    public void serve(Link link) throws IOException {
        if (isWelcome(link)) {
            new ResponderConnection(link, gateway, settings, limits, memo).serve();
        }
    }

    /// Whether the web server is one of those that were named (FastCGI 1.0 §3.2).
    private boolean isWelcome(Link link) {
        var named = settings.webServers();
        if (named.isEmpty() || !(link.peer() instanceof InetSocketAddress peer) || isNamed(peer.getAddress())) {
            return true;
        }
        report(Phase.REQUEST, new IOException("a connection from " + peer + " was closed: expected one of " + named));
        return false;
    }

    private boolean isNamed(InetAddress address) {
        return settings.webServers().contains(address);
    }

    private void report(Phase phase, Throwable cause) {
        gateway.report(new Failure(phase, cause, Optional.empty(), Progress.NONE));
    }
}
