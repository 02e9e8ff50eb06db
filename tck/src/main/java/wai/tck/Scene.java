package wai.tck;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import wai.HeaderName;
import wai.HttpVersion;
import wai.Request;
import wai.Respond;
import wai.ResponseReceived;

/// One run of one case: where the application's side and the client's side meet.
///
/// They talk through notes: each has a key, is written once, and can be waited for from either side. Every wait is
/// bounded, by [#PATIENCE] in most runs; one that runs out is a failure that says where the application stands.
///
/// The application may be in another process: then a [StageDoor] enters, leaves and takes notes for it.
final class Scene implements Backstage, AutoCloseable {
    /// How long anything may take that should happen at once, on a machine that is busy with other things.
    static final Duration PATIENCE = Duration.ofSeconds(20);

    /// Names the run to which a request belongs.
    static final HeaderName RUN = HeaderName.of("Wai-Tck-Run");

    /// A run of the application that has not ended.
    static final class Running {
        private final Supplier<String> place;

        private Running(Supplier<String> place) {
            this.place = place;
        }
    }

    private final String id;
    private final TckCase subject;
    private final HandlerUnderTest starter;
    private final Backend backend;
    private final Declared declared;
    private final Duration patience;
    private final Map<String, CompletableFuture<String>> notes = new ConcurrentHashMap<>();
    private final Queue<Throwable> thrown = new ConcurrentLinkedQueue<>();
    private final Queue<AutoCloseable> opened = new ConcurrentLinkedQueue<>();

    private volatile boolean over;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition applicationEnded = lock.newCondition();
    /// The runs of the application that have not ended, guarded by `lock`.
    private final List<Running> inside = new ArrayList<>();

    Scene(String id, TckCase subject, HandlerUnderTest starter, Backend backend, Declared declared, Duration patience) {
        this.id = id;
        this.subject = subject;
        this.starter = starter;
        this.backend = backend;
        this.declared = declared;
        this.patience = patience;
    }

    String id() {
        return id;
    }

    Duration patience() {
        return patience;
    }

    TckCase subject() {
        return subject;
    }

    /// By what [#scaled] divides.
    int divisor() {
        return patience.compareTo(PATIENCE) < 0 ? 8 : 1;
    }

    @Override
    public int scaled(int many) {
        return many / divisor();
    }

    Declared declared() {
        return declared;
    }

    // The application's side

    /// Runs an application of the case on this thread.
    ///
    /// @param server which one; [TckCase#MAIN] for that of most cases
    ResponseReceived handle(String server, Request request, Respond respond) throws Exception {
        var thread = Thread.currentThread();
        var running = enter(() -> place(thread));
        try {
            return subject.application(server).handle(request, respond, this);
        } catch (Throwable t) {
            threw(t);
            throw t;
        } finally {
            leave(running);
        }
    }

    /// An application begins to run.
    ///
    /// @param place says where it is
    /// @return what [#leave] takes
    Running enter(Supplier<String> place) {
        var running = new Running(requireNonNull(place, "place"));
        lock.lock();
        try {
            inside.add(running);
        } finally {
            lock.unlock();
        }
        return running;
    }

    /// An application has failed.
    void threw(Throwable failure) {
        thrown.add(failure);
    }

    /// An application has ended.
    void leave(Running running) {
        lock.lock();
        try {
            inside.remove(running);
            applicationEnded.signalAll();
        } finally {
            lock.unlock();
        }
    }

    // Notes

    @Override
    public void note(String key, Object value) {
        slot(key).complete(value.toString());
    }

    @Override
    public String noted(String key) throws InterruptedException {
        try {
            return slot(key).get(patience.toNanos(), NANOSECONDS);
        } catch (TimeoutException _) {
            throw new CaseFailure("nothing noted \"" + key + "\" within " + patience.toMillis() + " ms; " + stand());
        } catch (ExecutionException e) {
            throw new CaseFailure("the case is over; nothing noted \"" + key + "\"", e);
        }
    }

    /// Whether something was noted by now.
    boolean isNoted(String key) {
        var slot = slot(key);
        return slot.isDone() && !slot.isCompletedExceptionally();
    }

    /// Waits for a note and looks whether its text is that of a value.
    void expectNoted(String key, Object value) throws InterruptedException {
        CaseFailure.expectEqual(key, value.toString(), noted(key));
    }

    // The client's side

    ClientCall send(ClientRequest request) throws IOException {
        return sendTo(backend, saysItsLength(request));
    }

    /// Where a POST must say that it has no body it does, but in cases about just that.
    private ClientRequest saysItsLength(ClientRequest request) {
        boolean isSilent = request.method().equals("POST") && request.content() instanceof ClientRequest.Content.None;
        return isSilent
                        && declared.departures().containsKey(Departure.LENGTH_REQUIRED)
                        && !subject.dependsOn().contains(Departure.LENGTH_REQUIRED)
                ? request.with(new ClientRequest.Content.Declared(0))
                : request;
    }

    Answer ask(ClientRequest request) throws IOException {
        return Answer.of(send(request));
    }

    Answer get(String target) throws IOException {
        return ask(ClientRequest.of("GET", target));
    }

    Answer post(String target, byte[] body) throws IOException {
        var call = send(ClientRequest.of("POST", target).with(new ClientRequest.Content.Declared(body.length)));
        call.body().write(body);
        call.endBody(wai.Headers.EMPTY);
        return Answer.of(call);
    }

    // Servers of its own

    /// Starts another server of the handler under test, for cases about starting and stopping.
    ///
    /// @param server which of the case's applications it runs
    Backend start(String server) throws Exception {
        var stage = new Stage();
        stage.open(id, new Stage.Part.OfCase(this, server));
        return starter.start(stage);
    }

    ClientCall sendTo(Backend server, ClientRequest request) throws IOException {
        var call = server.client().send(request.with(RUN.toString(), id));
        opened.add(call);
        return call;
    }

    Answer askAt(Backend server, ClientRequest request) throws IOException {
        return Answer.of(sendTo(server, request));
    }

    Wire wireTo(Backend server) throws IOException {
        var endpoint = server.endpoint().orElseThrow();
        CaseFailure.expect(
                endpoint.version() != HttpVersion.HTTP_2,
                "a case sends bytes of HTTP/1, and the endpoint speaks HTTP/2: declare Departure.ofHttp2()");
        var wire = Wire.connect(endpoint, patience);
        opened.add(wire);
        return wire;
    }

    /// Fails when anything but the answer to a new request, or the end of the connection, follows a response.
    void expectNothingBehind(Answer answer, String target) throws IOException {
        var request = ClientRequest.of("GET", target).with(RUN.toString(), id);
        ClientHead head;
        try {
            var next = answer.call().next(request);
            if (next.isEmpty()) {
                return;
            }
            opened.add(next.get());
            head = next.get().nextHead();
        } catch (java.net.SocketTimeoutException e) {
            throw new CaseFailure("the next request on the connection was not answered; " + stand(), e);
        } catch (IOException _) {
            return; // the handler closed: nothing can follow
        }
        CaseFailure.expect(
                head.status() == 200,
                "the next request on the connection was answered with " + head + ", expected 200\n" + answer.shown());
    }

    /// Where the backend listens; empty when it does not.
    Optional<Endpoint> endpoint() {
        return backend.endpoint();
    }

    /// Whether clients come by HTTP/2.
    boolean speaksHttp2() {
        return backend.endpoint()
                .filter(endpoint -> endpoint.version() == HttpVersion.HTTP_2)
                .isPresent();
    }

    /// Whether clients come over TLS.
    boolean isSecure() {
        return backend.endpoint().flatMap(Endpoint::tls).isPresent();
    }

    /// A socket to the backend, for bytes that no client would send.
    Wire wire() throws IOException {
        return wireTo(backend);
    }

    /// The head of a request for a [#wire] as text, with `Host` and what names this run.
    String head(String requestLine, String... fields) {
        var lines = new StringBuilder(requestLine).append("\r\nHost: tck.test\r\n");
        lines.append(RUN).append(": ").append(id).append("\r\n");
        Arrays.stream(fields).forEach(field -> lines.append(field).append("\r\n"));
        return lines.append("\r\n").toString();
    }

    /// A file of that content, deleted when the case is over.
    Path file(String content) throws IOException {
        var path = Files.createTempFile("wai-tck", ".bin");
        opened.add(() -> Files.deleteIfExists(path));
        Stage.publish(path);
        Files.write(path, content.getBytes(ISO_8859_1));
        // a file that has just changed has a weak validator for a moment, which would end between two requests
        return Files.setLastModifiedTime(path, FileTime.from(Instant.now().minus(Duration.ofHours(1))));
    }

    // The end

    /// Waits until the application has ended, and fails when it saw a broken rule that the client could not see.
    void finish() throws InterruptedException {
        closeAll();
        endWaits();
        awaitApplication();
        for (var failure : thrown) {
            if (failure instanceof CaseFailure) {
                throw new CaseFailure("seen by the application: " + failure.getMessage(), failure);
            }
        }
    }

    @Override
    public void close() {
        endWaits();
        closeAll();
    }

    /// Where the application is and what it threw, for the message of a failure.
    String stand() {
        lock.lock();
        try {
            var places = inside.stream().map(each -> each.place.get()).collect(Collectors.joining("; "));
            return (places.isEmpty() ? "no application is running" : "the application is running: " + places)
                    + (thrown.isEmpty() ? "" : "; the application threw " + shownThrown());
        } finally {
            lock.unlock();
        }
    }

    /// Some of what was thrown, in brief: messages of waits that ran out would otherwise quote each other.
    private String shownThrown() {
        return thrown.stream()
                .limit(3)
                .map(Throwable::toString)
                .map(text -> text.length() <= 200 ? text : text.substring(0, 200) + "…")
                .collect(Collectors.joining(", ", "[", thrown.size() > 3 ? ", …]" : "]"));
    }

    private void awaitApplication() throws InterruptedException {
        lock.lock();
        try {
            long left = patience.toNanos();
            while (!inside.isEmpty()) {
                if (left <= 0) {
                    throw new CaseFailure("the application did not end after its client had; " + stand());
                }
                left = applicationEnded.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Ends all waits for notes, also those that have not begun.
    private void endWaits() {
        over = true;
        notes.values().forEach(Scene::endWaits);
    }

    private static void endWaits(CompletableFuture<String> slot) {
        slot.completeExceptionally(new IllegalStateException("the case is over"));
    }

    private void closeAll() {
        for (AutoCloseable next; (next = opened.poll()) != null; ) {
            try {
                next.close();
            } catch (Exception e) {
                thrown.add(e); // shown with a failure; no failure by itself
            }
        }
    }

    private CompletableFuture<String> slot(String key) {
        var slot = notes.computeIfAbsent(key, _ -> new CompletableFuture<>());
        if (over) {
            endWaits(slot);
        }
        return slot;
    }

    private static String place(Thread thread) {
        var frames = thread.getStackTrace();
        return thread + " " + thread.getState() + " at "
                + Arrays.stream(frames)
                        .limit(6)
                        .map(StackTraceElement::toString)
                        .collect(Collectors.joining(" < "));
    }
}
