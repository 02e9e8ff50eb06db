package wai.examples;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import wai.Application;
import wai.tck.Backend;
import wai.tck.HandlerTck;
import wai.tck.StageDoor;

/// How a test of a handler begins whose application runs in another process; a piece of docs/writing-a-handler.md,
/// which is compiled here. What runs so is CGI, in handler-cgi.
abstract class OtherProcessTck extends HandlerTck {
    private static final String CLASSES = System.getProperty("java.class.path");

    @Override
    protected Backend start(Application application) throws IOException {
        var door = StageDoor.open(application);
        var process = new ProcessBuilder("java", "-cp", CLASSES, "my.Main", "8080", door.address()).start();
        return Backend.at(new InetSocketAddress(InetAddress.getLoopbackAddress(), 8080), () -> {
            try (door) {
                process.destroy();
            }
        });
    }
}
