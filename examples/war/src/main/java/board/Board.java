package board;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import wai.Application;
import wai.BodySink;
import wai.Capability;
import wai.HeaderName;
import wai.Headers;
import wai.RawConnection;
import wai.Request;
import wai.Respond;
import wai.Response;
import wai.ResponseReceived;
import wai.Status;

/// A notice board. Whoever reads it sees at once what others post.
///
/// `./verify -pl examples/war -am` makes `target/board.war`. A container that is given it as `app.war` answers:
///
/// ```
/// curl -N http://localhost:8080/app/board/notices                   the notices as they come, until it is closed
/// curl -d 'Lunch is ready' http://localhost:8080/app/board/notices  posts one
/// curl -X DELETE http://localhost:8080/app/board/notices            closes the board for those who read it now
/// curl http://localhost:8080/app/board/request/a%20b?q=1            what the application sees of a request
/// curl http://localhost:8080/app/board/release                      a file, with ranges and conditions
/// curl -i -H 'Connection: Upgrade' -H 'Upgrade: wire' http://localhost:8080/app/board/wire   a connection of its own
/// ```
public final class Board implements Application {
    private static final int LONGEST_NOTICE = 1000;
    private static final String CLOSED = "";

    private final Queue<BlockingQueue<String>> readers = new ConcurrentLinkedQueue<>();

    /// For the container.
    public Board() {}

    @Override
    public ResponseReceived handle(Request request, Respond respond) throws Exception {
        var place = request.path().isEmpty() ? "" : request.path().getFirst();
        return switch (request.method() + " /" + place) {
            case "GET /notices" -> respond.with(notices());
            case "POST /notices" -> respond.with(posted(request));
            case "DELETE /notices" -> respond.with(closed());
            case "GET /request" -> respond.with(Response.text(Status.OK, seen(request)));
            case "GET /release" -> respond.with(Response.file(Status.OK, Headers.EMPTY, release()));
            case "GET /wire" -> respond.with(wire());
            case "GET /broken" -> throw new IllegalStateException("the board is broken");
            case "GET /torn" -> respond.with(Response.stream(Status.OK, Headers.EMPTY, Board::tear));
            default -> respond.with(Response.text(Status.NOT_FOUND, "no " + request.method() + " here\n"));
        };
    }

    private Response notices() {
        return Response.stream(Status.OK, Headers.of(HeaderName.CONTENT_TYPE, "text/plain; charset=utf-8"), this::read);
    }

    /// Blocks the container's thread between two notices, which costs nothing when it is a virtual one.
    private void read(BodySink out) throws Exception {
        var notices = new LinkedBlockingQueue<String>();
        readers.add(notices);
        try {
            out.writeUtf8("Notices:\n");
            out.flush();
            for (var notice = notices.take(); !notice.equals(CLOSED); notice = notices.take()) {
                out.writeUtf8(notice + "\n");
                out.flush();
            }
        } finally {
            readers.remove(notices);
        }
    }

    private Response posted(Request request) throws Exception {
        var notice = request.readBody(LONGEST_NOTICE).utf8().strip();
        if (notice.isEmpty()) {
            return Response.text(Status.BAD_REQUEST, "an empty notice\n");
        }
        readers.forEach(reader -> reader.add(notice));
        return Response.text(Status.CREATED, "posted to " + readers.size() + "\n");
    }

    private Response closed() {
        readers.forEach(reader -> reader.add(CLOSED));
        return Response.text(Status.NO_CONTENT, "");
    }

    /// What comes is sent back, after the head no longer as HTTP.
    private static Response wire() {
        return Response.raw(
                Status.SWITCHING_PROTOCOLS,
                Headers.of(HeaderName.UPGRADE, "wire", HeaderName.CONNECTION, "Upgrade"),
                Response.text(Status.UPGRADE_REQUIRED, "no wire in this container\n"),
                Board::sendBack);
    }

    private static void sendBack(RawConnection connection) throws IOException {
        var buffer = new byte[8192];
        for (int count; (count = connection.input().read(buffer)) >= 0; ) {
            connection.output().write(buffer, 0, count);
            connection.output().flush();
        }
    }

    private static String seen(Request request) {
        return "raw path  " + request.rawPath() + "\n"
                + "raw query " + request.rawQuery() + "\n"
                + "path      " + request.path() + "\n"
                + "can       "
                + Stream.of(Capability.values()).filter(request::supports).toList() + "\n"
                + "thread    " + (Thread.currentThread().isVirtual() ? "virtual" : "platform") + "\n";
    }

    private static Path release() {
        return Path.of(System.getProperty("java.home"), "release");
    }

    private static void tear(BodySink out) throws Exception {
        out.writeUtf8("half of a notice");
        out.flush();
        throw new IllegalStateException("the notice was torn");
    }
}
