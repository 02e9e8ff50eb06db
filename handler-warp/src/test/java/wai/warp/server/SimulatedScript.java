package wai.warp.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/// What a simulated client does: requests, the steps in which they are sent, and how it ends.
///
/// @param seed what it was made from; also decides the order of the threads
/// @param requests the requests, pipelined
/// @param behind bytes behind the last request, for a raw application
/// @param steps what happens, one after the other
/// @param cut whether the client does not send what the steps left
/// @param end how the client, or the server, ends it
/// @param early whether it ends before everything has come to rest
record SimulatedScript(
        long seed,
        List<SimulatedRequest> requests,
        String behind,
        List<Step> steps,
        boolean cut,
        End end,
        boolean early) {
    /// Less than any time-out of the simulation.
    private static final int SHORT_MILLIS = 1900;

    enum End {
        HALF_CLOSE,
        RESET,
        SILENCE,
        STOP,
        KILL
    }

    enum Kind {
        /// The client sends so many bytes.
        SEND,
        /// So many milliseconds go by.
        PASS,
        /// The client takes nothing any more.
        TAKE_NOTHING,
        /// The client takes so many bytes.
        TAKE,
        /// Applications that wait go on.
        GATE,
        /// Everybody runs until he waits.
        REST,
        /// The server begins to stop.
        STOP,
        /// The grace period is over.
        KILL,
        /// The client resets.
        RESET
    }

    /// One step.
    ///
    /// @param kind what happens
    /// @param amount of it
    /// @param turns how many turns the server's threads get afterwards
    record Step(Kind kind, int amount, int turns) {
        @Override
        public String toString() {
            return kind + (amount > 0 ? " " + amount : "") + ", " + turns + " turns";
        }
    }

    // ------------------------------------------------------------------------------------------ chance

    static SimulatedScript of(long seed) {
        var random = new Random(seed);
        var requests = new ArrayList<SimulatedRequest>();
        int count = 1 + random.nextInt(6);
        for (int i = 0; i < count; i++) {
            requests.add(SimulatedRequest.of(random, i, i == count - 1));
        }
        var last = requests.getLast().act();
        boolean raw = last.shape() == SimulatedRequest.Shape.RAW && last.fault() != SimulatedRequest.Fault.BEFORE;
        var behind = raw ? SimulatedRequest.repeat("raw bytes ", random.nextInt(3000)) : "";
        int size =
                requests.stream().mapToInt(request -> request.bytes().length()).sum() + behind.length();
        boolean rough = random.nextInt(3) == 0;
        boolean cut = random.nextInt(4) == 0;
        return new SimulatedScript(
                seed,
                requests,
                behind,
                steps(random, cut ? random.nextInt(size + 1) : size, rough),
                cut,
                End.values()[random.nextInt(End.values().length)],
                random.nextInt(3) == 0);
    }

    private static List<Step> steps(Random random, int size, boolean rough) {
        var steps = new ArrayList<Step>();
        int most = random.nextInt(4) == 0 ? 8 : 4000;
        boolean slow = random.nextInt(3) == 0;
        if (slow) {
            steps.add(new Step(Kind.TAKE_NOTHING, 0, 0));
        }
        for (int sent = 0; sent < size; ) {
            int count = Math.min(size - sent, 1 + random.nextInt(most));
            steps.add(new Step(Kind.SEND, count, turns(random)));
            sent += count;
            if (random.nextInt(most < 100 ? 40 : 2) == 0) {
                steps.add(chance(random, rough));
            }
        }
        return steps;
    }

    private static Step chance(Random random, boolean rough) {
        return switch (random.nextInt(rough ? 16 : 9)) {
            case 0, 1 -> new Step(Kind.PASS, 1 + random.nextInt(150), turns(random));
            case 2 -> new Step(Kind.TAKE_NOTHING, 0, 0);
            case 3, 4 -> new Step(Kind.TAKE, random.nextInt(2000), turns(random));
            case 5 -> new Step(Kind.GATE, 0, turns(random));
            case 6, 7, 8 -> new Step(Kind.REST, 0, 0);
            case 9, 10, 11 -> new Step(Kind.PASS, random.nextInt(13_000), turns(random));
            case 12, 13 -> new Step(Kind.STOP, 0, turns(random));
            case 14 -> new Step(Kind.KILL, 0, turns(random));
            default -> new Step(Kind.RESET, 0, turns(random));
        };
    }

    private static int turns(Random random) {
        return random.nextInt(3) == 0 ? 0 : random.nextInt(60);
    }

    // ------------------------------------------------------------------------------------------ questions

    /// Everything that the client would send.
    String bytes() {
        return requests.stream().map(SimulatedRequest::bytes).collect(Collectors.joining()) + behind;
    }

    /// How much of that it sends.
    int sent() {
        int size = bytes().length();
        return cut ? Math.min(size, sum(Kind.SEND)) : size;
    }

    boolean has(Kind kind) {
        return steps.stream().anyMatch(step -> step.kind == kind);
    }

    private int sum(Kind kind) {
        return steps.stream()
                .filter(step -> step.kind == kind)
                .mapToInt(Step::amount)
                .sum();
    }

    /// Whether the client may run into a time-out before the end.
    boolean isSlow() {
        return sum(Kind.PASS) > SHORT_MILLIS;
    }

    /// Whether the connection is broken by somebody, or ended before its time.
    boolean isBroken() {
        return has(Kind.RESET)
                || has(Kind.KILL)
                || has(Kind.STOP)
                || (early && (end == End.RESET || end == End.KILL || end == End.STOP));
    }

    /// Whether somebody breaks the connection at the end.
    boolean endsRoughly() {
        return end == End.RESET || end == End.KILL;
    }

    /// Whether everything that was sent must be answered as if the client were the best there is.
    boolean isCalm() {
        return !isSlow() && !isBroken();
    }

    /// Whether the client closes its direction while the server may still work.
    boolean halfClosesEarly() {
        return early && end == End.HALF_CLOSE;
    }

    // ------------------------------------------------------------------------------------------ shrinking

    /// All scripts that do one thing less.
    List<SimulatedScript> smaller() {
        var all = new ArrayList<SimulatedScript>();
        for (int i = 0; i < requests.size() && requests.size() > 1; i++) {
            all.add(new SimulatedScript(seed, without(requests, i), behind, steps, cut, end, early));
        }
        int half = steps.size() / 2;
        if (half > 1) {
            all.add(new SimulatedScript(seed, requests, behind, steps.subList(0, half), cut, end, early));
            all.add(new SimulatedScript(seed, requests, behind, steps.subList(half, steps.size()), cut, end, early));
        }
        for (int i = 0; i < steps.size(); i++) {
            all.add(new SimulatedScript(seed, requests, behind, without(steps, i), cut, end, early));
        }
        return all;
    }

    private static <T> List<T> without(List<T> list, int index) {
        var copy = new ArrayList<>(list);
        copy.remove(index);
        return copy;
    }

    @Override
    public String toString() {
        return "-Dseed=" + seed + "\nrequests:\n  "
                + requests.stream().map(Object::toString).collect(Collectors.joining("\n  "))
                + (behind.isEmpty() ? "" : "\n  and " + behind.length() + " raw bytes")
                + "\nsteps:\n  "
                + steps.stream().map(Object::toString).collect(Collectors.joining("\n  "))
                + (cut ? "\n  the rest is not sent" : "\n  SEND the rest")
                + "\n  " + end + (early ? " at once" : " at rest");
    }
}
