package wai.limits;

import static java.util.Objects.requireNonNull;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
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
/// that have used their share, all new ones together count as one.
public final class RateLimit implements Middleware {
    private static final int CLIENTS = 100_000;
    private static final int NETWORK_BYTES = 8;
    private static final String EVERYBODY_ELSE = "";

    private final int requests;
    private final long interval;
    private final Function<Request, String> client;
    private final int mostClients;
    private final LongSupplier nanos;

    /// When the share of a client will be whole again, by the clock.
    private final ConcurrentMap<String, Long> whole = new ConcurrentHashMap<>();

    private RateLimit(
            int requests, long interval, Function<Request, String> client, int mostClients, LongSupplier nanos) {
        this.requests = requests;
        this.interval = interval;
        this.client = client;
        this.mostClients = mostClients;
        this.nanos = nanos;
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
        if (requests < 1 || time.toNanos() < requests) {
            throw new IllegalArgumentException(
                    "rate of " + requests + " requests in " + time + ": expected 1 or more, in some time");
        }
        return new RateLimit(requests, time.toNanos() / requests, RateLimit::address, CLIENTS, nanos);
    }

    /// Tells clients apart by something else: an API key, a user.
    ///
    /// @param newClient from the request to the client's name; short, because it is kept
    /// @return the changed copy, with a memory of its own
    public RateLimit by(Function<Request, String> newClient) {
        return new RateLimit(requests, interval, requireNonNull(newClient, "client"), mostClients, nanos);
    }

    /// Sets how many clients are kept in memory; some 100 bytes each.
    ///
    /// @param clients 1 or more
    /// @return the changed copy, with a memory of its own
    /// @throws IllegalArgumentException when it is less than 1
    public RateLimit withClients(int clients) {
        if (clients < 1) {
            throw new IllegalArgumentException("memory for " + clients + " clients: expected 1 or more");
        }
        return new RateLimit(requests, interval, client, clients, nanos);
    }

    /// {@inheritDoc}
    @Override
    public Application wrap(Application inner) {
        requireNonNull(inner, "inner");
        return (request, respond) -> {
            long wait = take(client.apply(request));
            return wait <= 0 ? inner.handle(request, respond) : respond.with(refusal(wait));
        };
    }

    /// How long the client must wait, in nanoseconds; 0 when its request was taken.
    private long take(String name) {
        long now = nanos.getAsLong();
        var kept = whole.containsKey(name) || hasRoom(now) ? name : EVERYBODY_ELSE;
        var wait = new long[1];
        whole.compute(kept, (_, before) -> {
            long from = before == null || before - now < 0 ? now : before;
            long after = from + interval;
            wait[0] = after - now - requests * interval;
            return wait[0] <= 0 ? after : before;
        });
        return wait[0];
    }

    /// Clients whose share is whole again need not be remembered.
    private boolean hasRoom(long now) {
        if (whole.size() >= mostClients) {
            whole.values().removeIf(time -> time - now <= 0);
        }
        return whole.size() < mostClients;
    }

    /// How many clients are in memory; for tests.
    int clients() {
        return whole.size();
    }

    private static Response refusal(long wait) {
        long seconds = Duration.ofNanos(wait).plusNanos(999_999_999).toSeconds();
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
