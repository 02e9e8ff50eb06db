package wai.middleware;

import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import wai.Application;
import wai.Request;
import wai.Respond;
import wai.ResponseReceived;

/// One request on an [Offload]: a thread of the pool runs it, the thread that brought it waits until it has ended.
///
/// The monitor guards `runner` and `withdrawn`. It is held while the runner is interrupted, so that an interrupt never
/// reaches the request that runs next on the same thread.
final class OffloadCall implements Runnable {
    private final Application application;
    private final Request request;
    private final Respond respond;
    private final @Nullable ClassLoader loader = Thread.currentThread().getContextClassLoader();
    private final CountDownLatch ended = new CountDownLatch(1);

    private @Nullable Thread runner;
    private boolean withdrawn;

    // the result, written before `ended`
    private @Nullable ResponseReceived received;
    private @Nullable Throwable thrown;
    private boolean interrupted;

    OffloadCall(Application application, Request request, Respond respond) {
        this.application = application;
        this.request = request;
        this.respond = respond;
    }

    /// Runs the application, unless nobody waits for it any more.
    @Override
    public void run() {
        if (!begin()) {
            return;
        }
        try {
            received = application.handle(request, respond);
        } catch (Throwable e) { // passes as it is, whatever it is
            thrown = e;
        } finally {
            end();
        }
    }

    /// Waits for the end, also when interrupted: request and respond function are the application's until then.
    ///
    /// @return what the application returned
    /// @throws InterruptedException when interrupted before the application began
    /// @throws Exception what the application threw
    @SuppressWarnings("NullAway") // an application that returns null is the handler's to refuse
    ResponseReceived await() throws Exception {
        boolean interruptedTooLate = false;
        while (true) {
            try {
                ended.await();
                break;
            } catch (InterruptedException e) {
                interruptedTooLate |= !interrupt(e);
            }
        }
        if (interrupted || interruptedTooLate) {
            Thread.currentThread().interrupt();
        }
        if (thrown != null) {
            OffloadCall.<RuntimeException>rethrow(thrown);
        }
        return received;
    }

    private synchronized boolean begin() {
        if (withdrawn) {
            return false;
        }
        runner = Thread.currentThread();
        runner.setContextClassLoader(loader);
        return true;
    }

    private synchronized void end() {
        interrupted = Thread.interrupted();
        Thread.currentThread().setContextClassLoader(null);
        runner = null;
        ended.countDown();
    }

    /// Whether it was given up before it began.
    synchronized boolean isWithdrawn() {
        return withdrawn;
    }

    /// Hands an interrupt on to the application.
    ///
    /// @return false when it has ended already
    /// @throws InterruptedException when it had not begun, and will not
    private synchronized boolean interrupt(InterruptedException seen) throws InterruptedException {
        if (runner != null) {
            runner.interrupt();
            return true;
        }
        if (ended.getCount() == 0) {
            return false;
        }
        withdrawn = true;
        throw seen;
    }

    /// Throws anything as it is: the compiler's rule about checked exceptions is met by the caller's signature.
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T extends Throwable> void rethrow(Throwable thrown) throws T {
        throw (T) thrown;
    }
}
