package wai.cgi.responder;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import wai.ClientDisconnectedException;
import wai.ClientTimeoutException;
import wai.Status;
import wai.cgi.fastcgi.FastCgiEngine;
import wai.cgi.fastcgi.FastCgiEvent;
import wai.cgi.fastcgi.FastCgiEvent.Signal;
import wai.cgi.fastcgi.FastCgiFault;
import wai.cgi.fastcgi.FastCgiLimits;
import wai.cgi.fastcgi.RecordBuffer;
import wai.cgi.gateway.Ending;
import wai.cgi.gateway.Gateway;
import wai.cgi.gateway.GatewayFault;
import wai.cgi.gateway.Variables;
import wai.cgi.server.Link;
import wai.cgi.server.Wait;
import wai.cgi.settings.Failure;
import wai.cgi.settings.Failure.Phase;
import wai.cgi.settings.FastCgiSettings;
import wai.cgi.settings.Timeouts;
import wai.spi.Exchange.Progress;

/// A connection of a web server: one thread reads records and hands input to the requests, each request has a thread
/// that runs its application and writes its records.
///
/// Nearly always there is one request at a time, and all of it comes at once. The reading thread then runs its
/// application itself: nobody is woken between the first byte that is read and the last that is written. Nobody reads
/// meanwhile. So another thread takes up the reading as soon as the application wants to know when its client leaves,
/// and in any case when it takes longer than a moment ([#watch], [#tick]); the web server may abort the request, or
/// begin another one.
///
/// `state` guards the engine and the requests, for moments. `turn` orders those who write and is held while bytes go
/// out, against the general rule: nobody else could write meanwhile anyhow. Whoever needs both takes `turn` first.
final class ResponderConnection {
    private static final String ABORTED = "the web server aborted the request: its client has left";
    private static final int READ_SIZE = 16 * 1024;
    /// More output than this goes out in several steps, between which other requests have their turn.
    private static final int STEP = 32 * 1024;
    /// As many characters of a failure as a line in a log should have.
    private static final int LONGEST_ERROR = 1000;
    private static final Pattern CONTROLS = Pattern.compile("[\\p{Cntrl}\\u0080-\\u009f\\u2028\\u2029]");

    private final Link link;
    private final Gateway gateway;
    private final FastCgiSettings settings;

    private final ReentrantLock turn = new ReentrantLock();
    /// Empty between turns.
    private final RecordBuffer out = new RecordBuffer(0);

    private final ReentrantLock state = new ReentrantLock();
    private final Condition someoneFinished = state.newCondition();
    private final FastCgiEngine engine;
    private final FastCgiLimits limits;
    /// By id, from the head to the end of the request.
    private final Map<Integer, ResponderRequest> requests = new HashMap<>();
    /// Those whose application has not returned, also behind the end of the request.
    private final Set<ResponderRequest> running = new HashSet<>();
    /// Whether bytes are being read, of which the engine has not told everything.
    private boolean parsing;
    /// The request that the reading thread runs, while nobody else has taken up the reading.
    private @Nullable ResponderRequest runHere;
    /// The one that the last tick saw there.
    private @Nullable ResponderRequest seenByTick;
    /// Whether the web server ever had two requests at the same time.
    private boolean multiplexes;
    /// Whether nothing more is read.
    private boolean readAll;
    /// Since when parameters are incomplete and none were completed; 0 when they are not.
    private long headSince;

    ResponderConnection(Link link, Gateway gateway, FastCgiSettings settings, FastCgiLimits limits) {
        this.link = link;
        this.gateway = gateway;
        this.settings = settings;
        this.limits = limits;
        this.engine = new FastCgiEngine(limits);
    }

    // ------------------------------------------------------------------------------------------ reading

    /// Serves until the web server closes, the connection breaks or is not wanted any more, and no application runs.
    void serve() {
        link.onTick(this::tick);
        read();
        awaitAll();
    }

    /// Reads until nothing more comes, or until another thread has taken that up.
    private void read() {
        var why = "the web server closed the connection";
        boolean over = true;
        try {
            over = readOn();
        } catch (FastCgiFault fault) {
            why = "the web server broke the protocol: " + fault.getMessage();
            report(Phase.REQUEST, fault);
            link.abort();
        } catch (ClientTimeoutException e) {
            why = e.getMessage() == null ? why : e.getMessage();
            reportUnlessIdle(e);
        } catch (IOException e) {
            reportUnlessIdle(e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // the server cuts what is left: see awaitAll
        } finally {
            if (over) {
                endReading(why);
            }
        }
    }

    /// @return false when another thread reads on
    private boolean readOn() throws IOException, InterruptedException, FastCgiFault {
        var reading = new Reading();
        settle(false);
        while (link.read(reading.buffer.clear()) >= 0) {
            if (!beginsToParse()) {
                return true;
            }
            reading.buffer.flip();
            try {
                while (reading.handle(nextEvent(reading.buffer))) {}
            } catch (IOException | InterruptedException | FastCgiFault | RuntimeException | Error e) {
                reading.startWaiting();
                throw e;
            }
            var whole = reading.takeWhole();
            settle(false);
            if (whole != null && !runHere(whole)) {
                return false;
            }
        }
        endOfInput();
        return true;
    }

    /// Runs the application of a request on the reading thread.
    ///
    /// @return false when another thread reads on
    private boolean runHere(ResponderRequest request) {
        state.lock();
        try {
            runHere = request;
        } finally {
            state.unlock();
        }
        request.runHere();
        boolean _ = Thread.interrupted(); // meant for that application; a stop has closed the connection as well
        state.lock();
        try {
            boolean readsOn = request.equals(runHere);
            runHere = null;
            return readsOn;
        } finally {
            state.unlock();
        }
    }

    /// Another thread reads on while the application of the only request runs; does nothing when one does.
    void watch() {
        state.lock();
        try {
            if (runHere != null) {
                runHere = null;
                Thread.ofVirtual().name("wai-cgi-" + link.peer()).start(this::read);
            }
        } finally {
            state.unlock();
        }
    }

    /// Lets no application keep the connection from being read for long, and none wait too long for its input. By the
    /// sweeper, which waits for no lock: whoever holds it may need a carrier.
    private void tick(long now) {
        if (!state.tryLock()) {
            return;
        }
        try {
            for (var request : running) {
                if (request.input().tick(now)) {
                    link.timedOut(Timeouts.Kind.BODY);
                }
            }
            if (runHere != null && runHere.equals(seenByTick)) {
                watch();
            }
            seenByTick = runHere;
        } finally {
            state.unlock();
        }
    }

    void runsOn(ResponderRequest request, Thread thread) {
        state.lock();
        try {
            request.runsOn(thread);
        } finally {
            state.unlock();
        }
    }

    /// @return false when a stop has closed the connection
    private boolean beginsToParse() {
        state.lock();
        try {
            parsing = true;
            return link.becomesBusy();
        } finally {
            state.unlock();
        }
    }

    private FastCgiEvent nextEvent(ByteBuffer buffer) throws FastCgiFault {
        state.lock();
        try {
            return engine.nextEvent(buffer);
        } finally {
            state.unlock();
        }
    }

    private void endOfInput() throws FastCgiFault {
        state.lock();
        try {
            var _ = engine.endOfInput();
        } finally {
            state.unlock();
        }
    }

    /// What the reading thread has while it reads.
    private final class Reading {
        private final ByteBuffer buffer = ByteBuffer.allocate(READ_SIZE);
        /// Has a head and no thread yet: perhaps the rest of it is in the buffer.
        private @Nullable ResponderRequest waiting;

        /// @return whether there may be another event
        boolean handle(FastCgiEvent event) throws IOException, InterruptedException {
            switch (event) {
                case FastCgiEvent.Head head -> {
                    startWaiting();
                    waiting = take(head);
                }
                case FastCgiEvent.Data(int id, var bytes) -> {
                    var request = request(id);
                    if (request != null) {
                        if (!request.input().hasRoomFor(bytes.remaining())) {
                            startWaiting();
                        }
                        request.input().put(bytes); // may wait, and the web server with all its requests waits too then
                    }
                }
                case FastCgiEvent.EndOfInput(int id) -> {
                    var request = request(id);
                    if (request != null) {
                        request.input().complete();
                        if (!request.equals(waiting)) {
                            send(() -> endIfAnswered(request));
                        }
                    }
                }
                case FastCgiEvent.Aborted(int id) -> abort(id);
                case FastCgiEvent.Refused(int id, var reason, var message) -> refuse(id, reason.status(), message);
                case FastCgiEvent.Reply(var record) -> send(() -> out.put(record));
                case Signal.NEED_INPUT, Signal.PEER_CLOSED -> {
                    return false;
                }
            }
            return true;
        }

        /// The request that is the only one and has come as a whole; any other that waits gets its thread.
        @Nullable
        ResponderRequest takeWhole() {
            var request = waiting;
            if (request == null) {
                return null;
            }
            if (isWholeAndAlone(request)) {
                waiting = null;
                return request;
            }
            startWaiting();
            return null;
        }

        void startWaiting() {
            if (waiting != null) {
                waiting.start();
                waiting = null;
            }
        }
    }

    private boolean isWholeAndAlone(ResponderRequest request) {
        state.lock();
        try {
            return running.size() == 1 && !multiplexes && engine.hasAllInput(request.id());
        } finally {
            state.unlock();
        }
    }

    /// @return the request, whose application does not run yet; null when it was refused
    private @Nullable ResponderRequest take(FastCgiEvent.Head head) throws IOException, InterruptedException {
        var variables = Variables.builder();
        try {
            for (var parameter : head.parameters()) {
                variables.add(parameter.name(), parameter.value());
            }
        } catch (GatewayFault fault) {
            refuse(head.id(), fault.status(), fault.getMessage());
            return null;
        }
        return take(head.id(), variables.build());
    }

    private ResponderRequest take(int id, Variables variables) throws InterruptedException {
        var body = settings.server().timeouts().body();
        var input = new RequestInput(settings.inputBytes(), body, link::now);
        var request = new ResponderRequest(this, id, variables, input, gateway);
        state.lockInterruptibly();
        try {
            while (running.size() >= limits.requests()) { // they have answered, and work on
                someoneFinished.await();
            }
            multiplexes |= !requests.isEmpty();
            requests.put(id, request);
            running.add(request);
            headSince = 0;
            return request;
        } finally {
            state.unlock();
        }
    }

    private @Nullable ResponderRequest request(int id) {
        state.lock();
        try {
            return requests.get(id);
        } finally {
            state.unlock();
        }
    }

    /// Ends the request at once, whatever its application still does (FastCGI 1.0 §5.4).
    private void abort(int id) throws IOException {
        send(() -> {
            var request = requests.remove(id);
            if (request != null) {
                request.end();
                request.clientIsGone(ABORTED);
            }
            engine.sendCut(id, 0, out);
        });
    }

    /// Answers a request that no application gets to see.
    private void refuse(int id, Status status, @Nullable String why) throws IOException {
        report(Phase.REQUEST, new IOException(status + ": " + why));
        gateway.tally().responded(status);
        var text = status + ": " + why + "\n";
        var response = ("Status: " + status + "\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: "
                        + text.getBytes(UTF_8).length + "\r\n\r\n" + text)
                .getBytes(UTF_8);
        send(() -> {
            engine.sendOutput(id, response, 0, response.length, out);
            engine.sendEnd(id, out);
        });
    }

    /// Says what is waited for, and ends our direction when nothing more is.
    ///
    /// @param byRequest whether a request has finished, while the reading thread may be in the middle of something
    private void settle(boolean byRequest) {
        boolean ends = false;
        state.lock();
        try {
            if (parsing && byRequest) {
                return; // the reading thread does it when it has told everything
            }
            parsing = false;
            if (engine.isInsideHead()) {
                headSince = headSince == 0 ? link.now() | 1 : headSince; // 0 is none
                link.expect(Wait.HEAD, headSince);
                return;
            }
            headSince = 0;
            if (!running.isEmpty() || engine.activeCount() > 0) {
                link.expect(Wait.OPEN, link.now());
            } else if (engine.isFinished() || !link.becomesIdle()) {
                link.expect(Wait.BODY, link.now());
                ends = true;
            } else {
                link.expect(Wait.IDLE, link.now());
            }
        } finally {
            state.unlock();
        }
        if (ends) {
            link.endWriting();
        }
    }

    /// Nothing more is read: tells the requests that the web server is gone.
    private void endReading(String why) {
        state.lock();
        try {
            requests.values().forEach(request -> request.clientIsGone(why));
            readAll = true;
            someoneFinished.signalAll();
        } finally {
            state.unlock();
        }
    }

    /// Waits for the applications, and for the thread that reads; interrupts the applications when this thread is
    /// interrupted, which the server does when the grace period of a stop is over and it has closed the connection.
    private void awaitAll() {
        boolean wasInterrupted = false;
        state.lock();
        try {
            while (!readAll || !running.isEmpty()) {
                try {
                    someoneFinished.await();
                } catch (InterruptedException _) {
                    wasInterrupted = true;
                    running.forEach(ResponderRequest::interrupt);
                }
            }
        } finally {
            state.unlock();
        }
        if (wasInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    // ------------------------------------------------------------------------------------------ writing

    /// Sends bytes of a response.
    ///
    /// @throws ClientDisconnectedException when the request was aborted, or the connection is gone
    void write(ResponderRequest request, byte[] array, int offset, int count) throws IOException {
        for (int done = 0; done < count; ) {
            int size = Math.min(STEP, count - done);
            int from = offset + done;
            send(() -> {
                expectActive(request);
                sendErrors(request);
                engine.sendOutput(request.id(), array, from, size, out);
            });
            done += size;
        }
    }

    /// Sends the last bytes of a response that is whole; ends the request with them when its input has come, and
    /// otherwise when that comes or the application returns, which may read on.
    ///
    /// @throws ClientDisconnectedException as for [#write]
    void end(ResponderRequest request, byte[] array, int offset, int count) throws IOException {
        send(() -> {
            expectActive(request);
            sendErrors(request);
            engine.sendOutput(request.id(), array, offset, count, out);
            request.answered();
            endIfAnswered(request);
        });
    }

    private static void expectActive(ResponderRequest request) throws ClientDisconnectedException {
        if (request.hasEnded()) {
            throw new ClientDisconnectedException(ABORTED);
        }
    }

    private void endIfAnswered(ResponderRequest request) {
        if (request.isAnswered() && engine.hasAllInput(request.id())) {
            endWhole(request);
        }
    }

    private void endWhole(ResponderRequest request) {
        if (!request.hasEnded()) {
            sendErrors(request);
            engine.sendEnd(request.id(), out);
            requests.remove(request.id(), request);
            request.end();
        }
    }

    /// The application has returned, or was not able to.
    void finished(ResponderRequest request, Ending ending) {
        try {
            switch (ending) {
                case WHOLE -> send(() -> endWhole(request));
                case CUT -> cut(request);
            }
        } catch (IOException _) {
            // the web server is gone: the reading thread sees it too
        } finally {
            state.lock();
            try {
                requests.remove(request.id(), request);
                running.remove(request);
                someoneFinished.signalAll();
            } finally {
                state.unlock();
            }
            settle(true);
        }
    }

    /// A web server takes a request that ended for a whole one; so the connection goes down with it, unless others are
    /// on it.
    private void cut(ResponderRequest request) throws IOException {
        if (isAlone(request)) {
            send(() -> sendErrors(request));
            if (request.isOfLighttpd()) { // until it has begun to send, it makes a whole response of what it has
                link.pause(settings.cutDelay());
            }
            link.abort();
            return;
        }
        send(() -> {
            if (!request.hasEnded()) {
                sendErrors(request);
                engine.sendCut(request.id(), 1, out);
                request.end();
            }
        });
    }

    private boolean isAlone(ResponderRequest request) {
        state.lock();
        try {
            return !request.hasEnded() && running.size() == 1 && engine.activeCount() == 1;
        } finally {
            state.unlock();
        }
    }

    /// Keeps a line about a failure for the log of the web server; it goes out with the next record of the request, so
    /// that whoever saw the failure need not wait for the web server.
    void failed(ResponderRequest request, Failure failure) {
        var line = errorLine(failure);
        if (line.isEmpty()) {
            return;
        }
        state.lock();
        try {
            request.addError(line.getBytes(UTF_8));
        } finally {
            state.unlock();
        }
    }

    private String errorLine(Failure failure) {
        try {
            var line = settings.errorLine().apply(failure);
            return line.isEmpty() ? "" : oneLine(line) + "\n";
        } catch (Throwable e) { // of a hook, which is as foreign as an application
            report(Phase.SERVER, e);
            return "";
        }
    }

    /// What was thrown may quote what a client sent, which must not write lines of its own into a log.
    private static String oneLine(String text) {
        var shown = text.length() <= LONGEST_ERROR ? text : text.substring(0, LONGEST_ERROR) + "…";
        return CONTROLS.matcher(shown).replaceAll(" ");
    }

    private void sendErrors(ResponderRequest request) {
        if (!request.hasEnded()) {
            engine.sendError(request.id(), request.takeErrors(), out);
        }
    }

    /// Makes records, and sends them if there are any.
    private void send(Records records) throws IOException {
        turn.lock();
        try {
            state.lock();
            try {
                records.make();
            } finally {
                state.unlock();
            }
            link.write(ByteBuffer.wrap(out.array(), 0, out.size()));
        } finally {
            out.clear();
            turn.unlock();
        }
    }

    /// Puts records into [#out], under both locks.
    private interface Records {
        void make() throws IOException;
    }

    // ------------------------------------------------------------------------------------------ reports

    /// A web server may close a connection on which it waits for nothing.
    private void reportUnlessIdle(IOException cause) {
        if (!isIdle()) {
            report(Phase.REQUEST, cause);
        }
    }

    private boolean isIdle() {
        state.lock();
        try {
            return engine.activeCount() == 0 && !engine.isInsideHead();
        } finally {
            state.unlock();
        }
    }

    private void report(Phase phase, Throwable cause) {
        gateway.report(new Failure(phase, cause, Optional.empty(), Progress.NONE));
    }
}
