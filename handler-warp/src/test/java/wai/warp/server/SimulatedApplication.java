package wai.warp.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import wai.Application;
import wai.BodySink;
import wai.Bytes;
import wai.FilePart;
import wai.HeaderName;
import wai.Headers;
import wai.RawConnection;
import wai.Request;
import wai.Respond;
import wai.Response;
import wai.ResponseReceived;
import wai.Status;
import wai.warp.server.SimulatedRequest.Act;
import wai.warp.server.SimulatedRequest.Coding;
import wai.warp.server.SimulatedRequest.Fault;
import wai.warp.server.SimulatedRequest.Reads;

/// Does with each request what the script says, and keeps what it saw.
final class SimulatedApplication implements Application {
    static final HeaderName NUMBER = HeaderName.of("X-Number");
    private static final int FILE_SIZE = 100_000;
    /// What is in the file, as Latin-1.
    static final String FILE_TEXT = SimulatedRequest.repeat("some bytes of a file, ", FILE_SIZE);

    private final List<SimulatedRequest> requests;
    private final Path folder;
    private final Runnable pause;
    private final List<Seen> history = new ArrayList<>();
    private final CountDownLatch gate = new CountDownLatch(1);

    /// @param folder with the file that [#writeFile] made
    /// @param pause lets other threads come between
    SimulatedApplication(List<SimulatedRequest> requests, Path folder, Runnable pause) {
        this.requests = requests;
        this.folder = folder;
        this.pause = pause;
    }

    static void writeFile(Path folder) throws IOException {
        Files.writeString(folder.resolve("file"), FILE_TEXT, ISO_8859_1);
    }

    /// An exception of the script.
    static final class Planned extends Exception {
        private static final long serialVersionUID = 1;

        Planned(String message) {
            super(message);
        }
    }

    /// One call of the application, as it went.
    static final class Seen {
        final Request request;
        final @Nullable SimulatedRequest plan;
        final StringBuilder body = new StringBuilder();
        final StringBuilder raw = new StringBuilder();
        boolean bodyEnded;
        boolean interruptedBefore;
        boolean waiting;
        boolean responding;
        boolean responded;
        boolean ended;
        int told;

        @Nullable
        String trailers;

        @Nullable
        Throwable thrown;

        Seen(Request request, @Nullable SimulatedRequest plan) {
            this.request = request;
            this.plan = plan;
        }

        @Override
        public String toString() {
            return request + " body " + body.length() + (bodyEnded ? " ended" : "") + (responded ? ", responded" : "")
                    + (ended ? "" : ", runs") + (told > 0 ? ", told " + told : "") + ", threw " + thrown;
        }
    }

    List<Seen> history() {
        return history;
    }

    void openGate() {
        gate.countDown();
    }

    @Override
    public ResponseReceived handle(Request request, Respond respond) throws Exception {
        var plan = requests.stream()
                .filter(one -> one.target().equals(request.rawPath()))
                .findFirst()
                .orElse(null);
        var seen = new Seen(request, plan);
        seen.interruptedBefore = Thread.currentThread().isInterrupted();
        history.add(seen);
        try {
            if (plan == null) {
                throw new Planned("nobody sent " + request.rawPath());
            }
            return play(seen, plan, plan.act(), respond);
        } catch (Exception e) {
            seen.thrown = e;
            throw e;
        } finally {
            seen.ended = true;
        }
    }

    private ResponseReceived play(Seen seen, SimulatedRequest plan, Act act, Respond respond) throws Exception {
        var request = seen.request;
        if (act.watches()) {
            request.onDisconnect(() -> {
                pause.run();
                seen.told++;
                gate.countDown();
            });
        }
        if (act.informs()) {
            request.sendEarlyHints(Headers.of(HeaderName.of("Link"), "</style.css>; rel=preload"));
        }
        switch (act.reads()) {
            case SOME -> read(seen, SimulatedRequest.SOME);
            case ALL -> readAll(seen, plan);
            case NOTHING, LATE -> {}
        }
        if (act.waits()) {
            seen.waiting = true;
            try {
                gate.await();
            } finally {
                seen.waiting = false;
            }
        }
        pause.run();
        if (act.fault() == Fault.BEFORE) {
            throw new Planned("before the response");
        }
        if (act.interrupted()) {
            Thread.currentThread().interrupt();
        }
        seen.responding = true;
        var token =
                act.elsewhere() ? onAnotherThread(respond, response(seen, plan)) : respond.with(response(seen, plan));
        seen.responded = true;
        if (act.reads() == Reads.LATE) {
            readAll(seen, plan);
        }
        return switch (act.fault()) {
            case AFTER -> throw new Planned("after the response");
            case TWICE -> respond.with(Response.text(Status.OK, "a second response"));
            case NULL -> Sneaky.nothing();
            default -> token;
        };
    }

    private static ResponseReceived onAnotherThread(Respond respond, Response response) throws Exception {
        var task = new FutureTask<>(() -> respond.with(response));
        Thread.startVirtualThread(task);
        try {
            return task.get();
        } catch (java.util.concurrent.ExecutionException e) {
            throw Sneaky.<RuntimeException>thrown(java.util.Objects.requireNonNull(e.getCause()));
        }
    }

    // ------------------------------------------------------------------------------------------ the request

    private void readAll(Seen seen, SimulatedRequest plan) throws IOException {
        read(seen, Integer.MAX_VALUE);
        if (plan.coding() == Coding.CHUNKED) {
            seen.trailers = seen.request.trailers().first(HeaderName.of("Sum")).orElse("none");
        }
    }

    private void read(Seen seen, int most) throws IOException {
        var piece = new byte[997];
        for (int left = most; left > 0; ) {
            pause.run();
            int count = seen.request.body().read(piece, 0, Math.min(piece.length, left));
            if (count < 0) {
                seen.bodyEnded = true;
                return;
            }
            seen.body.append(new String(piece, 0, count, ISO_8859_1));
            left -= count;
        }
    }

    // ------------------------------------------------------------------------------------------ the response

    private Response response(Seen seen, SimulatedRequest plan) {
        var act = plan.act();
        var headers = Headers.of(NUMBER, Integer.toString(plan.number()));
        return switch (act.shape()) {
            case BYTES, MANY_BYTES -> Response.of(Status.OK, headers, Bytes.of(plan.responseBytes()));
            case NO_CONTENT -> Response.of(Status.NO_CONTENT, headers, Bytes.EMPTY);
            case FILE, LARGE_FILE ->
                Response.file(
                        Status.OK, headers, folder.resolve("file"), new FilePart(plan.number(), act.size(), FILE_SIZE));
            case VANISHED_FILE ->
                Response.file(Status.OK, headers, folder.resolve("vanished"), new FilePart(0, 10, 10));
            case STREAM ->
                Response.stream(Status.OK, headers, out -> {
                    write(plan, out);
                    out.trailers(Headers.of(HeaderName.of("Count"), Integer.toString(act.size())));
                    behindBody(act);
                });
            case SIZED_STREAM ->
                Response.stream(
                        Status.OK, headers.with(HeaderName.CONTENT_LENGTH, Integer.toString(act.size())), out -> {
                            write(plan, out);
                            behindBody(act);
                        });
            case ECHO_STREAM ->
                Response.stream(Status.OK, headers, out -> {
                    out.write(seen.body.toString().getBytes(ISO_8859_1));
                    echo(seen, act, out);
                    behindBody(act);
                });
            case RAW ->
                Response.raw(
                        Status.SWITCHING_PROTOCOLS,
                        headers.with(HeaderName.UPGRADE, "raw"),
                        Response.text(Status.OK, "fallback"),
                        raw -> echo(seen, act, raw));
        };
    }

    private void write(SimulatedRequest plan, BodySink out) throws Exception {
        var body = plan.responseBytes();
        int step = 1 + body.length / 7;
        for (int at = 0; at < body.length; at += step) {
            pause.run();
            if (plan.act().fault() == Fault.IN_BODY && at >= body.length / 2) {
                throw new Planned("in the body");
            }
            out.write(body, at, Math.min(step, body.length - at));
            if (at / step % 3 == 1) {
                out.flush();
            }
        }
        if (plan.act().fault() == Fault.IN_BODY) {
            throw new Planned("in an empty body");
        }
    }

    private void echo(Seen seen, Act act, BodySink out) throws Exception {
        var piece = new byte[97];
        for (int count; (count = seen.request.body().read(piece)) >= 0; ) {
            pause.run();
            seen.body.append(new String(piece, 0, count, ISO_8859_1));
            out.write(piece, 0, count);
            if (count % 3 == 0) {
                out.flush();
            }
        }
        seen.bodyEnded = true;
        if (act.fault() == Fault.IN_BODY) {
            throw new Planned("in the body");
        }
    }

    private static void behindBody(Act act) throws Planned {
        if (act.fault() == Fault.BEHIND_BODY) {
            throw new Planned("behind the body");
        }
    }

    private void echo(Seen seen, Act act, RawConnection raw) throws Exception {
        var piece = new byte[97];
        for (int count; (count = raw.input().read(piece)) >= 0; ) {
            pause.run();
            seen.raw.append(new String(piece, 0, count, ISO_8859_1));
            raw.output().write(piece, 0, count);
            if (act.fault() == Fault.IN_BODY) {
                throw new Planned("in the raw connection");
            }
        }
        behindBody(act);
    }
}
