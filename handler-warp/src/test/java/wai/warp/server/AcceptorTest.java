package wai.warp.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import wai.Headers;
import wai.transport.Opener;
import wai.warp.arrival.Entrance;
import wai.warp.memory.MemoryTransport;
import wai.warp.settings.Failure;
import wai.warp.settings.Failure.Phase;
import wai.warp.settings.Hooks;
import wai.warp.settings.Listener;
import wai.warp.settings.WarpSettings;

/// Whatever accepting throws: the acceptor goes on, without spinning and without flooding the hook.
@Timeout(60) // a safety net, nothing depends on it
class AcceptorTest {
    private final Queue<Failure> failures = new ConcurrentLinkedQueue<>();
    private final CountDownLatch served = new CountDownLatch(1);
    private final ServerState state = new ServerState(
            Conversation.SAYS_HI,
            WarpSettings.defaults()
                    .withHooks(Hooks.defaults().withOnFailure(failures::add).withOnOpen(_ -> {
                        served.countDown();
                        return false;
                    })),
            new Ticker(System::nanoTime, InstantSource.system(), Headers.EMPTY));

    /// Lets the acceptor meet these, one after the other, then a connection, then the end.
    private Script run(Opener opener, Throwable... troubles) throws Exception {
        var script = new Script(List.of(troubles));
        var listener = Listener.of(script);
        var socket = ListeningSocket.openAll(List.of(listener)).getFirst();
        script.afterwards = () -> {
            assertThat(served.await(20, TimeUnit.SECONDS)).isTrue();
            socket.close();
        };

        new Acceptor(new Admission(socket, entrance(listener), state), opener).run();
        return script;
    }

    private Entrance entrance(Listener listener) throws IOException {
        return Entrance.open(listener, Conversation.SAYS_HI, List.of("http/1.1"), state.records());
    }

    private static Throwable[] times(int number, Throwable trouble) {
        var all = new Throwable[number];
        Arrays.fill(all, trouble);
        return all;
    }

    @Test
    void goesOnWhenThereIsNoDescriptorForAWhileAndTellsTheHookOnce() throws Exception {
        var script = run(_ -> new MemoryTransport(), times(6, new IOException("Too many open files")));

        assertThat(script.troubles).isEmpty();
        assertThat(failures).singleElement().satisfies(failure -> {
            assertThat(failure.phase()).isEqualTo(Phase.OVERLOAD);
            assertThat(failure.cause())
                    .hasMessageContaining("a connection could not be accepted (1 since the last report)")
                    .hasMessageContaining("Too many open files");
            assertThat(failure.peer()).isEqualTo(script.where);
        });
    }

    @Test
    void goesOnAfterAnError() throws Exception {
        run(_ -> new MemoryTransport(), new OutOfMemoryError("a test's"), new IllegalStateException("a test's"));

        assertThat(failures).singleElement().extracting(Failure::phase).isEqualTo(Phase.OVERLOAD);
    }

    @Test
    void goesOnAfterAConnectionThatCannotBeOpened() throws Exception {
        var opened = new AtomicInteger();

        var script = run(
                channel -> switch (opened.incrementAndGet()) {
                    case 1 -> throw new IOException("it was reset already");
                    case 2 -> throw new OutOfMemoryError("a test's");
                    default -> new MemoryTransport();
                },
                Script.connection(),
                Script.connection());

        assertThat(opened).hasValue(3);
        assertThat(script.accepted.subList(0, 2)).noneMatch(SocketChannel::isOpen);
        assertThat(failures).singleElement().extracting(Failure::phase).isEqualTo(Phase.OVERLOAD);
    }

    @Test
    void saysSoWhenSomebodyElseClosesTheSocket() throws Exception {
        var script = new Script(List.of());
        var listener = Listener.of(script);
        var socket = ListeningSocket.openAll(List.of(listener)).getFirst();
        script.close();

        new Acceptor(new Admission(socket, entrance(listener), state), _ -> new MemoryTransport()).run();

        assertThat(failures).singleElement().satisfies(failure -> {
            assertThat(failure.phase()).isEqualTo(Phase.SERVER);
            assertThat(failure.cause()).hasMessageContaining("closed by somebody else");
        });
    }

    private interface Step {
        void run() throws Exception;
    }

    /// A listening socket whose `accept` follows a script.
    private static final class Script extends WatchedServerChannel {
        final List<SocketChannel> accepted = new ArrayList<>();
        private final ArrayDeque<Throwable> troubles;
        private final SocketAddress where;
        private Step afterwards = () -> {};

        Script(List<Throwable> troubles) throws IOException {
            super(ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
            this.troubles = new ArrayDeque<>(troubles);
            this.troubles.add(connection());
            this.where = getLocalAddress();
        }

        /// Stands for a connection among the troubles.
        static Throwable connection() {
            return new Throwable("a connection");
        }

        @Override
        public SocketChannel accept() throws IOException {
            switch (troubles.poll()) {
                case IOException e -> throw e;
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                case null -> {
                    runAfterwards();
                    return super.accept(); // which is closed
                }
                default -> {
                    try (var _ = SocketChannel.open(getLocalAddress())) {
                        accepted.add(super.accept());
                        return accepted.getLast();
                    }
                }
            }
        }

        private void runAfterwards() {
            try {
                afterwards.run();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }

        @Override
        protected void implCloseSelectableChannel() throws IOException {
            super.implCloseSelectableChannel();
            for (var channel : accepted) {
                channel.close();
            }
        }
    }
}
