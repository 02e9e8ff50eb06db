package wai.cgi.responder;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import wai.cgi.fastcgi.FastCgiEngine;
import wai.cgi.fastcgi.FastCgiEvent;
import wai.cgi.fastcgi.FastCgiFault;
import wai.cgi.fastcgi.FastCgiLimits;
import wai.cgi.fastcgi.ParameterMemo;
import wai.cgi.fastcgi.RecordBuffer;
import wai.cgi.server.Link;
import wai.cgi.server.Wait;
import wai.cgi.settings.Timeouts;

/// The requests of a connection and the engine that tells of them: what its threads share. One lock guards all of it,
/// and the fields of [ResponderRequest]; it is held for moments and never over I/O.
final class ResponderRequests {
    private final Link link;
    private final int mostRunning;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition someoneFinished = lock.newCondition();
    private final FastCgiEngine engine;
    /// By id, from the head to the end of the request.
    private final Map<Integer, ResponderRequest> active = new HashMap<>();
    /// Those whose application has not returned, also behind the end of the request. Nearly always there is one.
    private final List<ResponderRequest> running = new ArrayList<>();
    /// Whether bytes are being read, of which the engine has not told everything.
    private boolean parsing;
    /// The request that the reading thread runs, while nobody else has taken up the reading.
    private @Nullable ResponderRequest runByReader;
    /// The one that the last tick saw there.
    private @Nullable ResponderRequest seenByTick;
    /// Whether the web server ever had two requests at the same time.
    private boolean multiplexes;
    /// Whether nothing more is read.
    private boolean readAll;
    /// Since when parameters are incomplete and none were completed; 0 when they are not.
    private long headSince;

    ResponderRequests(Link link, FastCgiLimits limits, ParameterMemo memo) {
        this.link = link;
        this.mostRunning = limits.requests();
        this.engine = new FastCgiEngine(limits, memo);
    }

    // ------------------------------------------------------------------------------------------ by the reading thread

    /// Bytes have come.
    ///
    /// @return false when a stop has closed the connection
    boolean beginsToParse() {
        lock.lock();
        try {
            parsing = true;
            return link.becomesBusy();
        } finally {
            lock.unlock();
        }
    }

    FastCgiEvent nextEvent(ByteBuffer buffer) throws FastCgiFault {
        lock.lock();
        try {
            return engine.nextEvent(buffer);
        } finally {
            lock.unlock();
        }
    }

    void endOfInput() throws FastCgiFault {
        lock.lock();
        try {
            var _ = engine.endOfInput();
        } finally {
            lock.unlock();
        }
    }

    /// Adds a request whose head has come; waits while as many run as may, which have answered and work on.
    void add(ResponderRequest request) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (running.size() >= mostRunning) {
                someoneFinished.await();
            }
            multiplexes |= !active.isEmpty();
            active.put(request.id(), request);
            running.add(request);
            headSince = 0;
        } finally {
            lock.unlock();
        }
    }

    /// The request with this id that has not ended.
    @Nullable
    ResponderRequest get(int id) {
        lock.lock();
        try {
            return active.get(id);
        } finally {
            lock.unlock();
        }
    }

    /// The bytes that came have been told of: says what is waited for.
    ///
    /// @return whether our direction ends, as nothing more will be sent
    boolean settle() {
        lock.lock();
        try {
            parsing = false;
            return nowWaits();
        } finally {
            lock.unlock();
        }
    }

    /// Says what is waited for; under the lock.
    private boolean nowWaits() {
        if (engine.isInsideHead()) {
            headSince = headSince == 0 ? link.now() | 1 : headSince; // 0 is none
            link.expect(Wait.HEAD, headSince);
            return false;
        }
        headSince = 0;
        if (!running.isEmpty() || engine.activeCount() > 0) {
            link.expect(Wait.OPEN, link.now());
            return false;
        }
        if (engine.isFinished() || !link.becomesIdle()) {
            link.expect(Wait.BODY, link.now());
            return true;
        }
        link.expect(Wait.IDLE, link.now());
        return false;
    }

    /// Whether the web server waits for nothing.
    boolean isIdle() {
        lock.lock();
        try {
            return engine.activeCount() == 0 && !engine.isInsideHead();
        } finally {
            lock.unlock();
        }
    }

    /// Nothing more is read: tells the requests that the web server is gone.
    void endReading(String why) {
        lock.lock();
        try {
            active.values().forEach(request -> request.clientIsGone(why));
            readAll = true;
            someoneFinished.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Waits for the applications, and for the thread that reads; interrupts the applications when this thread is
    /// interrupted, which the server does when the grace period of a stop is over and it has closed the connection.
    void awaitAll() {
        boolean wasInterrupted = false;
        lock.lock();
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
            lock.unlock();
        }
        if (wasInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    // ------------------------------------------------------------------------------------------ who reads

    /// The reading thread runs this request itself, and nobody reads meanwhile: if all of its input has come, and the
    /// web server sends one request at a time.
    ///
    /// @return whether that is so; the bytes that came have been told of then
    boolean runByReader(ResponderRequest request) {
        lock.lock();
        try {
            boolean isWholeAndAlone = running.size() == 1 && !multiplexes && engine.hasAllInput(request.id());
            if (isWholeAndAlone) {
                parsing = false;
                runByReader = request;
                request.runsOn(Thread.currentThread());
            }
            return isWholeAndAlone;
        } finally {
            lock.unlock();
        }
    }

    /// The reading thread has run it.
    ///
    /// @return false when another thread has taken up the reading
    boolean readsOn(ResponderRequest request) {
        lock.lock();
        try {
            boolean readsOn = request.equals(runByReader);
            runByReader = null;
            return readsOn;
        } finally {
            lock.unlock();
        }
    }

    /// Takes the reading from the reading thread, while it runs a request.
    ///
    /// @return whether nobody reads; the caller then sees to it that somebody does
    boolean takesUpReading() {
        lock.lock();
        try {
            boolean nobodyReads = runByReader != null;
            runByReader = null;
            return nobodyReads;
        } finally {
            lock.unlock();
        }
    }

    /// Lets no application wait too long for its input. By the sweeper, which waits for no lock: whoever holds it may
    /// need a carrier.
    ///
    /// @return whether nobody has read since the last tick
    boolean tick(long now) {
        if (!lock.tryLock()) {
            return false;
        }
        try {
            for (var request : running) {
                if (request.input().tick(now)) {
                    link.timedOut(Timeouts.Kind.BODY);
                }
            }
            boolean sinceLast = runByReader != null && runByReader.equals(seenByTick);
            seenByTick = runByReader;
            return sinceLast;
        } finally {
            lock.unlock();
        }
    }

    // ------------------------------------------------------------------------------------------ by requests

    void runsOn(ResponderRequest request, Thread thread) {
        lock.lock();
        try {
            request.runsOn(thread);
        } finally {
            lock.unlock();
        }
    }

    /// Keeps a line for the log of the web server until the next record of the request.
    void addError(ResponderRequest request, byte[] line) {
        lock.lock();
        try {
            request.addError(line);
        } finally {
            lock.unlock();
        }
    }

    /// Whether it is the only one on the connection.
    boolean isAlone(ResponderRequest request) {
        lock.lock();
        try {
            return !request.hasEnded() && running.size() == 1 && engine.activeCount() == 1;
        } finally {
            lock.unlock();
        }
    }

    /// Whether the web server was told of its end.
    boolean hasEnded(ResponderRequest request) {
        lock.lock();
        try {
            return request.hasEnded();
        } finally {
            lock.unlock();
        }
    }

    /// Its application has returned: says what is waited for now, unless the reading thread does so when it has told of
    /// everything.
    ///
    /// @return whether our direction ends, as nothing more will be sent
    boolean finished(ResponderRequest request) {
        lock.lock();
        try {
            active.remove(request.id(), request);
            running.remove(request);
            someoneFinished.signalAll();
            return !parsing && nowWaits();
        } finally {
            lock.unlock();
        }
    }

    // ------------------------------------------------------------------------------------------ records

    /// Makes records, under the lock.
    void make(Records records, RecordBuffer out) throws IOException {
        lock.lock();
        try {
            records.make(engine, out);
        } finally {
            lock.unlock();
        }
    }

    /// Ends a request; by who makes records.
    ///
    /// @return the request, or null when it had ended
    @Nullable
    ResponderRequest end(int id) {
        var request = active.remove(id);
        if (request != null) {
            request.end();
        }
        return request;
    }

    /// Puts records into a buffer, while it holds the lock.
    interface Records {
        void make(FastCgiEngine engine, RecordBuffer out) throws IOException;
    }
}
