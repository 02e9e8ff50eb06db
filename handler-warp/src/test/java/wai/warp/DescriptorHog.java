package wai.warp;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import wai.Response;
import wai.Status;
import wai.warp.server.WatchedServerChannel;
import wai.warp.settings.Hooks;
import wai.warp.settings.Listener;
import wai.warp.settings.WarpSettings;

/// A server in a process whose other parts take all descriptors, on command.
final class DescriptorHog {
    private static final Pattern NUMBER = Pattern.compile("\\((\\d+) since the last report\\)");
    private static final Deque<Closeable> TAKEN = new ArrayDeque<>();

    private DescriptorHog() {}

    /// @param args `watched`, for a socket that counts how often it is asked; such a one needs a thread of its own
    static void main(String... args) throws Exception {
        var out =
                new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out), true, StandardCharsets.UTF_8);
        var in = new BufferedReader(
                new InputStreamReader(new FileInputStream(java.io.FileDescriptor.in), StandardCharsets.UTF_8));
        var reports = new AtomicInteger();
        var failures = new AtomicLong();
        var socket = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        var watched = new WatchedServerChannel(socket);
        var settings = WarpSettings.defaults()
                .withListeners(List.of(Listener.of(List.of(args).contains("watched") ? watched : socket)))
                .withHooks(Hooks.defaults().withOnFailure(failure -> {
                    reports.incrementAndGet();
                    var told = NUMBER.matcher(String.valueOf(failure.cause().getMessage()));
                    failures.addAndGet(told.find() ? Long.parseLong(told.group(1)) : 0);
                }));
        try (var server = Warp.start(settings, (_, respond) -> respond.with(Response.text(Status.OK, "hi")))) {
            out.println(server.port() + " " + server.mode());
            for (String line; (line = in.readLine()) != null; ) {
                switch (line) {
                    case "take" -> out.println(takeAll());
                    case "give" -> out.println(giveAll());
                    case "accepts" -> out.println(watched.accepts());
                    case "failures" -> out.println(failures.get());
                    case "reports" -> out.println(reports.get());
                    default -> throw new IllegalArgumentException(line);
                }
            }
        }
    }

    /// Opens files until there is no descriptor left.
    private static int takeAll() {
        while (true) {
            try {
                TAKEN.add(new FileInputStream("/dev/null"));
            } catch (IOException _) {
                return TAKEN.size();
            }
        }
    }

    private static int giveAll() throws IOException {
        int number = TAKEN.size();
        while (!TAKEN.isEmpty()) {
            TAKEN.remove().close();
        }
        return number;
    }
}
