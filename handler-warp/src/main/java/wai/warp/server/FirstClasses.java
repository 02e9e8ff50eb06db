package wai.warp.server;

import java.util.List;

/// Loads the classes that a first answer needs while a start opens its sockets: the JVM takes 0.3 ms for each of ours
/// and as long for what sockets need, and there is more than one processor.
///
/// Nothing depends on it: what is not there in time is loaded by whoever needs it.
final class FirstClasses implements Runnable {
    /// In the order in which they are needed; a test tells which are missing and which are too many.
    static final List<String> NAMES = List.of(
            "wai.HeaderName",
            "wai.HeaderName$Known",
            "wai.Headers",
            "wai.Body",
            "wai.Bytes",
            "wai.Bytes$Flat",
            "wai.Bytes$Rope",
            "wai.warp.server.ServerState",
            "wai.warp.server.Shelf",
            "wai.warp.server.NewBuffers",
            "wai.warp.server.ServerState$NewOutputs",
            "wai.warp.server.RecordShelf",
            "wai.warp.http1.FieldMemo",
            "wai.warp.http1.FieldMemo$Entry",
            "wai.warp.http1.FieldRuns",
            "wai.warp.http1.FieldRun",
            "wai.warp.server.FirstBytes",
            "wai.warp.server.Connections",
            "wai.warp.observe.Totals",
            "wai.warp.observe.Count",
            "wai.warp.settings.Timeouts$Kind",
            "wai.warp.settings.Failure$Phase",
            "wai.warp.settings.Http2$Limit",
            "wai.warp.server.Refusals",
            "wai.warp.server.Overload",
            "wai.warp.server.DeadlineWheel",
            "wai.warp.server.Visit",
            "wai.warp.server.FileCache",
            "wai.warp.server.Deadline",
            "wai.warp.server.IdleFiles",
            "wai.warp.server.Pace$Terms",
            "wai.warp.http1.Http1Limits",
            "wai.warp.server.Server$Report",
            "wai.transport.Pollers",
            "wai.transport.Transport",
            "wai.transport.Scheduling",
            "wai.transport.Waiter$Starter",
            "wai.transport.Poller",
            "wai.transport.SharedPoller",
            "wai.warp.arrival.Entrance",
            "wai.warp.server.Admission",
            "wai.warp.server.SpareDescriptor",
            "wai.transport.Door$Keeper",
            "wai.warp.server.Visit$Host",
            "wai.warp.server.DoorKeeper",
            "wai.transport.Loop",
            "wai.warp.server.Acceptor",
            "wai.warp.server.Sweeper",
            "wai.warp.server.Acceptor$1",
            "wai.warp.server.Admission$Outcome",
            "wai.warp.settings.Listener$Inherited",
            "wai.transport.Watched",
            "wai.transport.ChannelTransport",
            "wai.transport.Residence",
            "wai.ClientDisconnectedException",
            "wai.transport.DeadlineException",
            "wai.transport.Waiter",
            "wai.warp.arrival.Arrival",
            "wai.Connection",
            "wai.warp.arrival.SocketFacts",
            "wai.warp.arrival.ProxiedFacts",
            "wai.warp.server.AcceptedConnection",
            "wai.warp.server.Driver",
            "wai.warp.observe.Tally",
            "wai.warp.server.ConnectionState",
            "wai.warp.server.ConnectionState$State",
            "wai.warp.server.Http1Connection",
            "wai.warp.http1.Http1Fault",
            "wai.warp.http1.Http1Event",
            "wai.Request$Peer",
            "wai.ResponseReceived$Source",
            "wai.spi.Exchange",
            "wai.warp.server.WarpExchange",
            "wai.warp.server.Http1Exchange",
            "wai.ClientTimeoutException",
            "wai.warp.http1.Http1Engine",
            "wai.warp.http1.RequestReader",
            "wai.Headers$Builder",
            "wai.warp.http1.RequestReader$State",
            "wai.warp.http1.ExpectedRuns",
            "wai.warp.http1.ResponseWriter",
            "wai.warp.http1.ResponseWriter$State",
            "wai.warp.server.Inbound",
            "wai.StatusException",
            "wai.ContentTooLargeException",
            "wai.warp.server.Pace",
            "wai.warp.server.ResponseSink$Target",
            "wai.warp.server.Outbound",
            "wai.Bytes$SliceConsumer",
            "wai.warp.server.Delivery",
            "wai.warp.server.Delivery$Step",
            "wai.warp.server.ReadingSide",
            "wai.warp.server.ResponseSide",
            "wai.RawConnection",
            "wai.warp.observe.Flight",
            "wai.warp.settings.Hooks$NoHook",
            "wai.warp.observe.Observation",
            "wai.warp.http1.Http1Fault$Kind",
            "wai.warp.http1.Octets",
            "wai.warp.http1.RequestLine",
            "wai.HttpVersion",
            "wai.warp.http1.FieldLine",
            "wai.warp.http1.HeadRules",
            "wai.warp.http1.Authority",
            "wai.warp.http1.Http1Event$Head",
            "wai.warp.http1.Http1Event$Signal",
            "wai.warp.http1.Http1Event$Data",
            "wai.BodySink",
            "wai.spi.ScopedSink",
            "wai.spi.OutputStreamSink",
            "wai.spi.ContractViolation",
            "wai.spi.ScopedBody",
            "wai.warp.server.RequestBody",
            "wai.warp.server.ResponseSink",
            "wai.Request$Builder",
            "wai.Request$EmptyBody",
            "wai.Connection$1",
            "wai.Vault",
            "wai.Request$Peer$1",
            "wai.spi.Exchange$Stage",
            "wai.spi.Exchange$Progress",
            "wai.warp.server.NegotiatedFiles",
            "wai.warp.server.Http1Capabilities",
            "wai.Capability",
            "wai.Status",
            "wai.Response",
            "wai.Body$Raw",
            "wai.Body$File",
            "wai.spi.FramedResponse",
            "wai.Body$Stream",
            "wai.warp.http1.ResponseHead",
            "wai.warp.server.Outbound$Gathering",
            "wai.warp.server.Delivery$Write",
            "wai.warp.server.Http1Connection$End",
            "wai.warp.server.Ticker",
            "wai.warp.server.Server$NanoClock",
            "wai.spi.HttpDate",
            "wai.warp.server.Ticker$Moment",
            "wai.warp.http1.CommonFields",
            "wai.warp.http1.OutputBuffer",
            "wai.warp.server.ListeningSocket");

    static {
        begin();
    }

    private FirstClasses() {}

    /// Begins, at the first start of a server in this JVM.
    static void load() {
        // this class has been initialized by now
    }

    private static void begin() {
        try {
            Thread.ofPlatform().name("warp-classes").daemon().start(new FirstClasses());
        } catch (OutOfMemoryError _) {
            // no thread can be had, or no memory; it would be needed for more than this
        }
    }

    @Override
    public void run() {
        var loader = FirstClasses.class.getClassLoader();
        for (var name : NAMES) {
            try {
                Class.forName(name, true, loader);
            } catch (ClassNotFoundException | LinkageError _) {
                // whoever needs it meets that
            }
        }
    }
}
