package wai.cgi.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import wai.ClientDisconnectedException;
import wai.ClientTimeoutException;
import wai.cgi.settings.Timeouts;
import wai.transport.Pollers;

/// A connection over a real socket; the test is its sweeper, with a clock of its own.
@Timeout(60) // a safety net, nothing depends on it
class LinkTest {
    /// More than all buffers between the two ends hold.
    private static final int TOO_MUCH = 32 << 20;

    private final AtomicLong time = new AtomicLong();
    private final LinkTally tally = new LinkTally();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private Pollers pollers;
    private Socket webServer;
    private Link link;

    @BeforeEach
    void connect() throws IOException {
        pollers = Pollers.shared(1, failures::add);
        try (var listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            var address = (InetSocketAddress) listener.getLocalAddress();
            webServer = new Socket(address.getAddress(), address.getPort());
            webServer.setSoTimeout(50_000);
            webServer.setTcpNoDelay(true);
            link = new Link(pollers.transport(listener.accept()), Timeouts.defaults(), time::get, tally);
        }
    }

    @AfterEach
    void close() throws IOException {
        link.close();
        webServer.close();
        pollers.close();
        assertThat(failures).isEmpty();
    }

    @Test
    void writesWhileAnotherThreadWaitsForBytes() throws Exception {
        var reading = start(() -> read(Wait.HEAD)).parked();

        write("answer");
        assertThat(received(6)).isEqualTo("answer");
        send("request");

        assertThat(reading.get()).isEqualTo("request");
    }

    @Test
    void aReadThatTakesTooLongEndsAndAnAnswerCanStillBeWritten() throws Exception {
        var reading = start(() -> read(Wait.BODY)).parked();

        passes(Timeouts.defaults().body());
        sweepUntilItEnds(reading);

        assertThatFailureOf(reading)
                .isInstanceOf(ClientTimeoutException.class)
                .hasMessage("the web server was waited for too long: the body of a request (time-out PT1M)");
        write("late");
        assertThat(received(4)).isEqualTo("late");
        assertThat(tally.timeouts(Timeouts.Kind.BODY)).isOne();
    }

    @Test
    void aReadEndsAtItsDeadlineAndNotBefore() throws Exception {
        var reading = start(() -> read(Wait.BODY)).parked();

        passes(Timeouts.defaults().body().minusNanos(1));
        link.sweep(time.get());
        send("in time");

        assertThat(reading.get()).isEqualTo("in time");
    }

    @Test
    void nothingIsReadBehindATimeout() throws Exception {
        var reading = start(() -> read(Wait.BODY)).parked();
        passes(Timeouts.defaults().body());
        sweepUntilItEnds(reading);

        send("too late");

        assertThat(link.read(room(), Wait.BODY)).isEqualTo(-1);
        assertThat(link.read(room())).isEqualTo(-1);
        assertThat(tally.bytesRead()).isZero();
    }

    /// The sweeper may have looked between the last look of the thread that reads and its wait.
    @Test
    void aDeadlineThatPassedBeforeTheWaitBeganEndsIt() throws Exception {
        send("first");
        assertThat(read(Wait.HEAD)).isEqualTo("first");
        link.expect(Wait.HEAD, time.get());
        passes(Timeouts.defaults().head());
        link.sweep(time.get());

        var reading = start(() -> link.read(room()));
        sweepUntilItEnds(reading);

        assertThatFailureOf(reading)
                .isInstanceOf(ClientTimeoutException.class)
                .hasMessageContaining("the variables of a request (time-out PT20S)");
    }

    /// Nobody may have had the time to run the thread that reads.
    @Test
    void bytesThatHaveComeAreReadAlthoughTheTimeIsOver() throws Exception {
        send("first");
        assertThat(read(Wait.HEAD)).isEqualTo("first");
        link.expect(Wait.HEAD, time.get());
        passes(Timeouts.defaults().head());
        link.sweep(time.get());

        send("second");

        assertThat(link.read(room())).isEqualTo("second".length());
        send("third");
        assertThat(read(Wait.BODY)).isEqualTo("third");
    }

    @Test
    void bytesEndTheTimeoutThatTheyWereWaitedForWith() throws Exception {
        send("first");
        assertThat(read(Wait.BODY)).isEqualTo("first");
        passes(Timeouts.defaults().body());
        link.sweep(time.get());

        var reading = start(() -> link.read(room())).parked();
        link.sweep(time.get());
        send("!");

        assertThat(reading.get()).isOne();
    }

    @Test
    void somebodyElseCanSayWhatIsWaitedForNow() throws Exception {
        var reading = start(() -> read(Wait.HEAD)).parked();

        link.expect(Wait.OPEN, time.get());
        passes(Timeouts.defaults().head());
        link.sweep(time.get());
        send("request");

        assertThat(reading.get()).isEqualTo("request");
    }

    @Test
    void theDeadlineOfWhoReadsNextEndsTheWaitOfWhoReads() throws Exception {
        send("first");
        assertThat(read(Wait.OPEN)).isEqualTo("first");
        var watching = start(() -> link.read(room(), Wait.OPEN)).parked();
        var lingering = start(() -> link.read(room(), Wait.LINGER)).parked();

        passes(Duration.ofSeconds(2));
        sweepUntilItEnds(watching);

        assertThatFailureOf(watching).isInstanceOf(ClientTimeoutException.class);
        assertThat(lingering.get()).isEqualTo(-1);
    }

    @Test
    void whoReadsNextKeepsItsDeadlineBehindBytesForWhoReads() throws Exception {
        send("first");
        assertThat(read(Wait.OPEN)).isEqualTo("first");
        var watching = start(() -> read(Wait.OPEN)).parked();
        var lingering = start(() -> read(Wait.LINGER)).parked();
        send("more");
        assertThat(watching.get()).isEqualTo("more");

        passes(Duration.ofSeconds(2));
        sweepUntilItEnds(lingering);

        assertThatFailureOf(lingering)
                .isInstanceOf(ClientTimeoutException.class)
                .hasMessageContaining("the end of the connection (time-out PT2S)");
    }

    @Test
    void aWriteThatTakesTooLongBreaksTheConnection() throws Exception {
        var writing = start(() -> {
            link.write(ByteBuffer.allocate(TOO_MUCH));
            return "written";
        });

        while (!writing.task().isDone()) { // some of it may still go out between two looks
            passes(Timeouts.defaults().write());
            sweep();
        }

        assertThatFailureOf(writing)
                .isInstanceOf(ClientTimeoutException.class)
                .hasMessage("the web server was waited for too long: room for a response (time-out PT1M)");
        assertThat(tally.timeouts(Timeouts.Kind.WRITE)).isOne();
        assertThatThrownBy(() -> webServer.getInputStream().readAllBytes())
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
    }

    @Test
    void aStopClosesAnIdleConnectionAtOnce() throws Exception {
        assertThat(link.becomesIdle()).isTrue();
        var reading = start(() -> read(Wait.IDLE)).parked();

        link.stop();

        assertThat(webServer.getInputStream().read()).isEqualTo(-1);
        assertThatFailureOf(reading)
                .isInstanceOf(ClientDisconnectedException.class)
                .isNotInstanceOf(ClientTimeoutException.class);
        assertThat(link.becomesBusy()).isFalse();
    }

    @Test
    void aStopLetsABusyConnectionAnswer() throws Exception {
        link.stop();

        write("answer");
        assertThat(received(6)).isEqualTo("answer");
        assertThat(link.isStopping()).isTrue();
        assertThat(link.becomesIdle()).isFalse();
    }

    @Test
    void anAbortIsAResetAndEndsTheWaits() throws Exception {
        var reading = start(() -> read(Wait.OPEN)).parked();

        link.abort();

        assertThatThrownBy(() -> webServer.getInputStream().read())
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
        assertThatFailureOf(reading).isInstanceOf(ClientDisconnectedException.class);
        assertThatThrownBy(() -> write("more"))
                .isInstanceOf(ClientDisconnectedException.class)
                .hasMessage("the web server closed the connection before it had the response");
    }

    @Test
    void aResetIsNoRegularEnd() throws Exception {
        var reading = start(() -> read(Wait.OPEN)).parked();

        webServer.setSoLinger(true, 0);
        webServer.close();

        assertThatFailureOf(reading)
                .isInstanceOf(ClientDisconnectedException.class)
                .hasMessage("the connection broke while waiting for the next record");
    }

    @Test
    void anInterruptEndsNoReadAndStaysSet() throws Exception {
        var reading = start(() -> read(Wait.OPEN) + Thread.currentThread().isInterrupted())
                .parked();

        reading.thread().interrupt();
        send("request ");

        assertThat(reading.get()).isEqualTo("request true");
        write("answer");
        assertThat(received(6)).isEqualTo("answer");
    }

    @Test
    void anInterruptThatWasThereBeforeClosesNothing() throws Exception {
        var both = start(() -> {
            Thread.currentThread().interrupt();
            write("answer");
            return read(Wait.OPEN) + Thread.currentThread().isInterrupted();
        });

        assertThat(received(6)).isEqualTo("answer");
        send("request ");

        assertThat(both.get()).isEqualTo("request true");
    }

    @Test
    void anInterruptEndsNoWriteAndStaysSet() throws Exception {
        var writing = start(() -> {
                    link.write(ByteBuffer.allocate(TOO_MUCH));
                    return Thread.currentThread().isInterrupted();
                })
                .parked();

        writing.thread().interrupt();
        webServer.getInputStream().skipNBytes(TOO_MUCH);

        assertThat(writing.get()).isTrue();
        assertThat(tally.bytesWritten()).isEqualTo(TOO_MUCH);
    }

    @Test
    void whatStillComesBehindTheAnswerIsReadUntilTheWebServerCloses() throws Exception {
        write("answer");
        var finishing = start(() -> {
                    link.finish();
                    return tally.bytesRead();
                })
                .parked();

        assertThat(new String(webServer.getInputStream().readAllBytes(), ISO_8859_1))
                .isEqualTo("answer");
        send("still sending");
        webServer.shutdownOutput();

        assertThat(finishing.get()).isEqualTo("still sending".length());
    }

    @Test
    void aWebServerThatDoesNotCloseIsWaitedForTwoSeconds() throws Exception {
        var finishing = start(() -> {
                    link.finish();
                    return "finished";
                })
                .parked();

        passes(Duration.ofSeconds(2));
        sweepUntilItEnds(finishing);

        assertThat(finishing.get()).isEqualTo("finished");
    }

    @Test
    void aWebServerThatNeverStopsSendingIsListenedToForTwoSeconds() throws Exception {
        var finishing = start(() -> {
                    link.finish();
                    return tally.bytesRead();
                })
                .parked();

        passes(Duration.ofSeconds(2));
        send("more");

        assertThat(finishing.get()).isEqualTo("more".length());
    }

    @Test
    void knowsWhoTheWebServerIsAlsoWhenItIsClosed() {
        var address = webServer.getLocalSocketAddress();

        link.close();

        assertThat(link.peer()).isEqualTo(address);
        assertThat(link).hasToString(address + " CLOSED");
    }

    // ------------------------------------------------------------------------------------------ how it is asked

    private static ByteBuffer room() {
        return ByteBuffer.allocate(100);
    }

    private String read(Wait wait) throws IOException {
        var target = ByteBuffer.allocate(100);
        link.read(target, wait);
        return new String(target.array(), 0, target.position(), ISO_8859_1);
    }

    private void write(String text) throws IOException {
        link.write(ByteBuffer.wrap(text.getBytes(ISO_8859_1)));
    }

    private void send(String text) throws IOException {
        webServer.getOutputStream().write(text.getBytes(ISO_8859_1));
    }

    private String received(int count) throws IOException {
        return new String(webServer.getInputStream().readNBytes(count), ISO_8859_1);
    }

    private void passes(Duration length) {
        time.addAndGet(length.toNanos());
    }

    private void sweepUntilItEnds(Running<?> running) {
        while (!running.task().isDone()) {
            sweep();
        }
    }

    private void sweep() {
        assertThat(Thread.currentThread().isInterrupted())
                .as("the time of the test is over")
                .isFalse();
        link.sweep(time.get());
        Thread.onSpinWait();
    }

    /// Runs a step on a virtual thread; the answer waits for its end, which a broken wait would never reach.
    private static <T> Running<T> start(Callable<T> step) {
        var task = new FutureTask<>(step);
        return new Running<>(Thread.startVirtualThread(task), task);
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> assertThatFailureOf(Running<?> running) {
        return assertThatThrownBy(running::get).cause();
    }

    private record Running<T>(Thread thread, FutureTask<T> task) {
        /// Waits until the thread waits, too.
        Running<T> parked() {
            while (thread.getState() != Thread.State.WAITING) {
                assertThat(task.isDone()).as("it has not waited").isFalse();
                Thread.onSpinWait();
            }
            return this;
        }

        T get() throws Exception {
            return task.get(20, SECONDS);
        }
    }
}
