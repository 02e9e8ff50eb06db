package wai.transport;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/// `recv(2)` and `send(2)` without the JDK's channel in between, whose locks, copy through a direct buffer and JNI take
/// a quarter of what a small request costs in user mode; and an option of sockets that the JDK does not have.
///
/// For non-blocking sockets and arrays on 64-bit Linux, where this module may call native code and `java.base` opens
/// `sun.nio.ch` to it, which has the number of a channel's socket. The JVM cannot stop a thread that is in such a call
/// (for the garbage collector, say), so one moves little at a time and never waits.
///
/// The handles are static: only calls of constants are compiled to what they would be in C. They are in a class of
/// their own, which [#find()] initializes.
final class SystemCalls {
    /// What one call moves at most.
    static final int MOST = 64 * 1024;

    private static final String RECEIVE = "recv";
    private static final String SEND = "send";

    private SystemCalls() {}

    /// Finds them, which takes some 50 ms, once.
    ///
    /// @throws UnsupportedOperationException when this JDK or C library has no such thing; the message says what
    static SystemCalls find() {
        try {
            MethodHandles.lookup().ensureInitialized(Handles.class);
            return new SystemCalls();
        } catch (IllegalAccessException | LinkageError e) { // of the first call, and of the others
            throw new UnsupportedOperationException(
                    "direct system calls need what JDK 25 and glibc have inside: "
                            + (e.getCause() == null ? e : e.getCause()),
                    e);
        }
    }

    /// The socket of a channel that does not block.
    ///
    /// @return null when it is none for direct calls
    @Nullable
    DirectSocket socketOf(SocketChannel channel) {
        if (!Handles.CHANNEL.isInstance(channel)) {
            return null; // somebody's own, around another one
        }
        int descriptor = (int) Handles.DESCRIPTOR.get(channel);
        return descriptor < Handles.MOST_DESCRIPTORS ? new DirectSocket(this, descriptor) : null;
    }

    /// Receives into an array-backed buffer.
    ///
    /// @return how many bytes came; 0 when none are there; -1 at the end of the peer's direction
    /// @throws SocketException when the peer is gone
    int receive(int descriptor, ByteBuffer target) throws SocketException {
        int count = Math.min(target.remaining(), MOST);
        var array = bytes(target, count);
        var error = Handles.errorOf(descriptor, Handles.RECEIVING);
        long moved;
        try {
            moved = (long) Handles.RECEIVE.invokeExact(error, descriptor, array, (long) count, 0);
        } catch (Throwable e) {
            throw Unchecked.of(e); // no memory; C throws nothing
        }
        if (moved > 0) {
            target.position(target.position() + (int) moved);
            return (int) moved;
        }
        if (moved == 0) {
            return count == 0 ? 0 : -1;
        }
        return failed(RECEIVE, error);
    }

    /// Sends from an array-backed buffer.
    ///
    /// @return how many bytes went out; 0 when there is no room
    /// @throws SocketException when the peer is gone
    int send(int descriptor, ByteBuffer source) throws SocketException {
        int count = Math.min(source.remaining(), MOST);
        var array = bytes(source, count);
        var error = Handles.errorOf(descriptor, Handles.SENDING);
        long moved;
        try {
            moved = (long) Handles.SEND.invokeExact(error, descriptor, array, (long) count, Handles.NO_SIGNAL);
        } catch (Throwable e) {
            throw Unchecked.of(e); // no memory; C throws nothing
        }
        if (moved < 0) {
            return failed(SEND, error);
        }
        source.position(source.position() + (int) moved);
        return (int) moved;
    }

    /// On which processor the kernel took in the packets that came last.
    ///
    /// @return its number, from 0; -1 when there was none, or nobody knows
    int incomingProcessor(int descriptor) {
        var value = new int[] {-1};
        var size = new int[] {Integer.BYTES};
        try {
            int failure = (int) Handles.OPTION.invokeExact(
                    descriptor,
                    Handles.SOCKET_LEVEL,
                    Handles.INCOMING_CPU,
                    MemorySegment.ofArray(value),
                    MemorySegment.ofArray(size));
            return failure == 0 ? value[0] : -1;
        } catch (Throwable e) {
            throw Unchecked.of(e); // no memory; C throws nothing
        }
    }

    private static MemorySegment bytes(ByteBuffer buffer, int count) {
        return MemorySegment.ofArray(buffer.array()).asSlice((long) buffer.arrayOffset() + buffer.position(), count);
    }

    private static int failed(String call, MemorySegment error) throws SocketException {
        int number = error.get(ValueLayout.JAVA_INT, 0);
        return switch (number) {
            case Handles.WOULD_BLOCK, Handles.INTERRUPTED -> 0;
            case Handles.RESET -> throw new SocketException("Connection reset");
            case Handles.BROKEN_PIPE -> throw new SocketException("Broken pipe");
            default -> throw new SocketException(call + "(2) failed with error " + number);
        };
    }

    private static final class Handles {
        // What Linux says, on every processor that Java 25 runs on.
        static final int NO_SIGNAL = 0x4000;
        static final int INTERRUPTED = 4;
        static final int WOULD_BLOCK = 11;
        static final int BROKEN_PIPE = 32;
        static final int RESET = 104;
        static final int SOCKET_LEVEL = 1;
        static final int INCOMING_CPU = 49;

        // C leaves the number of an error in memory: there is room for each direction of so many sockets, half a MiB in
        // all. Sockets with greater numbers go through their channels.
        static final int MOST_DESCRIPTORS = 1 << 16;
        static final int RECEIVING = 0;
        static final int SENDING = 1;

        static final Class<?> CHANNEL;
        static final VarHandle DESCRIPTOR;
        static final MethodHandle RECEIVE;
        static final MethodHandle SEND;
        static final MethodHandle OPTION;
        private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
        private static final long STATE_SIZE = STATE.byteSize();
        private static final MemorySegment ERRORS =
                Arena.global().allocate(2 * STATE_SIZE * MOST_DESCRIPTORS, STATE.byteAlignment());

        static {
            try {
                CHANNEL = Class.forName("sun.nio.ch.SocketChannelImpl");
                DESCRIPTOR = MethodHandles.privateLookupIn(CHANNEL, MethodHandles.lookup())
                        .findVarHandle(CHANNEL, "fdVal", int.class);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
            RECEIVE = moving(SystemCalls.RECEIVE);
            SEND = moving(SystemCalls.SEND);
            OPTION = handle(
                    "getsockopt",
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_INT,
                            ValueLayout.ADDRESS,
                            ValueLayout.ADDRESS),
                    Linker.Option.critical(true));
        }

        private static MethodHandle moving(String name) {
            return handle(
                    name,
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_LONG,
                            ValueLayout.JAVA_INT,
                            ValueLayout.ADDRESS,
                            ValueLayout.JAVA_LONG,
                            ValueLayout.JAVA_INT),
                    Linker.Option.critical(true),
                    Linker.Option.captureCallState("errno"));
        }

        @SuppressWarnings("restricted") // allowed by whoever starts java, or nobody comes here
        private static MethodHandle handle(String name, FunctionDescriptor shape, Linker.Option... options) {
            var linker = Linker.nativeLinker();
            var function = linker.defaultLookup()
                    .find(name)
                    .orElseThrow(() -> new UnsupportedOperationException("the C library has no " + name));
            return linker.downcallHandle(function, shape, options);
        }

        static MemorySegment errorOf(int descriptor, int direction) {
            return ERRORS.asSlice((2L * descriptor + direction) * STATE_SIZE, STATE_SIZE);
        }
    }
}
