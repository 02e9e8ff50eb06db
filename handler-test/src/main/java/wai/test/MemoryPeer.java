package wai.test;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import wai.Capability;
import wai.ClientDisconnectedException;
import wai.Connection;
import wai.Headers;
import wai.HttpVersion;
import wai.Request;
import wai.Status;
import wai.spi.Exchange;

/// The live side of a request in memory.
final class MemoryPeer implements Request.Peer {
    private final Outgoing outgoing;
    private final Exchange exchange;
    private final MemoryBody body;
    private final Conversation conversation;
    private final Set<Capability> capabilities;

    MemoryPeer(Outgoing outgoing, Exchange exchange, MemoryBody body, Conversation conversation) {
        this.outgoing = outgoing;
        this.exchange = exchange;
        this.body = body;
        this.conversation = conversation;
        this.capabilities = capabilities(
                outgoing.settings().capabilities, outgoing.request().version());
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // UNKNOWN is one object
    public Connection connection() {
        var known = outgoing.request().connection();
        return known == Connection.UNKNOWN ? new Loopback(outgoing.request()) : known;
    }

    @Override
    public Set<Capability> capabilities() {
        return capabilities;
    }

    @Override
    public Optional<String> extendedConnectProtocol() {
        return outgoing.protocol().isEmpty() ? Optional.empty() : Optional.of(outgoing.protocol());
    }

    @Override
    public Headers trailers() {
        if (!body.isEnded()) {
            throw new IllegalStateException("the trailers were asked for before the body was read to its end");
        }
        return capabilities.contains(Capability.REQUEST_TRAILERS)
                ? outgoing.trailers().get()
                : Headers.EMPTY;
    }

    @Override
    public void sendInformational(Status status, Headers fields) throws ClientDisconnectedException {
        exchange.checkInformationalInTime(status);
        if (conversation.hasLeft()) {
            throw new ClientDisconnectedException("the client has left before " + status + " was sent");
        }
        conversation.inform(status, fields);
    }

    @Override
    public void onDisconnect(Runnable action) {
        if (capabilities.contains(Capability.DISCONNECT_SIGNAL)) {
            conversation.whenClientLeaves(action);
        }
    }

    @Override
    public void onShutdown(Runnable action) {
        if (capabilities.contains(Capability.SHUTDOWN_SIGNAL)) {
            conversation.whenShutDown(action);
        }
    }

    /// What the client chose, without what its version of HTTP does not have.
    private static Set<Capability> capabilities(Set<Capability> chosen, HttpVersion version) {
        var possible = EnumSet.noneOf(Capability.class);
        possible.addAll(chosen);
        switch (version) {
            case HTTP_1_0 -> {
                possible.remove(Capability.EARLY_HINTS);
                possible.remove(Capability.INFORMATIONAL);
                possible.remove(Capability.REQUEST_TRAILERS);
                possible.remove(Capability.RESPONSE_TRAILERS);
            }
            case HTTP_2 -> possible.add(Capability.HTTP_2);
            case HTTP_1_1, HTTP_3 -> {
                // nothing more, nothing less
            }
        }
        return Set.copyOf(possible);
    }

    /// A connection that leads back to this machine, as far as applications can see.
    private record Loopback(Request request) implements Connection {
        @Override
        public SocketAddress localAddress() {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), request.isSecure() ? 443 : 80);
        }

        @Override
        public SocketAddress remoteAddress() {
            return request.remoteAddress();
        }
    }
}
