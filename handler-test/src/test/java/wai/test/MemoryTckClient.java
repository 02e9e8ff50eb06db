package wai.test;

import java.time.Duration;
import java.time.InstantSource;
import wai.tck.Client;
import wai.tck.ClientCall;
import wai.tck.ClientRequest;

/// Sends the requests of the kit through a [TestClient], by nothing but its public methods.
final class MemoryTckClient implements Client {
    /// As long as the kit's own client waits.
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final TestClient client;

    MemoryTckClient(TestClient client) {
        this.client = client.answeringErrors().withTimeout(PATIENCE);
    }

    @Override
    public ClientCall send(ClientRequest request) {
        // a jar of its own: the kit's client sends no field that its case did not ask for
        var outgoing =
                client.withCookies(new CookieJar(InstantSource.system())).request(request.method(), request.target());
        request.headers().forEach(outgoing::header);
        return switch (request.content()) {
            case ClientRequest.Content.None() -> new MemoryTckCall(outgoing);
            case ClientRequest.Content.Declared(long bytes) ->
                new MemoryTckCall(outgoing.uploading(bytes).open());
            case ClientRequest.Content.Chunked() ->
                new MemoryTckCall(outgoing.uploading().open());
        };
    }
}
