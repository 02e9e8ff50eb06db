package wai.lint;

import java.io.IOException;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import wai.Capability;
import wai.Connection;
import wai.Headers;
import wai.HttpVersion;
import wai.Request;
import wai.Status;
import wai.spi.Rule;

/// The live side of a watched request: that of the request outside, and a look at informational responses.
final class LintPeer implements Request.Peer {
    private final Request outside;
    private final LintCall call;

    /// Asked for once, so that a question does not walk through all layers.
    private final Set<Capability> capabilities = EnumSet.noneOf(Capability.class);

    LintPeer(Request outside, LintCall call) {
        this.outside = outside;
        this.call = call;
        for (var capability : Capability.values()) {
            if (outside.supports(capability)) {
                capabilities.add(capability);
            }
        }
    }

    @Override
    public Connection connection() {
        return outside.connection();
    }

    @Override
    public Set<Capability> capabilities() {
        return capabilities;
    }

    /// On every version but 1.1 a request offers only what an extended CONNECT named.
    @Override
    public Optional<String> extendedConnectProtocol() {
        return outside.toBuilder().version(HttpVersion.HTTP_2).build().upgrades().stream()
                .findFirst();
    }

    @Override
    public Headers trailers() {
        return outside.trailers();
    }

    @Override
    public void sendInformational(Status status, Headers fields) throws IOException {
        if (call.trail().isBegun()) {
            call.report(LintProblem.of(
                    Rule.REQ_LATE_INFORMATIONAL,
                    "status " + status.code() + " was sent after the final response had begun",
                    "send informational responses before respond is called"));
        }
        outside.sendInformational(status, fields);
    }

    @Override
    public void onDisconnect(Runnable action) {
        outside.onDisconnect(action);
    }

    @Override
    public void onShutdown(Runnable action) {
        outside.onShutdown(action);
    }
}
