package wai.cgi.responder;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import wai.ClientDisconnectedException;
import wai.Status;
import wai.cgi.fastcgi.FastCgiEngine;
import wai.cgi.fastcgi.RecordBuffer;
import wai.cgi.responder.ResponderRequests.Records;
import wai.cgi.server.Link;
import wai.cgi.settings.FastCgiSettings;

/// The records that go to the web server, of all requests of a connection.
///
/// `turn` orders those who write and is held while bytes go out, against the general rule: nobody else could write
/// meanwhile anyhow. Records are made under the lock of [ResponderRequests], which is taken after it.
final class ResponderOutput {
    private static final String ABORTED = "the web server aborted the request: its client has left";
    /// More output than this goes out in several steps, between which other requests have their turn.
    private static final int STEP = 32 * 1024;

    private final Link link;
    private final FastCgiSettings settings;
    private final ResponderRequests requests;

    private final ReentrantLock turn = new ReentrantLock();
    /// Empty between turns.
    private final RecordBuffer out = new RecordBuffer(0);

    ResponderOutput(Link link, FastCgiSettings settings, ResponderRequests requests) {
        this.link = link;
        this.settings = settings;
        this.requests = requests;
    }

    // ------------------------------------------------------------------------------------------ for requests

    /// Sends bytes of a response.
    ///
    /// @throws ClientDisconnectedException when the request was aborted, or the connection is gone
    void write(ResponderRequest request, byte[] array, int offset, int count) throws IOException {
        for (int done = 0; done < count; ) {
            int size = Math.min(STEP, count - done);
            int from = offset + done;
            send((engine, records) -> {
                expectActive(request);
                errors(request, engine, records);
                engine.sendOutput(request.id(), array, from, size, records);
            });
            done += size;
        }
    }

    /// Sends the last bytes of a response that is whole; ends the request with them when its input has come, and
    /// otherwise when that comes or the application returns, which may read on.
    ///
    /// @throws ClientDisconnectedException as for [#write]
    void end(ResponderRequest request, byte[] array, int offset, int count) throws IOException {
        send((engine, records) -> {
            expectActive(request);
            errors(request, engine, records);
            engine.sendOutput(request.id(), array, offset, count, records);
            request.answered();
            endIfAnswered(request, engine, records);
        });
    }

    /// The application has returned, and its response is whole.
    void endWhole(ResponderRequest request) throws IOException {
        send((engine, records) -> endWhole(request, engine, records));
    }

    /// The response is not whole. A web server takes a request that ended for a whole one; so the connection goes down
    /// with it, unless others are on it.
    void cut(ResponderRequest request) throws IOException {
        if (requests.isAlone(request)) {
            send((engine, records) -> errors(request, engine, records));
            if (request.needsTimeForACut()) { // a reset takes away what was not read yet
                link.pause(settings.cutDelay());
            }
            link.abort();
            return;
        }
        send((engine, records) -> {
            if (!request.hasEnded()) {
                errors(request, engine, records);
                engine.sendCut(request.id(), 1, records);
                requests.end(request.id());
            }
        });
    }

    // ------------------------------------------------------------------------------------------ for the reading thread

    void reply(ByteBuffer record) throws IOException {
        send((_, records) -> records.put(record));
    }

    /// All input of the request has come, which it may have been waiting for to end.
    void inputComplete(ResponderRequest request) throws IOException {
        send((engine, records) -> endIfAnswered(request, engine, records));
    }

    /// Ends the request at once, whatever its application still does (FastCGI 1.0 §5.4).
    void abort(int id) throws IOException {
        send((engine, records) -> {
            var request = requests.end(id);
            if (request != null) {
                request.clientIsGone(ABORTED);
            }
            engine.sendCut(id, 0, records);
        });
    }

    /// Answers a request that no application gets to see.
    void refuse(int id, Status status, @Nullable String why) throws IOException {
        var text = status + ": " + why + "\n";
        var response = ("Status: " + status + "\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: "
                        + text.getBytes(UTF_8).length + "\r\n\r\n" + text)
                .getBytes(UTF_8);
        send((engine, records) -> {
            engine.sendOutput(id, response, 0, response.length, records);
            engine.sendEnd(id, records);
        });
    }

    // ------------------------------------------------------------------------------------------ records

    private static void expectActive(ResponderRequest request) throws ClientDisconnectedException {
        if (request.hasEnded()) {
            throw new ClientDisconnectedException(ABORTED);
        }
    }

    private void endIfAnswered(ResponderRequest request, FastCgiEngine engine, RecordBuffer records) {
        if (request.isAnswered() && engine.hasAllInput(request.id())) {
            endWhole(request, engine, records);
        }
    }

    private void endWhole(ResponderRequest request, FastCgiEngine engine, RecordBuffer records) {
        if (!request.hasEnded()) {
            errors(request, engine, records);
            engine.sendEnd(request.id(), records);
            requests.end(request.id());
        }
    }

    private static void errors(ResponderRequest request, FastCgiEngine engine, RecordBuffer records) {
        if (!request.hasEnded()) {
            engine.sendError(request.id(), request.takeErrors(), records);
        }
    }

    /// Makes records, and sends them if there are any.
    private void send(Records records) throws IOException {
        turn.lock();
        try {
            requests.make(records, out);
            link.write(ByteBuffer.wrap(out.array(), 0, out.size()));
        } finally {
            out.clear();
            turn.unlock();
        }
    }
}
