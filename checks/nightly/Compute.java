import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/// How long a second client waits while others have the server compute:
/// `java Compute.java PORT LABEL SPINNERS SECONDS`. Each spinner asks for half a second of computing, again and again, on a connection of its own.
public final class Compute {
    private static final int SPIN_MILLIS = 500;
    private static final long PAUSE_MILLIS = 20;

    private Compute() {}

    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[0]);
        int spinners = Integer.parseInt(arguments[2]);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Long.parseLong(arguments[3]));
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < spinners; i++) {
            threads.add(Thread.ofPlatform().start(() -> spin(port, end)));
        }
        List<Double> millis = new ArrayList<>();
        try (var wire = new Wire(port).patience(120_000)) {
            while (System.nanoTime() - end < 0) {
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
                long begin = System.nanoTime();
                if (wire.get("/").status() != 200) {
                    throw new IOException("another status");
                }
                millis.add((System.nanoTime() - begin) / 1e6);
            }
        }
        for (var thread : threads) {
            thread.join();
        }
        millis.sort(null);
        System.out.printf(Locale.ROOT, "%-44s %6d asked; ms: median %8.2f, 99 %% %8.2f, longest %8.2f%n", arguments[1],
                millis.size(), at(millis, 0.5), at(millis, 0.99), at(millis, 1));
    }

    private static void spin(int port, long end) {
        try (var wire = new Wire(port).patience(120_000)) {
            while (System.nanoTime() - end < 0) {
                wire.get("/spin?millis=" + SPIN_MILLIS);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static double at(List<Double> sorted, double share) {
        return sorted.get((int) Math.round((sorted.size() - 1) * share));
    }
}
