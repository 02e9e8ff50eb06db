package wai.limits;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Function;
import java.util.function.LongSupplier;
import wai.Application;
import wai.HeaderName;
import wai.Middleware;
import wai.Request;
import wai.Response;
import wai.Status;

/// Lets each client send so many requests in some time; more get 429 (RFC 6585 §4).
///
/// {@snippet file="wai/limits/Samples.java" region="rate-limit"}
///
/// A client may use its share at once, and gets it back evenly: of 60 in a minute, one each second (the generic cell
/// rate algorithm: one number per client, no window whose border lets twice as many through). A request that is
/// refused does not count. `Retry-After` says when the next one will be taken.
///
/// Clients are told apart by their address, IPv6 clients by their network of 64 bits, which one client has to itself;
/// behind a proxy the middleware that believes it goes outside. [#by] tells them apart by something else. Clients
/// are kept in the memory of this process, up to 100,000 of them unless set otherwise; while it is full of clients
/// that have used their share, all new ones together count as one. [#in] counts in a store that processes share.
public final class RateLimit implements Middleware {
    private static final System.Logger LOG = System.getLogger("wai.limits");
    private static final int CLIENTS = 100_000;
    private static final int NETWORK_BYTES = 8;

    private final RateStore.Share share;
    private final Function<Request, String> client;
    private final RateStore store;
    private final LongSupplier nanos;
    private final boolean isOpenWhileAway;

    private RateLimit(
            RateStore.Share share,
            Function<Request, String> client,
            RateStore store,
            LongSupplier nanos,
            boolean isOpenWhileAway) {
        this.share = share;
        this.client = client;
        this.store = store;
        this.nanos = nanos;
        this.isOpenWhileAway = isOpenWhileAway;
    }

    /// A limit for each address.
    ///
    /// @param requests how many, 1 or more
    /// @param time in which time, more than zero
    /// @return the middleware
    /// @throws IllegalArgumentException when one is less, or a request would have less than a nanosecond
    public static RateLimit of(int requests, Duration time) {
        return of(requests, time, System::nanoTime);
    }

    static RateLimit of(int requests, Duration time, LongSupplier nanos) {
        return new RateLimit(
                new RateStore.Share(requests, time),
                RateLimit::address,
                new MemoryRateStore(CLIENTS, nanos),
                nanos,
                false);
    }

    /// Tells clients apart by something else: an API key, a user.
    ///
    /// @param newClient from the request to the client's name; short, because it is kept
    /// @return the changed copy, which counts with this one
    public RateLimit by(Function<Request, String> newClient) {
        return new RateLimit(share, requireNonNull(newClient, "client"), store, nanos, isOpenWhileAway);
    }

    /// Counts in the memory of this process, and sets how many clients are kept there; some 100 bytes each.
    ///
    /// @param clients 1 or more
    /// @return the changed copy, with a memory of its own
    /// @throws IllegalArgumentException when it is less than 1
    public RateLimit withClients(int clients) {
        if (clients < 1) {
            throw new IllegalArgumentException("memory for " + clients + " clients: expected 1 or more");
        }
        return in(new MemoryRateStore(clients, nanos));
    }

    /// Counts in a store that several processes share, so that a client has one share with all of them.
    ///
    /// While the store is away requests fail, by 503 where it says so; [#openWhileTheStoreIsAway()] changes that.
    ///
    /// @param newStore the store; two limits that are to count by themselves need two, or one by two names
    /// @return the changed copy
    public RateLimit in(RateStore newStore) {
        return new RateLimit(share, client, requireNonNull(newStore, "store"), nanos, isOpenWhileAway);
    }

    /// Lets all requests pass while the store is away; each is logged. What counts is an [IOException] of the store.
    ///
    /// @return the changed copy
    public RateLimit openWhileTheStoreIsAway() {
        return new RateLimit(share, client, store, nanos, true);
    }

    /// {@inheritDoc}
    @Override
    public Application wrap(Application inner) {
        requireNonNull(inner, "inner");
        return (request, respond) -> {
            var wait = take(client.apply(request));
            return wait.isPositive() ? respond.with(refusal(wait)) : inner.handle(request, respond);
        };
    }

    /// How long the client must wait; zero when its request was taken.
    private Duration take(String name) throws Exception {
        try {
            return store.take(name, share);
        } catch (IOException away) {
            if (!isOpenWhileAway) {
                throw away;
            }
            LOG.log(System.Logger.Level.WARNING, () -> "rates are not limited: " + away.getMessage());
            return Duration.ZERO;
        }
    }

    /// How many clients are in the memory of this process; for tests.
    int clients() {
        return store instanceof MemoryRateStore memory ? memory.clients() : 0;
    }

    private static Response refusal(Duration wait) {
        long seconds = wait.plusNanos(999_999_999).toSeconds();
        return Response.text(Status.TOO_MANY_REQUESTS, "429 Too Many Requests: try again in " + seconds + " s\n")
                .withHeader(HeaderName.RETRY_AFTER, Long.toString(seconds));
    }

    private static String address(Request request) {
        return address(request.remoteAddress());
    }

    private static String address(SocketAddress address) {
        if (!(address instanceof InetSocketAddress inet) || inet.getAddress() == null) {
            return "local";
        }
        return inet.getAddress() instanceof Inet6Address six
                ? HexFormat.of().formatHex(Arrays.copyOf(six.getAddress(), NETWORK_BYTES))
                : inet.getAddress().getHostAddress();
    }
}
