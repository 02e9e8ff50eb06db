package wai.tck;

import static java.util.Objects.requireNonNull;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import wai.Application;
import wai.tck.Stage.Part;

/// The application of the kit for a handler that runs in processes of its own: a program for each request, a server in
/// another language's process, a container that somebody else starts.
///
/// The test opens a door for the application that it was given, and hands its address to the process, on a command line
/// or in its environment:
///
/// ```java
/// protected Backend start(Application application) throws Exception {
///     var door = StageDoor.open(application);
///     var process = new ProcessBuilder("java", "-cp", CLASSES, "my.Main", "8080", door.address()).start();
///     return Backend.at(new InetSocketAddress("127.0.0.1", 8080), () -> {
///         try (door) {
///             process.destroy();
///         }
///     });
/// }
/// ```
///
/// The process runs what comes out of that address:
///
/// ```java
/// public static void main(String[] arguments) {
///     MyServer.run(Integer.parseInt(arguments[0]), StageDoor.application(arguments[1]));
/// }
/// ```
///
/// There each case makes its own application; the two sides of a case have nothing in common but requests, responses,
/// files of this machine and short notes, which go through the door. Both sides need the same version of the kit.
public final class StageDoor implements AutoCloseable {
    private static final int BACKLOG = 1024;

    private final Stage stage;
    private final ServerSocket door;

    private StageDoor(Stage stage, ServerSocket door) {
        this.stage = stage;
        this.door = door;
    }

    /// Opens a door on a free port of the loopback interface.
    ///
    /// @param application the very application that [HandlerUnderTest#start] or [HandlerTck#start] was given
    /// @return the open door
    /// @throws IOException when no port can be opened
    /// @throws IllegalArgumentException when it is another application
    public static StageDoor open(Application application) throws IOException {
        if (!(application instanceof Stage stage)) {
            throw new IllegalArgumentException(requireNonNull(application, "application")
                    + " is not an application of the kit: expected the one that start was given, with nothing around");
        }
        var door = new StageDoor(stage, new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress()));
        Thread.ofVirtual().name("tck-door").start(door::accept);
        return door;
    }

    /// Where processes of this machine find the door.
    ///
    /// @return host and port, for [#application]
    public String address() {
        return InetAddress.getLoopbackAddress().getHostAddress() + ":" + door.getLocalPort();
    }

    /// Closes the door: applications that ask from now on answer 404.
    ///
    /// @throws IOException when the port cannot be closed
    @Override
    public void close() throws IOException {
        door.close();
    }

    /// The application of the kit, in the process of the handler.
    ///
    /// @param address the [#address()] of the door
    /// @return the application, which connects when it is called
    /// @throws IllegalArgumentException when the address is none
    public static Application application(String address) {
        return application(address, TckCases::named);
    }

    static Application application(String address, Function<String, TckCase> cases) {
        int colon = address.lastIndexOf(':');
        try {
            var host = InetAddress.ofLiteral(address.substring(0, Math.max(colon, 0)));
            int port = Integer.parseInt(address, colon + 1, address.length(), 10);
            return new RemoteStage(new InetSocketAddress(host, port), cases);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "\"" + address + "\": expected host and port as StageDoor.address tells them", e);
        }
    }

    private void accept() {
        try {
            while (true) {
                var socket = door.accept();
                Thread.ofVirtual().name("tck-door-guest").start(() -> receive(socket));
            }
        } catch (IOException _) {
            // the door was closed
        }
    }

    private void receive(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            var in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
            var out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
            var asked = DoorMessage.valueOf(in.readUTF());
            var part = stage.part(in.readUTF()).orElse(null);
            switch (asked) {
                case ENTER -> enter(part, in, out);
                case NOTE -> note(part, in, out);
                case WAIT -> await(part, in, out);
                default -> throw new IOException(asked + " is no question");
            }
        } catch (IOException _) {
            // the process is gone, in the middle of a question: there is nobody to tell
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static void enter(@Nullable Part part, DataInputStream in, DataOutputStream out) throws IOException {
        var place = in.readUTF();
        switch (part) {
            case null -> say(out, DoorMessage.NOBODY);
            case Part.OfProbes(var folder, var _) -> say(out, DoorMessage.PROBES, folder.toString());
            case Part.OfCase(Scene scene, String server) -> {
                var running = scene.enter(() -> place);
                try {
                    say(out, DoorMessage.CASE, scene.subject().toString(), server, Integer.toString(scene.divisor()));
                    awaitEnd(scene, in);
                } finally {
                    scene.leave(running);
                }
            }
        }
    }

    private static void awaitEnd(Scene scene, DataInputStream in) throws IOException {
        try {
            var end = DoorMessage.valueOf(in.readUTF());
            if (end == DoorMessage.FAILED) {
                scene.threw(new CaseFailure(in.readUTF()));
            } else if (end == DoorMessage.THREW) {
                scene.threw(new IOException("in another process: " + in.readUTF()));
            }
        } catch (EOFException _) {
            // the process ended inside of the application, as web servers may demand of it
        }
    }

    private static void note(@Nullable Part part, DataInputStream in, DataOutputStream out) throws IOException {
        var key = in.readUTF();
        var text = in.readUTF();
        if (part instanceof Part.OfCase(Scene scene, String _)) {
            scene.note(key, text);
        }
        say(out, DoorMessage.DONE);
    }

    private static void await(@Nullable Part part, DataInputStream in, DataOutputStream out)
            throws IOException, InterruptedException {
        var key = in.readUTF();
        try {
            if (part instanceof Part.OfCase(Scene scene, String _)) {
                say(out, DoorMessage.DONE, scene.noted(key));
            } else {
                say(out, DoorMessage.FAILED, "the case is over; nothing noted \"" + key + "\"");
            }
        } catch (CaseFailure failure) {
            say(out, DoorMessage.FAILED, DoorMessage.shortened(String.valueOf(failure.getMessage())));
        }
    }

    private static void say(DataOutputStream out, DoorMessage message, String... texts) throws IOException {
        out.writeUTF(message.name());
        for (var text : texts) {
            out.writeUTF(text);
        }
        out.flush();
    }
}
