package wai;

import static java.util.Objects.checkFromIndexSize;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One request: immutable values, and a body and live parts that work until the exchange is over.
///
/// `withX` answers a changed copy that shares the body and the live parts. What a middleware changes is what the
/// inner application sees; [#rawPath], [#rawQuery] and [#connection] stay what the handler received.
public final class Request {
    private static final int READ_STEP = 64 * 1024;
    /// An array for a step of [#readBody] has room for so many bytes at least, and for so many times what has come.
    private static final int LEAST_STEP = 1024;

    private static final int GROWTH = 4;

    private final String method;
    private final String rawPath;
    private final String rawQuery;
    private final HttpVersion version;
    private final Headers headers;
    private final InputStream body;
    private final long bodyLength;
    private final SocketAddress remoteAddress;
    private final boolean secure;
    private final Vault vault;
    private final Peer peer;

    /// Computed at the first call; two threads that race compute the same.
    private @Nullable List<String> path;

    private @Nullable Query query;

    private Request(Builder builder) {
        method = builder.method;
        rawPath = builder.rawPath;
        rawQuery = builder.rawQuery;
        version = builder.version;
        headers = builder.headers;
        body = builder.body;
        bodyLength = builder.bodyLength;
        remoteAddress = builder.remoteAddress;
        secure = builder.secure;
        vault = builder.vault;
        peer = builder.peer;
        path = builder.path;
        query = builder.query;
    }

    /// A builder for a request of that method and target; version HTTP/1.1, no headers, no body, peer unknown.
    ///
    /// @param method a token, case kept: `GET`
    /// @param target path and query as they stand in the request line, percent-encoded: `/a%20b?x=1`; or `*`; or the
    ///     authority of CONNECT
    /// @return the builder
    /// @throws IllegalArgumentException when the method is no token, or the target is empty, or has a character
    ///     outside U+0021 to U+007E or a `#`
    public static Builder builder(String method, String target) {
        return new Builder().method(method).target(target);
    }

    /// A builder that has all values of this request.
    ///
    /// @return the builder
    public Builder toBuilder() {
        return new Builder(this);
    }

    /// The method, case kept (RFC 9110 §9).
    ///
    /// @return a token: `GET`
    public String method() {
        return method;
    }

    /// The path as it was received: percent-encoded, everything between the authority and the `?`.
    ///
    /// @return the raw path; `*` for a server-wide OPTIONS; never changed by middleware
    public String rawPath() {
        return rawPath;
    }

    /// The query as it was received, with its `?`; `rawPath() + rawQuery()` is the target.
    ///
    /// @return the raw query; empty when there was no `?`; never changed by middleware
    public String rawQuery() {
        return rawQuery;
    }

    /// The decoded segments of the path ([PathSegments#decode]), or those a middleware left ([#withPath]).
    ///
    /// A segment may be `..` or hold a `/` (received as `%2F`): they name no file before that was looked at.
    ///
    /// @return the segments, unmodifiable
    public List<String> path() {
        var known = path;
        if (known == null) {
            path = known = PathSegments.decode(rawPath);
        }
        return known;
    }

    /// The decoded parameters of the query ([Query#parse]), or those a middleware left ([#withQuery]).
    ///
    /// @return the parameters
    public Query query() {
        var known = query;
        if (known == null) {
            query = known = Query.parse(rawQuery);
        }
        return known;
    }

    /// The version of HTTP that the client speaks.
    ///
    /// @return the version
    public HttpVersion version() {
        return version;
    }

    /// The header fields.
    ///
    /// @return the fields in order of arrival
    public Headers headers() {
        return headers;
    }

    /// The body, without transfer coding: always the same stream, which can be read once.
    ///
    /// The first read sends `100 Continue` when the client waits for it (RFC 9110 §10.1.1). Reads block until bytes
    /// arrive, and throw [ClientDisconnectedException] when the client leaves or breaks the framing. The stream may be
    /// read while the response is being written. After the exchange it throws the `ContractViolation` of rule
    /// `WAI-REQ-06`. `close()` does nothing.
    ///
    /// @return the body; at its end at once when there is none
    public InputStream body() {
        return body;
    }

    /// Reads the body to its end, or refuses one that is too long; a declared length over the limit is refused before
    /// anything is read, so the client is never told to `100 Continue` with it.
    ///
    /// Blocks until the whole body has come. What a failed call has read is lost.
    ///
    /// @param limit how many bytes are allowed, 0 or more
    /// @return the rest of the body, all of it when nothing was read before
    /// @throws IllegalArgumentException when the limit is negative
    /// @throws ContentTooLargeException when the body is longer
    /// @throws IOException when the client leaves
    public Bytes readBody(long limit) throws IOException {
        if (limit < 0) {
            throw new IllegalArgumentException("limit " + limit + ": expected 0 or more");
        }
        if (bodyLength > limit) {
            throw new ContentTooLargeException(limit);
        }
        var all = Bytes.EMPTY;
        while (true) {
            long room = limit - all.length();
            var step = readStep(all.length(), room < READ_STEP ? (int) room + 1 : READ_STEP);
            if (step.length() > room) {
                throw new ContentTooLargeException(limit);
            }
            if (step.length() == 0) {
                return all;
            }
            all = all.plus(step);
        }
    }

    /// Reads some of the body: into an array that just fits what the declared length promises, as far as some of it is
    /// there. Whoever announces a body and does not send it gets no memory for it.
    ///
    /// @param before how many bytes were read
    /// @return at most `most` bytes; none at the end of the body
    private Bytes readStep(long before, int most) throws IOException {
        long promised = bodyLength - before;
        long there = before + body.available();
        int first = -1;
        if (there == 0 || promised == 0) { // behind the promise the end is expected
            first = body.read();
            if (first < 0) {
                return Bytes.EMPTY;
            }
            there += 1 + body.available();
        }
        long size = Math.min(most, Math.max(LEAST_STEP, GROWTH * there));
        var array = new byte[(int) (promised > 0 ? Math.min(promised, size) : size)];
        int count = 0;
        if (first >= 0) {
            array[count++] = (byte) first;
        }
        count += body.readNBytes(array, count, array.length - count);
        return count > array.length / 2 ? Bytes.of(array, 0, count) : Bytes.of(Arrays.copyOf(array, count));
    }

    /// How many bytes the body has.
    ///
    /// @return the length, 0 when there is no body; empty when it is not known before it was read (chunked)
    public OptionalLong bodyLength() {
        return bodyLength < 0 ? OptionalLong.empty() : OptionalLong.of(bodyLength);
    }

    /// The trailer fields that came behind the body (RFC 9110 §6.5).
    ///
    /// @return the fields; empty when there were none or without [Capability#REQUEST_TRAILERS]
    /// @throws IllegalStateException when the body was not yet read to its end
    public Headers trailers() {
        return peer.trailers();
    }

    /// The address of the client: of the connection's other end, unless a middleware that trusts a proxy knew better.
    ///
    /// @return the address
    public SocketAddress remoteAddress() {
        return remoteAddress;
    }

    /// Whether the client speaks TLS: on this connection, unless a middleware that trusts a proxy knew better.
    ///
    /// @return true for https
    public boolean isSecure() {
        return secure;
    }

    /// Facts about the connection as the handler saw them.
    ///
    /// @return the facts
    public Connection connection() {
        return peer.connection();
    }

    /// The protocols to which the client offers to switch, in its order and in lower case: those of `Upgrade` when
    /// `Connection` names it too (HTTP/1.1, RFC 9110 §7.8), or the one of an extended CONNECT (HTTP/2, RFC 8441).
    ///
    /// @return the protocols, `websocket` for example; empty in most cases
    public List<String> upgrades() {
        var extended = peer.extendedConnectProtocol();
        if (extended.isPresent()) {
            return List.of(extended.get().toLowerCase(Locale.ROOT));
        }
        if (version != HttpVersion.HTTP_1_1 || !headers.contains(HeaderName.UPGRADE)) {
            return List.of();
        }
        boolean named = headers.elements(HeaderName.CONNECTION).stream().anyMatch("upgrade"::equalsIgnoreCase);
        return named
                ? headers.elements(HeaderName.UPGRADE).stream()
                        .map(protocol -> protocol.toLowerCase(Locale.ROOT))
                        .toList()
                : List.of();
    }

    /// Whether the handler can do something for this request.
    ///
    /// @param capability what is asked for
    /// @return true when it can
    public boolean supports(Capability capability) {
        return peer.capabilities().contains(capability);
    }

    /// Sends an informational response ahead of the final one (RFC 9110 §15.2), at once; may be called repeatedly.
    ///
    /// Does nothing for a client of HTTP/1.0, and where the handler cannot ([Capability#EARLY_HINTS] for 103,
    /// [Capability#INFORMATIONAL] for the others).
    ///
    /// @param status 102 to 199; 100 is sent by the handler, 101 is a raw response
    /// @param fields its header fields
    /// @throws IllegalArgumentException when the status is another one
    /// @throws IllegalStateException when the final response was begun
    /// @throws IOException when the client is gone
    public void sendInformational(Status status, Headers fields) throws IOException {
        requireNonNull(fields, "fields");
        if (!status.isInformational() || status.code() < 102) {
            throw new IllegalArgumentException(
                    "informational status " + status.code() + ": expected 102 to 199 (RFC 9110 §15.2)");
        }
        var needed = status.code() == 103 ? Capability.EARLY_HINTS : Capability.INFORMATIONAL;
        if (version != HttpVersion.HTTP_1_0 && supports(needed)) {
            peer.sendInformational(status, fields);
        }
    }

    /// Sends `103 Early Hints` (RFC 8297), so that the client can begin to load what the response will need.
    ///
    /// @param links the header fields, `Link` in most cases
    /// @throws IllegalStateException when the final response was begun
    /// @throws IOException when the client is gone
    public void sendEarlyHints(Headers links) throws IOException {
        sendInformational(Status.EARLY_HINTS, links);
    }

    /// Has `action` run once if the client goes away before the exchange is over; at once if it already has.
    ///
    /// Over HTTP/1 a client that closes its direction counts as gone, because most clients that do so are; one that
    /// reads on still gets its whole response (RFC 9112 §9.6).
    ///
    /// `request.onDisconnect(Thread.currentThread()::interrupt)` ends work that waits, such as a query or a queue: it
    /// throws `InterruptedException`, and when that leaves the application, the exchange has failed like any other
    /// (status 500, which a client that is gone never sees). Nothing of the interrupt reaches a later request.
    ///
    /// Never runs without [Capability#DISCONNECT_SIGNAL].
    ///
    /// @param action runs on another thread and should not block for long: set a flag, interrupt, cancel a query
    public void onDisconnect(Runnable action) {
        peer.onDisconnect(requireNonNull(action, "action"));
    }

    /// Has `action` run once when the server begins to stop before the exchange is over; at once if it already stops.
    ///
    /// For responses that have no end of their own: a stream of events, a long poll. A stop waits for the responses
    /// that run, up to its grace period, and cuts what is left then; a stream that ends when it is told to reaches its
    /// client whole, and holds nobody up.
    ///
    /// Never runs without [Capability#SHUTDOWN_SIGNAL]. A raw application has [RawConnection#onShutdown].
    ///
    /// @param action runs on another thread and should not block for long: set a flag, end a queue; what it throws is
    ///     reported to the handler's exception hook
    public void onShutdown(Runnable action) {
        peer.onShutdown(requireNonNull(action, "action"));
    }

    /// What middleware handed inward.
    ///
    /// @return the vault
    public Vault vault() {
        return vault;
    }

    /// The value that a middleware handed inward under a key.
    ///
    /// @param key the key
    /// @param <T> the type of the value
    /// @return the value, or empty when no middleware set it
    public <T> Optional<T> get(Key<T> key) {
        return vault.get(key);
    }

    /// A copy that hands a value inward.
    ///
    /// @param key the key
    /// @param value the value; an earlier one goes
    /// @param <T> the type of the value
    /// @return the copy
    public <T> Request with(Key<T> key, T value) {
        return toBuilder().vault(vault.with(key, value)).build();
    }

    /// A copy with another method.
    ///
    /// @param newMethod a token
    /// @return the copy
    /// @throws IllegalArgumentException when it is no token
    public Request withMethod(String newMethod) {
        return toBuilder().method(newMethod).build();
    }

    /// A copy with other decoded segments: what a router or a mount leaves for the inner application. [#rawPath] stays.
    ///
    /// @param segments the decoded segments
    /// @return the copy
    public Request withPath(List<String> segments) {
        return toBuilder().path(segments).build();
    }

    /// A copy with other decoded parameters. [#rawQuery] stays.
    ///
    /// @param newQuery the parameters
    /// @return the copy
    public Request withQuery(Query newQuery) {
        return toBuilder().query(newQuery).build();
    }

    /// A copy with other header fields.
    ///
    /// @param newHeaders the fields
    /// @return the copy
    public Request withHeaders(Headers newHeaders) {
        return toBuilder().headers(newHeaders).build();
    }

    /// A copy with another body. `Content-Length` and the other fields that describe the body stay as they are.
    ///
    /// @param newBody the stream
    /// @param length how many bytes it has; empty when not known
    /// @return the copy
    /// @throws IllegalArgumentException when the length is negative
    @SuppressWarnings("OptionalUsedAsFieldOrParameterType") // the mirror of body() and bodyLength()
    public Request withBody(InputStream newBody, OptionalLong length) {
        return toBuilder().body(newBody, length).build();
    }

    /// A copy with another client address: what a trusted proxy told.
    ///
    /// @param address the address
    /// @return the copy
    public Request withRemoteAddress(SocketAddress address) {
        return toBuilder().remoteAddress(address).build();
    }

    /// A copy that came over TLS, or did not: what a trusted proxy told.
    ///
    /// @param scheme `https` for TLS, `http` for none
    /// @return the copy
    /// @throws IllegalArgumentException when the scheme is neither
    public Request withScheme(String scheme) {
        return toBuilder().scheme(scheme).build();
    }

    /// Method, target and version: `GET /a?b HTTP/1.1`.
    @Override
    public String toString() {
        return method + " " + rawPath + rawQuery + " " + version;
    }

    /// The live side of a request: what only the handler that holds the connection can know or do.
    ///
    /// Handlers implement it; the defaults are those of a peer of which nothing is known. Applications use the methods
    /// of [Request] instead.
    public interface Peer {
        /// A peer of which nothing is known and to which nothing can be sent.
        Peer UNKNOWN = new Peer() {};

        /// For [Request#connection].
        ///
        /// @return the facts
        default Connection connection() {
            return Connection.UNKNOWN;
        }

        /// For [Request#supports].
        ///
        /// @return what the handler can do for this request
        default Set<Capability> capabilities() {
            return Set.of();
        }

        /// For [Request#upgrades]: the `:protocol` of an extended CONNECT (RFC 8441 §4).
        ///
        /// @return the protocol; empty on every other request
        default Optional<String> extendedConnectProtocol() {
            return Optional.empty();
        }

        /// For [Request#trailers].
        ///
        /// @return the trailer fields
        /// @throws IllegalStateException when the body was not yet read to its end
        default Headers trailers() {
            return Headers.EMPTY;
        }

        /// For [Request#sendInformational], which has checked the status and the capability.
        ///
        /// @param status 102 to 199
        /// @param fields the header fields
        /// @throws IllegalStateException when the final response was begun
        /// @throws IOException when the client is gone
        default void sendInformational(Status status, Headers fields) throws IOException {}

        /// For [Request#onDisconnect].
        ///
        /// @param action what to run once when the client goes away
        default void onDisconnect(Runnable action) {}

        /// For [Request#onShutdown].
        ///
        /// @param action what to run once when the server begins to stop
        default void onShutdown(Runnable action) {}
    }

    /// Puts a request together. For one thread; may be used again after [#build()], whose values it keeps.
    public static final class Builder {
        private String method = "GET";
        private String rawPath = "/";
        private String rawQuery = "";
        private HttpVersion version = HttpVersion.HTTP_1_1;
        private Headers headers = Headers.EMPTY;
        private InputStream body = EmptyBody.INSTANCE;
        private long bodyLength;
        private SocketAddress remoteAddress = Connection.UNKNOWN.remoteAddress();
        private boolean secure;
        private Vault vault = Vault.EMPTY;
        private Peer peer = Peer.UNKNOWN;
        private @Nullable List<String> path;
        private @Nullable Query query;

        private Builder() {}

        private Builder(Request request) {
            method = request.method;
            rawPath = request.rawPath;
            rawQuery = request.rawQuery;
            version = request.version;
            headers = request.headers;
            body = request.body;
            bodyLength = request.bodyLength;
            remoteAddress = request.remoteAddress;
            secure = request.secure;
            vault = request.vault;
            peer = request.peer;
            path = request.path;
            query = request.query;
        }

        /// Sets the method.
        ///
        /// @param newMethod a token
        /// @return this builder
        /// @throws IllegalArgumentException when it is no token (RFC 9110 §9.1)
        public Builder method(String newMethod) {
            if (newMethod.isEmpty()) {
                throw new IllegalArgumentException("method is empty: expected a token (RFC 9110 §9.1)");
            }
            for (int i = 0; i < newMethod.length(); i++) {
                if (!HeaderName.isTokenCharacter(newMethod.charAt(i))) {
                    throw new IllegalArgumentException("method has U+%04X at %d: expected a token (RFC 9110 §9.1)"
                            .formatted((int) newMethod.charAt(i), i));
                }
            }
            method = newMethod;
            return this;
        }

        /// Sets path and query, the raw and the decoded ones.
        ///
        /// @param target path and query, percent-encoded; or `*`; or the authority of CONNECT
        /// @return this builder
        /// @throws IllegalArgumentException when it is empty, or has a character outside U+0021 to U+007E or a `#`
        public Builder target(String target) {
            if (target.isEmpty()) {
                throw new IllegalArgumentException("target is empty: expected at least / (RFC 9112 §3.2)");
            }
            int mark = -1;
            for (int i = 0; i < target.length(); i++) {
                char c = target.charAt(i);
                if (c <= ' ' || c >= 0x7f || c == '#') {
                    throw new IllegalArgumentException(
                            "target has U+%04X at %d: expected U+0021 to U+007E without #, percent-encode it (RFC 3986 §2)"
                                    .formatted((int) c, i));
                }
                if (c == '?' && mark < 0) {
                    mark = i;
                }
            }
            rawPath = mark < 0 ? target : target.substring(0, mark);
            rawQuery = mark < 0 ? "" : target.substring(mark);
            path = null;
            query = null;
            return this;
        }

        /// Sets the version.
        ///
        /// @param newVersion the version
        /// @return this builder
        public Builder version(HttpVersion newVersion) {
            version = requireNonNull(newVersion, "version");
            return this;
        }

        /// Sets all header fields.
        ///
        /// @param newHeaders the fields
        /// @return this builder
        public Builder headers(Headers newHeaders) {
            headers = requireNonNull(newHeaders, "headers");
            return this;
        }

        /// Appends a header field.
        ///
        /// @param name the name
        /// @param value the value
        /// @return this builder
        /// @throws IllegalArgumentException when the value cannot be sent ([Headers#of(HeaderName, String)])
        public Builder header(HeaderName name, String value) {
            headers = headers.adding(name, value);
            return this;
        }

        /// Sets the body.
        ///
        /// @param newBody the stream
        /// @param length how many bytes it has; empty when not known
        /// @return this builder
        /// @throws IllegalArgumentException when the length is negative
        @SuppressWarnings("OptionalUsedAsFieldOrParameterType") // the mirror of body() and bodyLength()
        public Builder body(InputStream newBody, OptionalLong length) {
            if (length.orElse(0) < 0) {
                throw new IllegalArgumentException("body length " + length.getAsLong() + ": expected 0 or more");
            }
            body = requireNonNull(newBody, "body");
            bodyLength = length.orElse(-1);
            return this;
        }

        /// Sets the client's address.
        ///
        /// @param address the address
        /// @return this builder
        public Builder remoteAddress(SocketAddress address) {
            remoteAddress = requireNonNull(address, "address");
            return this;
        }

        /// Sets whether the request came over TLS.
        ///
        /// @param scheme `https` for TLS, `http` for none
        /// @return this builder
        /// @throws IllegalArgumentException when the scheme is neither
        public Builder scheme(String scheme) {
            secure = switch (scheme) {
                case "https" -> true;
                case "http" -> false;
                default -> throw new IllegalArgumentException("scheme \"" + scheme + "\": expected http or https");
            };
            return this;
        }

        /// Sets what is handed inward.
        ///
        /// @param newVault the vault
        /// @return this builder
        public Builder vault(Vault newVault) {
            vault = requireNonNull(newVault, "vault");
            return this;
        }

        /// Sets the live side; for handlers.
        ///
        /// @param newPeer the peer
        /// @return this builder
        public Builder peer(Peer newPeer) {
            peer = requireNonNull(newPeer, "peer");
            return this;
        }

        /// Sets the decoded segments; without this call they are those of the target.
        ///
        /// @param segments the segments
        /// @return this builder
        public Builder path(List<String> segments) {
            path = List.copyOf(segments);
            return this;
        }

        /// Sets the decoded parameters; without this call they are those of the target.
        ///
        /// @param newQuery the parameters
        /// @return this builder
        public Builder query(Query newQuery) {
            query = requireNonNull(newQuery, "query");
            return this;
        }

        /// The request.
        ///
        /// @return the request
        public Request build() {
            return new Request(this);
        }
    }

    /// The body of a request without one; shared, as it has nothing to keep.
    private static final class EmptyBody extends InputStream {
        static final InputStream INSTANCE = new EmptyBody();

        @Override
        public int read() {
            return -1;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            checkFromIndexSize(offset, length, target.length);
            return length == 0 ? 0 : -1;
        }
    }
}
