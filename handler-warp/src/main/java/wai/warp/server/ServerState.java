package wai.warp.server;

import java.lang.System.Logger.Level;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import wai.Application;
import wai.Request;
import wai.spi.Exchange.Progress;
import wai.warp.http1.FieldMemo;
import wai.warp.http1.Http1Limits;
import wai.warp.http1.OutputBuffer;
import wai.warp.http2.Http2Limits;
import wai.warp.observe.Observation;
import wai.warp.observe.ServerLog;
import wai.warp.observe.Totals;
import wai.warp.settings.Failure;
import wai.warp.settings.Hooks;
import wai.warp.settings.Served;
import wai.warp.settings.WarpSettings;

/// What all connections of one server share.
final class ServerState {
    /// The size of an input buffer: a request head and a body of 16 KiB, as uploads in blocks often have, fit.
    static final int BUFFER_SIZE = 20 * 1024;
    /// The size of a buffer in which a stream is gathered, with the room around it.
    static final int GATHERING_SIZE = ResponseSink.FRONT + ResponseSink.GATHERED + ResponseSink.BACK;
    /// The size of a new output buffer; it grows.
    static final int OUTPUT_SIZE = 1024;

    private final Application application;
    private final WarpSettings settings;
    private final Http1Limits http1Limits;
    private final Pace.Terms bodyPace;
    private final Pace.Terms writePace;
    private final Ticker ticker;
    private final @Nullable Consumer<Served> onServed;
    private final Shelf<ByteBuffer> inputs;
    private final Shelf<ByteBuffer> gatherings;
    private final Shelf<OutputBuffer> outputs;
    private final RecordShelf records = new RecordShelf();
    private final FieldMemo fieldMemo = new FieldMemo();
    private final FileCache files;
    private final DeadlineWheel wheel;
    private final FirstBytes firstBytes = new FirstBytes();
    private final Connections connections = new Connections();
    private final Refusals refusals = new Refusals(this);
    private final Overload unacceptable = new Overload(this);
    private final AtomicBoolean stopAnnounced = new AtomicBoolean();
    private volatile boolean stopping;

    ServerState(Application application, WarpSettings settings, Ticker ticker) {
        this(
                application,
                settings,
                ticker,
                new Shelf<>(new NewBuffers(BUFFER_SIZE)),
                new Shelf<>(new NewBuffers(GATHERING_SIZE)),
                new Shelf<>(new NewOutputs()));
    }

    ServerState(
            Application application,
            WarpSettings settings,
            Ticker ticker,
            Shelf<ByteBuffer> inputs,
            Shelf<ByteBuffer> gatherings,
            Shelf<OutputBuffer> outputs) {
        this.application = application;
        this.settings = settings;
        this.ticker = ticker;
        this.wheel = new DeadlineWheel(ticker);
        this.onServed = settings.hooks().onServed().orElse(null);
        this.files = new FileCache(settings.fileCaching(), ticker);
        this.inputs = inputs;
        this.gatherings = gatherings;
        this.outputs = outputs;
        var timeouts = settings.timeouts();
        this.bodyPace = new Pace.Terms(Deadline.nanos(timeouts.body()), timeouts.minimumRate());
        this.writePace = new Pace.Terms(Deadline.nanos(timeouts.write()), timeouts.minimumRate());
        var limits = settings.limits();
        var defaults = Http1Limits.DEFAULT;
        this.http1Limits = new Http1Limits(
                defaults.methodSize(),
                limits.targetBytes(),
                limits.headBytes(),
                limits.fields(),
                limits.bodyBytes(),
                defaults.chunkLineSize(),
                limits.headBytes());
    }

    Application application() {
        return application;
    }

    WarpSettings settings() {
        return settings;
    }

    Hooks hooks() {
        return settings.hooks();
    }

    Http1Limits http1Limits() {
        return http1Limits;
    }

    /// How fast a request body must come.
    Pace.Terms bodyPace() {
        return bodyPace;
    }

    /// How fast a client must take what is written.
    Pace.Terms writePace() {
        return writePace;
    }

    /// The limits of a connection over HTTP/2; made when there is one, as their classes are not loaded before.
    Http2Limits http2Limits() {
        var http2 = settings.http2();
        var rates = new Http2Limits.Rates(
                http2.resets(),
                http2.pings(),
                http2.settingsFrames(),
                http2.emptyFrames(),
                http2.priorities(),
                http2.windowUpdates());
        var request = new Http2Limits.Request(
                http1Limits.methodSize(),
                http1Limits.targetSize(),
                http1Limits.headerSize(),
                http1Limits.fieldCount(),
                http1Limits.bodySize());
        return new Http2Limits(
                http2.concurrentStreams(),
                http2.bufferedBytes(),
                http2.streamWindow(),
                http2.headerTable(),
                http2.continuations(),
                http2.pushes(),
                rates,
                request);
    }

    /// Field lines that any connection has read.
    FieldMemo fieldMemo() {
        return fieldMemo;
    }

    Ticker ticker() {
        return ticker;
    }

    /// When the sweeper looks at which connection.
    DeadlineWheel wheel() {
        return wheel;
    }

    /// Input buffers of [#BUFFER_SIZE], backed by arrays.
    Shelf<ByteBuffer> inputs() {
        return inputs;
    }

    /// Buffers of [#GATHERING_SIZE], backed by arrays.
    Shelf<ByteBuffer> gatherings() {
        return gatherings;
    }

    /// Output buffers, empty.
    Shelf<OutputBuffer> outputs() {
        return outputs;
    }

    /// Buffers for TLS records.
    RecordShelf records() {
        return records;
    }

    /// The files that were sent lately.
    FileCache files() {
        return files;
    }

    /// How many buffers connections hold; none when there is no connection.
    long buffersInUse() {
        return inputs.inUse() + gatherings.inUse() + outputs.inUse() + records.inUse();
    }

    /// Whether to look for the first bytes of a new connection at once.
    FirstBytes firstBytes() {
        return firstBytes;
    }

    /// The connections that are open.
    Connections connections() {
        return connections;
    }

    /// Connections that are turned away.
    Refusals refusals() {
        return refusals;
    }

    /// Tells the hook of connections that could not be accepted.
    Overload unacceptable() {
        return unacceptable;
    }

    /// Tells the hook that the server is about to stop, once.
    void announceStop() {
        if (stopAnnounced.compareAndSet(false, true)) {
            try {
                hooks().onStop().run();
            } catch (RuntimeException | Error e) {
                ServerLog.write(Level.ERROR, "the onStop hook threw", e);
            }
        }
    }

    /// Whether the server is about to stop, or stops, or has stopped.
    boolean isStopAnnounced() {
        return stopAnnounced.get();
    }

    /// Whether the server is being stopped: no connection begins another request.
    boolean isStopping() {
        return stopping;
    }

    void beginStopping() {
        stopping = true;
    }

    /// What is counted for the server as a whole.
    Totals totals() {
        return connections.totals();
    }

    /// Counts a failure and tells the hook; a hook that throws is logged and does no further harm.
    void report(Failure failure) {
        totals().failed(failure.phase());
        try {
            hooks().onFailure().accept(failure);
        } catch (Throwable e) { // also what the compiler does not let a hook throw
            ServerLog.write(Level.ERROR, "the onFailure hook threw", e);
        }
    }

    /// Begins to look at a request, if anybody wants to know of it.
    @Nullable
    Observation observe() {
        return Observation.begin(onServed != null, ticker.exactClock());
    }

    /// Tells of a request whose exchange is over.
    void served(Observation seen, Request request) {
        seen.end(request);
        if (onServed != null) {
            try {
                onServed.accept(seen.served(request));
            } catch (Throwable e) { // as above
                ServerLog.write(Level.ERROR, "the onServed hook threw", e);
            }
        }
    }

    /// Tells the hook that the server itself failed.
    void reportServer(Throwable cause, SocketAddress where) {
        tell(Failure.Phase.SERVER, cause, where);
    }

    /// Tells the hook what threads of the server met.
    void tell(Failure.Phase phase, Throwable cause, SocketAddress peer) {
        report(phase, cause, null, peer);
    }

    /// Tells the hook what went wrong; throws nothing. Memory, stack or, for the loading of a class, descriptors may be
    /// gone, so that even this fails: then nobody is left to be told, and the caller deals with the failure itself.
    ///
    /// @param at in which exchange; null when in none
    void report(Failure.Phase phase, Throwable cause, @Nullable WarpExchange at, SocketAddress peer) {
        try {
            report(failure(phase, cause, at, peer));
        } catch (Throwable _) {
            // see above
        }
    }

    /// What the hooks are told of what went wrong.
    static Failure failure(Failure.Phase phase, Throwable cause, @Nullable WarpExchange at, SocketAddress peer) {
        return new Failure(
                phase,
                cause,
                Optional.ofNullable(at).map(WarpExchange::request),
                at == null ? Progress.NONE : at.progress(),
                peer);
    }

    /// Makes output buffers. A class and no lambda, as every start comes here.
    private static final class NewOutputs implements Supplier<OutputBuffer> {
        @Override
        public OutputBuffer get() {
            return new OutputBuffer(OUTPUT_SIZE);
        }
    }
}
