package wai.redis;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.params.XReadParams;
import redis.clients.jedis.resps.StreamEntry;
import wai.sse.BroadcastSettings;
import wai.sse.Broadcaster;
import wai.sse.Event;

/// Reads a stream of Redis, on a thread and a connection of its own, and hands its events to the broadcaster of this
/// process. It remembers where it was, and goes on there after Redis was away.
final class BroadcastReader {
    private static final System.Logger LOG = System.getLogger("wai.redis");
    private static final StreamEntryID BEGINNING = new StreamEntryID(0, 0);

    /// How long Redis holds a question for more; then it is asked again, which shows whether it is there.
    private static final Duration BLOCK = Duration.ofSeconds(5);

    private static final int AT_A_TIME = 100;

    private final Redis redis;
    private final String stream;
    private final BroadcastSettings settings;
    private final Broadcaster local;
    private final RedisBroadcast.Watch watch;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;

    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Jedis connection; // guarded by lock

    /// Of the last event; null before the first connection. The thread's own.
    private @Nullable StreamEntryID position;

    private volatile boolean isConnected;
    private boolean wasTold; // whether the watch knows of the present absence; the thread's own

    BroadcastReader(
            Redis redis, String stream, BroadcastSettings settings, Broadcaster local, RedisBroadcast.Watch watch) {
        this.redis = redis;
        this.stream = stream;
        this.settings = settings;
        this.local = local;
        this.watch = watch;
        this.thread = Thread.ofVirtual().name("wai-redis-broadcast").unstarted(this::run);
    }

    /// Starts, with what Redis keeps, when it is there at once.
    void start() {
        try {
            connect(true);
        } catch (JedisException e) {
            lose(e);
        }
        thread.start();
    }

    boolean isConnected() {
        return isConnected;
    }

    void close() {
        closing.countDown();
        disconnect();
    }

    private void run() {
        try {
            while (isOpen()) {
                readUntilLost();
            }
        } finally {
            disconnect();
        }
    }

    private void readUntilLost() {
        try {
            if (!isConnected) {
                connect(false);
            }
            while (isOpen()) {
                read();
            }
        } catch (JedisException e) {
            if (isOpen()) {
                lose(e);
                pause();
            }
        }
    }

    private boolean isOpen() {
        return closing.getCount() > 0;
    }

    private void pause() {
        try {
            var _ = closing.await(redis.settings().pause().toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException _) { // nobody has this thread; whoever did wants it to end
            closing.countDown();
        }
    }

    /// @param withHistory whether events of before are news to this process, where nobody listens yet
    private void connect(boolean withHistory) {
        var fresh = redis.open(BLOCK);
        lock.lock();
        try {
            connection = fresh;
        } finally {
            lock.unlock();
        }
        var last = position;
        if (last != null) {
            position = resumed(fresh, last);
        } else if (withHistory) {
            position = end(fresh);
            if (settings.kept() > 0) {
                var history = fresh.xrevrange(stream, position, BEGINNING, settings.kept());
                history.reversed().forEach(this::hand);
            }
        } else {
            position = end(fresh);
        }
        isConnected = true;
        wasTold = false;
        watch.connected();
    }

    /// Where to go on. What is not there any more was missed, it or what came behind it.
    private StreamEntryID resumed(Jedis fresh, StreamEntryID last) {
        boolean isThere =
                last.equals(BEGINNING) || !fresh.xrange(stream, last, last).isEmpty();
        if (!isThere) {
            settings.gap().ifPresent(gap -> local.publish(gap.withId(last.toString())));
        }
        var end = end(fresh);
        return end.compareTo(last) < 0 ? end : last; // Redis has lost events, and counts on from there
    }

    private StreamEntryID end(Jedis fresh) {
        var last = fresh.xrevrange(stream, (StreamEntryID) null, null, 1);
        return last.isEmpty() ? BEGINNING : last.getFirst().getID();
    }

    private void read() {
        Jedis open;
        lock.lock();
        try {
            open = connection;
        } finally {
            lock.unlock();
        }
        var from = position;
        if (open == null || from == null) {
            throw new JedisException("not connected");
        }
        var more = open.xread(
                XReadParams.xReadParams().block((int) BLOCK.toMillis()).count(AT_A_TIME), Map.of(stream, from));
        for (var entries : more == null ? Collections.<Map.Entry<String, List<StreamEntry>>>emptyList() : more) {
            for (var entry : entries.getValue()) {
                hand(entry);
                position = entry.getID();
            }
        }
    }

    /// Hands an event on. What is none is left out, and logged.
    private void hand(StreamEntry entry) {
        try {
            local.publish(event(entry));
        } catch (IllegalArgumentException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    () -> "entry " + entry.getID() + " of " + stream + " is no event: " + e.getMessage());
        } catch (IllegalStateException e) { // the broadcaster is closed
            closing.countDown();
        }
    }

    private static Event event(StreamEntry entry) {
        var fields = entry.getFields();
        var data = fields.get(RedisBroadcast.DATA);
        if (data == null || data.length() > RedisBroadcast.LONGEST) {
            throw new IllegalArgumentException(
                    (data == null ? "it has no data" : "it has " + data.length() + " characters") + ": expected "
                            + RedisBroadcast.LONGEST + " or fewer in the field \"" + RedisBroadcast.DATA + "\"");
        }
        var event = Event.of(data);
        var name = fields.get(RedisBroadcast.NAME);
        var named = name == null ? event : event.withName(name);
        var id = fields.get(RedisBroadcast.ID);
        return named.withId(id == null ? entry.getID().toString() : id);
    }

    private void lose(JedisException e) {
        isConnected = false;
        disconnect();
        if (!wasTold) {
            wasTold = true;
            watch.lost(
                    e instanceof JedisDataException refusal
                            ? redis.refused(refusal)
                            : RedisException.away(redis + " is away: " + e.getMessage(), e));
        }
    }

    /// Closes the connection, which also wakes who reads from it.
    private void disconnect() {
        Jedis open;
        lock.lock();
        try {
            open = connection;
            connection = null;
        } finally {
            lock.unlock();
        }
        if (open != null) {
            try {
                open.disconnect();
            } catch (JedisException e) {
                LOG.log(System.Logger.Level.DEBUG, "a connection was broken when it was closed", e);
            }
        }
    }
}
