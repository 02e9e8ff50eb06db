package wai.warp.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import wai.ClientTimeoutException;
import wai.transport.DeadlineException;
import wai.transport.Transport;
import wai.warp.observe.Count;
import wai.warp.observe.Tally;
import wai.warp.settings.Timeouts.Kind;

/// Bytes on their way to a client, step by step: each step moves at least one, and fails when the client takes too few.
final class Delivery {
    private final Transport transport;
    private final ServerState server;
    private final Tally tally;
    private final Deadline deadline;
    private final Pace pace;

    /// @param visit in which is looked at the deadline of a step
    Delivery(Transport transport, ServerState server, Tally tally, Visit visit) {
        this.transport = transport;
        this.server = server;
        this.tally = tally;
        this.deadline = new Deadline(visit);
        this.pace = new Pace(server.writePace());
    }

    /// When the present step must be over; for the sweeper.
    Deadline deadline() {
        return deadline;
    }

    /// Another response begins: its pace is its own.
    void restartPace() {
        pace.restart();
    }

    /// Writes some of the bytes.
    ///
    /// @return how many, at least one
    /// @throws ClientTimeoutException when the client took too few
    int write(ByteBuffer source) throws IOException {
        return (int) step(new Write(transport, source));
    }

    /// Sends some bytes of a file.
    ///
    /// @return how many, at least one
    /// @throws ClientTimeoutException when the client took too few
    long send(FileLease file, long position, long count) throws IOException {
        return step(() -> file.sendTo(transport, position, count));
    }

    private long step(Step step) throws IOException {
        long before = server.ticker().nanos();
        deadline.start(before, pace.allowance(), Kind.WRITE);
        long count;
        boolean passed;
        try {
            count = step.run();
        } catch (DeadlineException late) {
            throw tooSlow(late);
        } finally {
            passed = deadline.clear();
        }
        if (passed) { // in the very moment: the transport is of no use any more
            throw tooSlow(new DeadlineException());
        }
        pace.count(server.ticker().nanos() - before, count);
        tally.add(Count.BYTES_WRITTEN, count);
        return count;
    }

    private static ClientTimeoutException tooSlow(DeadlineException late) {
        return new ClientTimeoutException("the client took too few bytes of the response", late);
    }

    @FunctionalInterface
    private interface Step {
        long run() throws IOException;
    }

    /// A class and no lambda, as every start comes here: the JVM makes a lambda in 0.6 ms.
    private record Write(Transport transport, ByteBuffer source) implements Step {
        @Override
        public long run() throws IOException {
            return transport.write(source);
        }
    }
}
