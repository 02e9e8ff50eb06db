package wai.servlet.exchange;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import wai.RawApplication;

/// Where the thread of an application waits for the byte stream of its raw response.
///
/// Containers open it only after the thread on which they called us has returned; so the application of a request that
/// offers an upgrade runs on another one, and its raw application inside `respond`, as everywhere else.
public final class RawTunnel {
    /// A container that has taken an upgrade opens it in no time, unless the client is gone.
    private static final long OPENING_SECONDS = 30;

    private final CompletableFuture<TunnelConnection> opened = new CompletableFuture<>();
    private final CountDownLatch ended = new CountDownLatch(1);

    /// A tunnel that is not open yet.
    public RawTunnel() {}

    /// The container has opened the byte stream.
    ///
    /// @param connection the byte stream
    /// @return false when nobody waits for it any more
    public boolean open(TunnelConnection connection) {
        return opened.complete(connection);
    }

    /// The container could not open it.
    ///
    /// @param cause why
    public void fail(Throwable cause) {
        opened.completeExceptionally(cause);
    }

    /// Waits until the raw application has returned.
    ///
    /// @throws InterruptedException when interrupted while it waits
    public void awaitEnd() throws InterruptedException {
        ended.await();
    }

    /// Waits for the byte stream, runs the raw application on it, and closes it.
    ///
    /// @param application the raw application
    /// @throws IOException when the container opens no stream
    /// @throws Exception what the application throws
    public void run(RawApplication application) throws Exception {
        try {
            var connection = await();
            try (connection) {
                application.run(connection);
                connection.closeOutput();
            }
        } finally {
            ended.countDown();
        }
    }

    private TunnelConnection await() throws IOException, InterruptedException {
        try {
            return opened.get(OPENING_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IOException("the container could not open a raw connection", e.getCause());
        } catch (TimeoutException e) {
            var late = new IOException("the container opened no raw connection, the client may be gone", e);
            if (opened.completeExceptionally(late)) {
                throw late;
            }
            return opened.join(); // it came in the same moment
        }
    }
}
