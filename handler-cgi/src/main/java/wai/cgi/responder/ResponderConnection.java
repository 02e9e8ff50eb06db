package wai.cgi.responder;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import wai.ClientTimeoutException;
import wai.Status;
import wai.cgi.fastcgi.FastCgiEvent;
import wai.cgi.fastcgi.FastCgiEvent.Signal;
import wai.cgi.fastcgi.FastCgiFault;
import wai.cgi.fastcgi.FastCgiLimits;
import wai.cgi.fastcgi.ParameterMemo;
import wai.cgi.gateway.Ending;
import wai.cgi.gateway.Gateway;
import wai.cgi.gateway.GatewayFault;
import wai.cgi.gateway.Variables;
import wai.cgi.server.Link;
import wai.cgi.settings.Failure;
import wai.cgi.settings.Failure.Phase;
import wai.cgi.settings.FastCgiSettings;
import wai.spi.Exchange.Progress;

/// A connection of a web server: one thread reads records and hands input to the requests, each request has a thread
/// that runs its application and writes its records.
///
/// Nearly always there is one request at a time, and all of it comes at once. The reading thread then runs its
/// application itself: nobody is woken between the first byte that is read and the last that is written. Nobody reads
/// meanwhile. So another thread takes up the reading as soon as the application wants to know when its client leaves,
/// and in any case when it takes longer than a moment ([#watch], [#tick]); the web server may abort the request, or
/// begin another one.
final class ResponderConnection {
    private static final int READ_SIZE = 16 * 1024;

    private final Link link;
    private final Gateway gateway;
    private final FastCgiSettings settings;
    private final ResponderRequests requests;
    private final ResponderOutput output;

    ResponderConnection(
            Link link, Gateway gateway, FastCgiSettings settings, FastCgiLimits limits, ParameterMemo memo) {
        this.link = link;
        this.gateway = gateway;
        this.settings = settings;
        this.requests = new ResponderRequests(link, limits, memo);
        this.output = new ResponderOutput(link, settings, requests);
    }

    // ------------------------------------------------------------------------------------------ reading

    /// Serves until the web server closes, the connection breaks or is not wanted any more, and no application runs.
    void serve() {
        link.onTick(this::tick);
        read();
        requests.awaitAll();
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
            Thread.currentThread().interrupt(); // the server cuts what is left
        } finally {
            if (over) {
                requests.endReading(why);
            }
        }
    }

    /// @return false when another thread reads on
    private boolean readOn() throws IOException, InterruptedException, FastCgiFault {
        var reading = new Reading();
        endWritingIf(requests.settle());
        while (link.read(reading.buffer.clear()) >= 0) {
            if (!requests.beginsToParse()) {
                return true;
            }
            reading.buffer.flip();
            if (!handleAll(reading)) {
                return false;
            }
        }
        requests.endOfInput();
        return true;
    }

    /// Handles the bytes that came. Not a part of the loop above, which runs in one call as long as the connection
    /// lasts: the compiler comes to methods that are called.
    ///
    /// @return false when another thread reads on
    private boolean handleAll(Reading reading) throws IOException, InterruptedException, FastCgiFault {
        try {
            while (reading.handle(requests.nextEvent(reading.buffer))) {}
        } catch (IOException | InterruptedException | FastCgiFault | RuntimeException | Error e) {
            reading.startWaiting();
            throw e;
        }
        var whole = reading.takeWhole();
        if (whole != null) {
            return runHere(whole);
        }
        endWritingIf(requests.settle());
        return true;
    }

    /// Runs the application of a request on the reading thread.
    ///
    /// @return false when another thread reads on
    private boolean runHere(ResponderRequest request) {
        request.run();
        boolean _ = Thread.interrupted(); // meant for that application; a stop has closed the connection as well
        return requests.readsOn(request);
    }

    /// Another thread reads on while the application of the only request runs; does nothing when one does.
    void watch() {
        if (requests.takesUpReading()) {
            Thread.ofVirtual().name("wai-cgi-" + link.peer()).start(this::read);
        }
    }

    /// Lets no application keep the connection from being read for long, and none wait too long for its input.
    private void tick(long now) {
        if (requests.tick(now)) {
            watch();
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
                    var request = requests.get(id);
                    if (request != null) {
                        if (!request.input().hasRoomFor(bytes.remaining())) {
                            startWaiting();
                        }
                        request.input().put(bytes); // may wait, and the web server with all its requests waits too then
                    }
                }
                case FastCgiEvent.EndOfInput(int id) -> {
                    var request = requests.get(id);
                    if (request != null) {
                        request.input().complete();
                        if (!request.equals(waiting)) {
                            output.inputComplete(request);
                        }
                    }
                }
                case FastCgiEvent.Aborted(int id) -> output.abort(id);
                case FastCgiEvent.Refused(int id, var reason, var message) -> refuse(id, reason.status(), message);
                case FastCgiEvent.Reply(var record) -> output.reply(record);
                case Signal.NEED_INPUT, Signal.PEER_CLOSED -> {
                    return false;
                }
            }
            return true;
        }

        /// The request that is the only one and has come as a whole, for this thread to run; any other that waits gets
        /// its thread.
        @Nullable
        ResponderRequest takeWhole() {
            var request = waiting;
            if (request == null) {
                return null;
            }
            if (requests.runByReader(request)) {
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

    /// @return the request, whose application does not run yet; null when it was refused
    private @Nullable ResponderRequest take(FastCgiEvent.Head head) throws IOException, InterruptedException {
        var parameters = head.parameters();
        var names = new String[parameters.size()];
        var values = new String[parameters.size()];
        for (int i = 0; i < names.length; i++) {
            names[i] = parameters.get(i).name();
            values[i] = parameters.get(i).value();
        }
        try {
            return take(head.id(), gateway.variables(names, values));
        } catch (GatewayFault fault) {
            refuse(head.id(), fault.status(), fault.getMessage());
            return null;
        }
    }

    private ResponderRequest take(int id, Variables variables) throws InterruptedException {
        var body = settings.server().timeouts().body();
        var input = new RequestInput(settings.inputBytes(), body, link::now);
        var request = new ResponderRequest(this, id, variables, input, gateway);
        requests.add(request);
        return request;
    }

    private void refuse(int id, Status status, @Nullable String why) throws IOException {
        report(Phase.REQUEST, new IOException(status + ": " + why));
        gateway.tally().responded(status);
        output.refuse(id, status, why);
    }

    private void endWritingIf(boolean isLast) {
        if (isLast) {
            link.endWriting();
        }
    }

    // ------------------------------------------------------------------------------------------ for requests

    ResponderOutput output() {
        return output;
    }

    void runsOn(ResponderRequest request, Thread thread) {
        requests.runsOn(request, thread);
    }

    /// Keeps a line about a failure for the log of the web server; it goes out with the next record of the request, so
    /// that whoever saw the failure need not wait for the web server.
    void failed(ResponderRequest request, Failure failure) {
        var line = ErrorLine.of(failure, settings.errorLine(), e -> report(Phase.SERVER, e));
        if (line.length > 0) {
            requests.addError(request, line);
        }
    }

    /// The application has returned, or was not able to.
    void finished(ResponderRequest request, Ending ending) {
        try {
            if (!requests.hasEnded(request)) { // as nearly all have, with the last bytes of the response
                switch (ending) {
                    case WHOLE -> output.endWhole(request);
                    case CUT -> output.cut(request);
                }
            }
        } catch (IOException _) {
            // the web server is gone: the reading thread sees it too
        } finally {
            endWritingIf(requests.finished(request));
        }
    }

    // ------------------------------------------------------------------------------------------ reports

    /// A web server may close a connection on which it waits for nothing.
    private void reportUnlessIdle(IOException cause) {
        if (!requests.isIdle()) {
            report(Phase.REQUEST, cause);
        }
    }

    private void report(Phase phase, Throwable cause) {
        gateway.report(new Failure(phase, cause, Optional.empty(), Progress.NONE));
    }
}
