package wai.redis;

import static java.util.Objects.requireNonNull;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import wai.sse.BroadcastSettings;
import wai.sse.Broadcaster;
import wai.sse.Event;

/// Publishes events to all who listen, at any process: a `Broadcaster` in each, and a stream of Redis between them.
///
/// {@snippet file="wai/redis/Samples.java" region="broadcast"}
///
/// All processes see the same events with the same ids in the same order, so a browser that lost its connection may
/// connect to another process and gets what it missed (`Last-Event-ID`), as far as `BroadcastSettings.kept()` goes;
/// also from a process that was started in between.
///
/// While Redis is away, [#publish] throws a [RedisException] (503), streams go on with nothing but heartbeats, and
/// browsers that connect get what this process keeps. When it is back, everybody gets what was published meanwhile, by
/// whom it reached, in its order. Events that Redis lost with its memory, or that more than a thousand others have
/// pushed out, are gone; subscribers then get the event of `BroadcastSettings.gap()`, if there is one. [Watch] is told
/// of both.
public final class RedisBroadcast implements AutoCloseable {
    /// Adds an event once, also when it is asked for twice because the first answer was lost.
    private static final Script ADD = new Script("""
            if not redis.call('SET', KEYS[2], '1', 'NX', 'PX', 60000) then
                return false
            end
            return redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], '*', unpack(ARGV, 2))
            """);

    /// How many events Redis keeps at least, for processes that come back.
    private static final int LEAST_KEPT = 1000;

    static final String DATA = "data";
    static final String NAME = "name";
    static final String ID = "id";

    /// A megabyte of text; longer data belongs behind an address that the event names.
    static final int LONGEST = 1024 * 1024;

    private final Redis redis;
    private final String channel;
    private final String stream;
    private final BroadcastSettings settings;
    private final Broadcaster local;
    private final BroadcastReader reader;

    private RedisBroadcast(Redis redis, String channel, BroadcastSettings settings, Watch watch) {
        this.redis = redis;
        this.channel = channel;
        this.stream = redis.key("events", channel);
        this.settings = settings;
        this.local = Broadcaster.of(settings);
        this.reader = new BroadcastReader(redis, stream, settings, local, watch);
    }

    /// A broadcast with default settings, of which the logger `wai.redis` is told when Redis goes and comes.
    ///
    /// @param redis where the events are
    /// @param channel its name: those of the same name are one
    /// @return the broadcast
    public static RedisBroadcast open(Redis redis, String channel) {
        return open(redis, channel, BroadcastSettings.defaults(), Watch.logging(channel));
    }

    /// A broadcast. When Redis is away at this moment, it begins with what is published when it is back, and browsers
    /// that missed events get none of before.
    ///
    /// @param redis where the events are
    /// @param channel its name: those of the same name are one
    /// @param settings how many events are kept, and for whom
    /// @param watch is told when Redis goes and comes
    /// @return the broadcast
    public static RedisBroadcast open(Redis redis, String channel, BroadcastSettings settings, Watch watch) {
        var broadcast = new RedisBroadcast(
                requireNonNull(redis, "redis"),
                requireNonNull(channel, "channel"),
                requireNonNull(settings, "settings"),
                requireNonNull(watch, "watch"));
        broadcast.reader.start();
        return broadcast;
    }

    /// Sends an event to all who listen, at any process.
    ///
    /// @param event an event with data, at most a mebibyte of it; without an id it gets one
    /// @throws IllegalArgumentException when it has no data, or more; comments and retry times are of one process: give
    ///     them to [#local()]
    /// @throws RedisException when Redis is away, or refuses; the event may have been sent when the answer is what was
    ///     lost
    public void publish(Event event) throws RedisException {
        var data = event.data()
                .orElseThrow(() -> new IllegalArgumentException("an event without data: expected one with data"));
        if (data.length() > LONGEST) {
            throw new IllegalArgumentException(
                    "an event with " + data.length() + " characters: expected " + LONGEST + " or fewer");
        }
        var fields = new HashMap<>(Map.of(DATA, data));
        event.name().ifPresent(name -> fields.put(NAME, name));
        event.id().ifPresent(id -> fields.put(ID, id));
        var arguments = new java.util.ArrayList<String>();
        arguments.add(Integer.toString(Math.max(LEAST_KEPT, settings.kept())));
        fields.forEach((name, value) -> arguments.addAll(List.of(name, value)));
        var once = redis.key("once", UUID.randomUUID().toString());
        redis.call(jedis -> ADD.run(jedis, List.of(stream, once), arguments) == null ? "added before" : "added");
    }

    /// The broadcaster of this process, for `EventStreams.subscribed`. What is published by itself goes to subscribers
    /// of this process alone.
    ///
    /// @return always the same
    public Broadcaster local() {
        return local;
    }

    /// Whether events come in now.
    ///
    /// @return false while Redis is away
    public boolean isConnected() {
        return reader.isConnected();
    }

    /// Ends all streams of this process behind the events that wait in them, and the connection to Redis.
    @Override
    public void close() {
        reader.close();
        local.close();
    }

    /// The channel, and where Redis is.
    @Override
    public String toString() {
        return "broadcast " + channel + " by " + redis;
    }

    /// Is told when Redis goes and comes; called by the thread that reads, so nothing is read meanwhile.
    public interface Watch {
        /// Events come in, from the beginning or again.
        void connected();

        /// No event comes in; it is tried again all the time.
        ///
        /// @param failure why
        void lost(RedisException failure);

        /// Tells the logger `wai.redis`.
        ///
        /// @param channel the channel
        /// @return what tells it
        static Watch logging(String channel) {
            var log = System.getLogger("wai.redis");
            return new Watch() {
                @Override
                public void connected() {
                    log.log(System.Logger.Level.INFO, () -> "broadcast " + channel + " is connected");
                }

                @Override
                public void lost(RedisException failure) {
                    log.log(
                            System.Logger.Level.WARNING,
                            () -> "broadcast " + channel + " is cut off: " + failure.getMessage());
                }
            };
        }
    }
}
