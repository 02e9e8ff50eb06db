package wai.test;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import wai.ClientDisconnectedException;
import wai.Headers;
import wai.Status;
import wai.StatusException;
import wai.spi.ContractViolation;

/// Everything that passes between client and application for one request, and everything a test wants to know of it.
///
/// The backend writes it from its threads, [LiveResponse] reads it from the test's. One lock guards all but the pipes,
/// which have their own; the two are never held together.
final class Conversation {
    private final String request;
    private final Duration timeout;

    private final Pipe upload = new Pipe();
    private final Pipe rawToApplication = new Pipe();
    private final Pipe toClient = new Pipe();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<Informational> informational = new ArrayList<>();
    private final List<ContractViolation> violations = new ArrayList<>();
    private final List<Runnable> whenClientLeaves = new ArrayList<>();
    private final List<Runnable> whenShutDown = new ArrayList<>();
    private @Nullable SSLSession tls;
    private @Nullable Head head;
    private Headers trailers = Headers.EMPTY;
    private @Nullable String incomplete;
    private @Nullable Throwable failure;
    private @Nullable Thread application;
    private Runnable transport = () -> {};
    private boolean failedBeforeResponse;
    private boolean continued;
    private boolean over;
    private boolean left;
    private boolean shutDown;

    /// @param request how messages call the request
    /// @param timeout how long the test waits for anything
    Conversation(String request, Duration timeout) {
        this.request = request;
        this.timeout = timeout;
    }

    /// The body of a request that the test feeds.
    Pipe upload() {
        return upload;
    }

    /// What the client writes after the head of a raw response.
    Pipe rawToApplication() {
        return rawToApplication;
    }

    /// The body of the response, or what a raw application writes.
    Pipe toClient() {
        return toClient;
    }

    // What the backend says

    /// The application runs on this thread from now on.
    void begun() {
        update(() -> application = Thread.currentThread());
    }

    /// The connection is encrypted.
    void secured(SSLSession session) {
        update(() -> tls = session);
    }

    void inform(Status status, Headers fields) {
        update(() -> {
            informational.add(new Informational(status, fields));
            continued |= status.code() == 100;
        });
    }

    /// Sends `100 Continue`, unless the response has reached the client: nothing interim can follow it.
    void askForBody() {
        update(() -> {
            if (head == null) {
                informational.add(new Informational(Status.CONTINUE, Headers.EMPTY));
                continued = true;
            }
        });
    }

    /// The head of the response has reached the client. Only the first one counts.
    void respond(Head newHead) {
        update(() -> head = head == null ? newHead : head);
    }

    /// The response has reached its end.
    void complete(Headers newTrailers) {
        update(() -> trailers = newTrailers);
        toClient.end();
    }

    /// The response will not go on, although its end was not reached. Without effect after [#complete].
    void cut(String reason) {
        if (!toClient.isClosed()) {
            update(() -> incomplete = reason);
            toClient.cut(reason);
        }
    }

    /// The application threw before it responded: what follows is the handler's answer.
    void failBeforeResponse(Throwable thrown) {
        update(() -> {
            failure = thrown;
            failedBeforeResponse = true;
        });
    }

    /// The application threw while it responded or afterwards.
    void fail(Throwable thrown) {
        update(() -> failure = thrown);
    }

    /// How the backend lets go of the connection when the client does.
    void onLeave(Runnable newTransport) {
        update(() -> transport = newTransport);
    }

    @SuppressWarnings("ReferenceEquality") // the same violation is reported when thrown and when it passes
    void violate(ContractViolation violation) {
        update(() -> {
            if (violations.stream().noneMatch(known -> known == violation)) {
                violations.add(violation);
            }
        });
    }

    /// The application has returned or thrown.
    void over() {
        update(() -> {
            over = true;
            whenClientLeaves.clear();
            whenShutDown.clear();
        });
    }

    /// The transport has nothing more to tell; the exchange is over too unless an application was seen to run.
    void transportEnded() {
        update(() -> over |= application == null);
    }

    /// Whether the client has left.
    boolean hasLeft() {
        return read(() -> left);
    }

    /// Has an action run on a thread of its own when the client leaves before the exchange is over.
    void whenClientLeaves(Runnable action) {
        if (read(() -> left || (!over && !whenClientLeaves.add(action)))) {
            runApart(action);
        }
    }

    /// Has an action run on a thread of its own when the shutdown is signalled before the exchange is over.
    void whenShutDown(Runnable action) {
        if (read(() -> shutDown || (!over && !whenShutDown.add(action)))) {
            runApart(action);
        }
    }

    /// Waits until `100 Continue` or a final response has come.
    ///
    /// @return whether the body is wanted
    boolean awaitContinue(Patience patience) throws InterruptedIOException {
        lock.lock();
        try {
            patience.await(changed, () -> continued || head != null || over || left);
            return continued;
        } finally {
            lock.unlock();
        }
    }

    // What the client does

    /// The client goes away: what the application writes or reads from now on fails.
    void leave() {
        List<Runnable> actions;
        cut("the client has left");
        lock.lock();
        try {
            left |= !over;
            actions = new ArrayList<>(whenClientLeaves);
            actions.add(transport);
            whenClientLeaves.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        toClient.abandon("the client has left");
        upload.cut("the client has left");
        rawToApplication.cut("the client has left");
        actions.forEach(Conversation::runApart);
    }

    void signalShutdown() {
        List<Runnable> actions;
        lock.lock();
        try {
            shutDown = true;
            actions = List.copyOf(whenShutDown);
            whenShutDown.clear();
        } finally {
            lock.unlock();
        }
        actions.forEach(Conversation::runApart);
    }

    /// Waits for the head of the response.
    ///
    /// @return the head; null when the exchange ended without one
    @Nullable
    Head awaitHead() throws InterruptedIOException {
        var patience = patience("the head of the response");
        lock.lock();
        try {
            patience.await(changed, () -> head != null || incomplete != null || left || (over && toClient.isClosed()));
            return head;
        } finally {
            lock.unlock();
        }
    }

    /// Waits until the application has returned or thrown.
    void awaitOver() throws InterruptedIOException {
        awaitOver(patience("the end of the application"));
    }

    void awaitOver(Patience patience) throws InterruptedIOException {
        lock.lock();
        try {
            patience.await(changed, () -> over);
        } finally {
            lock.unlock();
        }
    }

    /// Waits until so many informational responses have come, or none can come any more.
    void awaitInformational(int count) throws InterruptedIOException {
        var patience = patience("an informational response");
        lock.lock();
        try {
            patience.await(changed, () -> informational.size() >= count || head != null || over || left);
        } finally {
            lock.unlock();
        }
    }

    boolean hasHead() {
        return read(() -> head != null);
    }

    boolean failedBeforeResponse() {
        return read(() -> failedBeforeResponse);
    }

    boolean isContinued() {
        return read(() -> continued);
    }

    List<Informational> informational() {
        return read(() -> List.copyOf(informational));
    }

    Headers trailers() {
        return read(() -> trailers);
    }

    /// What was agreed on with a server that speaks TLS; null elsewhere.
    @Nullable
    SSLSession tls() {
        return readNullable(() -> tls);
    }

    /// Why the response is not whole; null when it is, or still may be.
    @Nullable
    String incomplete() {
        return readNullable(() -> incomplete);
    }

    @Nullable
    Throwable failure() {
        return readNullable(() -> failure);
    }

    List<ContractViolation> violations() {
        return read(() -> List.copyOf(violations));
    }

    /// What a test must hear of: a broken rule in any case, an exception unless it only says what the client did.
    @Nullable
    Throwable fault() {
        return readNullable(() -> {
            if (!violations.isEmpty()) {
                return violations.getFirst();
            }
            boolean clientsFault = failure instanceof ClientDisconnectedException
                    || (failure instanceof StatusException refusal && refusal.isOfTheClient());
            return left || clientsFault ? null : failure;
        });
    }

    /// How long a test waits, and what it says then: what it waited for, and where the application is.
    Patience patience(String awaited) {
        return Patience.of(timeout, () -> {
            var complaint =
                    new AssertionError("waited " + timeout.toMillis() + " ms for " + awaited + " of " + request);
            var running = readNullable(() -> over ? null : application);
            if (running != null) {
                var place = new Throwable("the application is here");
                place.setStackTrace(running.getStackTrace());
                complaint.initCause(place);
            }
            return complaint;
        });
    }

    @Override
    public String toString() {
        return request;
    }

    private static void runApart(Runnable action) {
        Thread.ofVirtual().name("wai.test signal").start(action);
    }

    private void update(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private <T> T read(Supplier<T> value) {
        lock.lock();
        try {
            return value.get();
        } finally {
            lock.unlock();
        }
    }

    private <T> @Nullable T readNullable(Supplier<@Nullable T> value) {
        lock.lock();
        try {
            return value.get();
        } finally {
            lock.unlock();
        }
    }
}
