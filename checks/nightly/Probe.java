import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/// A second client, who measures how available a server is: asks for `/marker?N` ten times a second on a connection of
/// its own each time, until standard input ends: `java Probe.java PORT LABEL`. Exit code 1 when an answer was missing or
/// wrong, or took longer than two seconds.
public final class Probe {
    private static final int LONGEST_MILLIS = 2000;
    private static final long PAUSE_MILLIS = 100;

    private Probe() {}

    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[0]);
        List<Double> millis = new ArrayList<>();
        List<String> wrong = new ArrayList<>();
        for (int i = 0; System.in.available() == 0; i++) {
            long begin = System.nanoTime();
            try {
                ask(port, i);
                millis.add((System.nanoTime() - begin) / 1e6);
            } catch (IOException | IllegalStateException e) {
                wrong.add("request " + i + ": " + e);
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
        millis.sort(null);
        System.out.printf(Locale.ROOT, "%s: %d asked, %d failed; ms median %.1f, 99 %% %.1f, longest %.1f%n",
                arguments[1], millis.size() + wrong.size(), wrong.size(), at(millis, 0.5), at(millis, 0.99), at(millis, 1));
        wrong.stream().limit(5).forEach(System.out::println);
        System.exit(wrong.isEmpty() && millis.size() > 10 && at(millis, 1) < LONGEST_MILLIS ? 0 : 1);
    }

    private static void ask(int port, int i) throws IOException {
        try (var wire = new Wire(port).patience(LONGEST_MILLIS)) {
            var answer = wire.get("/marker?" + i, "Connection: close\r\n");
            if (answer.status() != 200 || !answer.text().equals("marker?" + i + "\n")) {
                throw new IllegalStateException("status " + answer.status() + ": " + answer.text());
            }
        }
    }

    private static double at(List<Double> sorted, double share) {
        return sorted.isEmpty() ? Double.NaN : sorted.get((int) Math.round((sorted.size() - 1) * share));
    }
}
