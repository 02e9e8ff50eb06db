package wai.tck;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import wai.Application;
import wai.Request;
import wai.Respond;
import wai.ResponseReceived;

/// The application of the kit in a process that is not the kit's: asks at a [StageDoor] what each request belongs to.
final class RemoteStage implements Application {
    private final InetSocketAddress door;
    private final Function<String, TckCase> cases;

    /// @param cases finds a case by its name
    RemoteStage(InetSocketAddress door, Function<String, TckCase> cases) {
        this.door = door;
        this.cases = cases;
    }

    @Override
    public ResponseReceived handle(Request request, Respond respond) throws Exception {
        var run = request.headers().first(Scene.RUN, "");
        try (var line = new Line(door, DoorMessage.ENTER, run, place())) {
            return switch (line.heard()) {
                case CASE -> perform(line, run, request, respond);
                case PROBES -> Stage.Part.OfProbes.in(Path.of(line.text())).handle(request, respond);
                default -> Stage.nobody(respond);
            };
        }
    }

    private ResponseReceived perform(Line line, String run, Request request, Respond respond) throws Exception {
        var subject = cases.apply(line.text());
        var application = subject.application(line.text());
        var scene = new Wings(run, Integer.parseInt(line.text()));
        try {
            var received = application.handle(request, respond, scene);
            line.say(DoorMessage.LEFT);
            return received;
        } catch (CaseFailure failure) {
            line.say(DoorMessage.FAILED, String.valueOf(failure.getMessage()));
            throw failure;
        } catch (Throwable failure) {
            line.say(DoorMessage.THREW, failure.toString());
            throw failure;
        }
    }

    private static String place() {
        return Thread.currentThread().getName() + " of process "
                + ProcessHandle.current().pid();
    }

    /// The notes of a run that is elsewhere.
    private final class Wings implements Backstage {
        private final String run;
        private final int divisor;
        /// Keys under which nothing more can be noted.
        private final Set<String> written = ConcurrentHashMap.newKeySet();

        Wings(String run, int divisor) {
            this.run = run;
            this.divisor = divisor;
        }

        @Override
        public void note(String key, Object value) {
            if (written.contains(key)) {
                return;
            }
            try (var line = new Line(door, DoorMessage.NOTE, run, key, DoorMessage.shortened(value.toString()))) {
                line.heard();
            } catch (IOException e) {
                throw new UncheckedIOException("the kit takes no note of \"" + key + "\"", e);
            }
            written.add(key);
        }

        @Override
        public String noted(String key) {
            try (var line = new Line(door, DoorMessage.WAIT, run, key)) {
                if (line.heard() == DoorMessage.DONE) {
                    return line.text();
                }
                throw new CaseFailure(line.text());
            } catch (IOException e) {
                throw new UncheckedIOException("the kit does not tell what was noted of \"" + key + "\"", e);
            }
        }

        @Override
        public int scaled(int many) {
            return many / divisor;
        }
    }

    /// A connection to the door, for one question.
    private static final class Line implements AutoCloseable {
        private final Socket socket;
        private final DataInputStream in;
        private final DataOutputStream out;

        Line(InetSocketAddress door, DoorMessage question, String... texts) throws IOException {
            socket = new Socket(door.getAddress(), door.getPort());
            socket.setTcpNoDelay(true);
            in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
            out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
            say(question, texts);
        }

        void say(DoorMessage message, String... texts) throws IOException {
            out.writeUTF(message.name());
            for (var text : texts) {
                out.writeUTF(DoorMessage.shortened(text));
            }
            out.flush();
        }

        DoorMessage heard() throws IOException {
            return DoorMessage.valueOf(in.readUTF());
        }

        String text() throws IOException {
            return in.readUTF();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
