package wai.test;

import static java.util.Objects.requireNonNull;

import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import wai.Bytes;
import wai.HeaderName;
import wai.Headers;
import wai.HttpVersion;
import wai.Key;
import wai.Query;
import wai.Request;
import wai.Vault;
import wai.spi.BodyStreams;

/// A request in the making: what is not said here, the [TestClient] says.
///
/// [#send()] sends it and collects the response, [#open()] lets the test watch the response come. For one thread; can
/// be sent again unless its body is a stream.
public final class TestRequest {
    private final Settings settings;
    private String method;
    private String target;
    private Origin origin;
    private HttpVersion version;
    private Headers headers = Headers.EMPTY;
    private Headers trailers = Headers.EMPTY;
    private Content content = new Content.InMemory(Bytes.EMPTY);
    private final List<Cookie> cookies = new ArrayList<>();
    private SocketAddress remoteAddress = new InetSocketAddress(InetAddress.getLoopbackAddress(), 50_000);
    private Vault vault = Vault.EMPTY;
    private String protocol = "";
    private Bytes earlyBytes = Bytes.EMPTY;
    private Request base;

    TestRequest(Settings settings, String method, String target) {
        this.settings = settings;
        this.method = method;
        this.target = target;
        this.origin = settings.origin;
        this.version = settings.version;
        checkTarget();
        this.base = Request.builder(method, target).build();
    }

    TestRequest(Settings settings, Request request) {
        this(settings, request.method(), request.rawPath() + request.rawQuery());
        base = request;
        version = request.version();
        headers = request.headers().without(HeaderName.CONTENT_LENGTH).without(HeaderName.TRANSFER_ENCODING);
        trailers = Headers.EMPTY;
        if (request.bodyLength().orElse(-1) != 0) {
            content = new Content.Streamed(request.body(), request.bodyLength());
        }
        remoteAddress = request.remoteAddress();
        vault = request.vault();
        if (request.isSecure()) {
            secure();
        }
    }

    /// Appends a parameter to the query, percent-encoded.
    ///
    /// @param name its name, decoded
    /// @param value its value, decoded
    /// @return this request
    public TestRequest query(String name, String value) {
        var encoded = new Query(List.of(new Query.Parameter(name, value))).encode();
        target += target.indexOf('?') < 0 ? encoded : "&" + encoded.substring(1);
        base = Request.builder(method, target).build();
        return this;
    }

    /// Appends a header field. Fields of that name which the client sends by itself are then left out.
    ///
    /// @param name its name
    /// @param value its value
    /// @return this request
    /// @throws IllegalArgumentException when the value cannot be sent, or the field frames the body, which the client
    ///     does
    public TestRequest header(HeaderName name, String value) {
        if (name.equals(HeaderName.CONTENT_LENGTH) || name.equals(HeaderName.TRANSFER_ENCODING)) {
            throw new IllegalArgumentException(name + " follows from the body: use body(…), or uploading(…) for another"
                    + " framing (RFC 9112 §6)");
        }
        headers = headers.adding(name, value);
        return this;
    }

    /// Appends a header field. Fields of that name which the client sends by itself are then left out.
    ///
    /// @param name its name
    /// @param value its value
    /// @return this request
    /// @throws IllegalArgumentException when name or value cannot be sent, or the field frames the body
    public TestRequest header(String name, String value) {
        return header(HeaderName.of(name), value);
    }

    /// Sets the body; a `Content-Type` must be set beside it where one is wanted.
    ///
    /// @param body the bytes
    /// @return this request
    public TestRequest body(Bytes body) {
        content = new Content.InMemory(body);
        return this;
    }

    /// Sets the body to a text in UTF-8; `Content-Type` is `text/plain; charset=utf-8` unless another was set before.
    ///
    /// @param text the text
    /// @return this request
    public TestRequest body(String text) {
        return typed("text/plain; charset=utf-8").body(Bytes.utf8(text));
    }

    /// Sets the body to what a stream has, of unknown length (chunked on HTTP/1.1).
    ///
    /// @param stream read once, while the application runs
    /// @return this request
    public TestRequest body(InputStream stream) {
        content = new Content.Streamed(requireNonNull(stream, "stream"), OptionalLong.empty());
        return this;
    }

    /// Sets the body to JSON; `Content-Type` is `application/json` unless another was set before.
    ///
    /// @param json the text, not looked at
    /// @return this request
    public TestRequest json(String json) {
        return typed("application/json").body(Bytes.utf8(json));
    }

    /// Sets the body to a URL-encoded form, as browsers send it.
    ///
    /// @param fields names and values in the order of the map
    /// @return this request
    public TestRequest form(Map<String, String> fields) {
        var query = new Query(fields.entrySet().stream()
                .map(field -> new Query.Parameter(field.getKey(), field.getValue()))
                .toList());
        var encoded = query.encode();
        return typed("application/x-www-form-urlencoded")
                .body(Bytes.utf8(encoded.isEmpty() ? "" : encoded.substring(1)));
    }

    /// Sets the body to a URL-encoded form; names may come several times.
    ///
    /// @param namesAndValues name, value, name, value …
    /// @return this request
    /// @throws IllegalArgumentException when a name has no value
    public TestRequest form(String... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException("form of " + namesAndValues.length
                    + " texts: expected names and values in turn; the last name has no value");
        }
        var parameters = new ArrayList<Query.Parameter>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            parameters.add(new Query.Parameter(namesAndValues[i], namesAndValues[i + 1]));
        }
        var encoded = new Query(parameters).encode();
        return typed("application/x-www-form-urlencoded")
                .body(Bytes.utf8(encoded.isEmpty() ? "" : encoded.substring(1)));
    }

    /// Lets the test feed the body, chunked, while the application runs: [#open()], then [LiveResponse#upload()].
    ///
    /// @return this request
    public TestRequest uploading() {
        content = new Content.Fed(OptionalLong.empty());
        return this;
    }

    /// Lets the test feed a body of declared length while the application runs: [#open()], then
    /// [LiveResponse#upload()].
    ///
    /// @param length how many bytes the body has, 0 or more
    /// @return this request
    /// @throws IllegalArgumentException when the length is negative
    public TestRequest uploading(long length) {
        if (length < 0) {
            throw new IllegalArgumentException("upload of " + length + " bytes: expected 0 or more");
        }
        content = new Content.Fed(OptionalLong.of(length));
        return this;
    }

    /// Sends `Expect: 100-continue`: the body follows when the application asks for it (RFC 9110 §10.1.1).
    ///
    /// @return this request
    public TestRequest expectingContinue() {
        return header(HeaderName.EXPECT, "100-continue");
    }

    /// Sets the trailer fields behind the body, which is then sent chunked (RFC 9112 §7.1.2).
    ///
    /// @param fields the fields
    /// @return this request
    public TestRequest trailers(Headers fields) {
        trailers = requireNonNull(fields, "fields");
        return this;
    }

    /// Sends a cookie with this request only, behind those of the client's jar.
    ///
    /// @param name its name
    /// @param value its value
    /// @return this request
    public TestRequest cookie(String name, String value) {
        cookies.add(Cookie.of(name, value));
        return this;
    }

    /// Sets where the request seems to come from.
    ///
    /// @param address the client's address; `127.0.0.1:50000` without this call
    /// @return this request
    public TestRequest remoteAddress(SocketAddress address) {
        remoteAddress = requireNonNull(address, "address");
        return this;
    }

    /// Has the request come over TLS, as far as the application can see.
    ///
    /// @return this request
    public TestRequest secure() {
        origin = new Origin("https", origin.authority());
        return this;
    }

    /// Sets the version of HTTP in which the client speaks.
    ///
    /// @param newVersion the version
    /// @return this request
    public TestRequest version(HttpVersion newVersion) {
        version = requireNonNull(newVersion, "version");
        return this;
    }

    /// Hands a value inward, as a middleware in front would.
    ///
    /// @param key the key
    /// @param value the value
    /// @param <T> the type of the value
    /// @return this request
    public <T> TestRequest with(Key<T> key, T value) {
        vault = vault.with(key, value);
        return this;
    }

    /// Offers to switch to another protocol: by `Upgrade` on HTTP/1.1 (RFC 9110 §7.8), by extended CONNECT on HTTP/2
    /// (RFC 8441). Set the version before.
    ///
    /// @param newProtocol the protocol: `websocket`
    /// @return this request
    public TestRequest upgrade(String newProtocol) {
        if (version == HttpVersion.HTTP_2) {
            method = "CONNECT";
            base = Request.builder(method, target).build();
            protocol = newProtocol;
            return this;
        }
        return header(HeaderName.CONNECTION, "Upgrade").header(HeaderName.UPGRADE, newProtocol);
    }

    /// Sends bytes of the offered protocol together with the head, before the server has agreed, as an impatient client
    /// does; on HTTP/1.1 head and bytes are one write. The raw application reads them first; an application that
    /// answers otherwise never sees them.
    ///
    /// @param bytes the bytes; those of an earlier call go
    /// @return this request
    public TestRequest earlyBytes(Bytes bytes) {
        earlyBytes = requireNonNull(bytes, "bytes");
        return this;
    }

    /// Sends the request, reads the whole response and waits for the application to return.
    ///
    /// @return the response
    /// @throws RuntimeException what the application threw, also a checked exception, as it is, with the place of this
    ///     call among its suppressed exceptions; not when the client is [TestClient#answeringErrors()], and not
    ///     [wai.ClientDisconnectedException] and a [wai.StatusException] of the client, which handlers answer
    /// @throws wai.spi.ContractViolation when the application broke the contract, also when it caught the exception
    /// @throws IncompleteResponseException when the exchange ended without a response
    /// @throws AssertionError when the application does not go on within the client's timeout
    /// @throws IllegalStateException when the body is one that the test feeds, which [#open()] is for
    public TestResponse send() {
        if (content instanceof Content.Fed) {
            throw new IllegalStateException("a body that the test feeds needs open() in place of send()");
        }
        return new Redirects(settings.redirects).follow(this);
    }

    /// Sends the request and returns at once. Redirects are not followed.
    ///
    /// @return the response on its way; to be closed
    /// @throws IllegalStateException when the request has both a body and early bytes, which no server could tell apart
    public LiveResponse open() {
        if (earlyBytes.length() > 0 && length().orElse(-1) != 0) {
            throw new IllegalStateException(method + " " + target + " has a body and early bytes: expected one of them,"
                    + " as both follow the head (RFC 9110 §7.8)");
        }
        var conversation = new Conversation(method + " " + target, settings.timeout);
        var response = new LiveResponse(settings, conversation, cookieOrigin(), content);
        Supplier<Headers> behindBody = content instanceof Content.Fed ? response.upload()::trailers : () -> trailers;
        var outgoing = new Outgoing(settings, request(conversation), behindBody, protocol, earlyBytes);
        settings.backend.start(outgoing, conversation);
        return response;
    }

    Origin origin() {
        return origin;
    }

    String method() {
        return method;
    }

    String target() {
        return target;
    }

    boolean servesEveryHost() {
        return settings.backend.servesEveryHost();
    }

    /// The request that follows a redirect.
    ///
    /// @param newMethod GET when the body is dropped
    TestRequest redirected(Origin newOrigin, String newTarget, String newMethod) {
        var next = new TestRequest(settings, newMethod, newTarget);
        boolean sameHost = newOrigin.authority().equalsIgnoreCase(origin.authority());
        next.origin = newOrigin;
        next.version = version;
        next.headers = headers.without(HeaderName.COOKIE).without(HeaderName.HOST);
        if (!sameHost) {
            next.headers = next.headers.without(HeaderName.AUTHORIZATION);
        }
        next.remoteAddress = remoteAddress;
        next.vault = vault;
        if (newMethod.equals(method)) {
            next.content = resendable();
            next.trailers = trailers;
        } else {
            next.headers = next.headers.without(HeaderName.CONTENT_TYPE).without(HeaderName.EXPECT);
        }
        return next;
    }

    private Content resendable() {
        if (content instanceof Content.InMemory) {
            return content;
        }
        throw new IllegalStateException("a redirect asks for the body of " + method + " " + target
                + " again, but it was a stream: use body(Bytes) (RFC 9110 §15.4.8)");
    }

    private Request request(Conversation conversation) {
        var length = length();
        var body =
                switch (content) {
                    case Content.InMemory memory -> BodyStreams.of(memory.bytes());
                    case Content.Streamed streamed -> streamed.stream();
                    case Content.Fed _ -> new PipeInput(conversation.upload(), () -> Patience.ENDLESS);
                };
        return base.toBuilder()
                .method(method)
                .version(version)
                .headers(allHeaders(length))
                .body(body, length)
                .remoteAddress(remoteAddress)
                .scheme(origin.scheme())
                .vault(vault)
                .build();
    }

    /// Trailers need a chunked body, and so a length that is not known.
    private OptionalLong length() {
        return switch (content) {
            case Content.InMemory memory ->
                trailers.isEmpty() ? OptionalLong.of(memory.bytes().length()) : OptionalLong.empty();
            case Content.Streamed streamed -> streamed.length();
            case Content.Fed fed -> fed.length();
        };
    }

    private Headers allHeaders(OptionalLong length) {
        var all = Headers.builder();
        if (!headers.contains(HeaderName.HOST) && !settings.headers.contains(HeaderName.HOST)) {
            all.add(HeaderName.HOST, origin.authority());
        }
        settings.headers.forEach((name, value) -> {
            if (!headers.contains(name)) {
                all.add(name, value);
            }
        });
        all.addAll(headers);
        var cookie = cookieField();
        if (!cookie.isEmpty()) {
            all.add(HeaderName.COOKIE, cookie);
        }
        addFraming(all, length);
        return all.build();
    }

    private void addFraming(Headers.Builder all, OptionalLong length) {
        if (length.isPresent()) {
            boolean meansSomething =
                    switch (method) {
                        case "POST", "PUT", "PATCH" -> true; // RFC 9110 §8.6: says that there is no body
                        default -> length.getAsLong() > 0;
                    };
            if (meansSomething) {
                all.add(HeaderName.CONTENT_LENGTH, Long.toString(length.getAsLong()));
            }
        } else if (version == HttpVersion.HTTP_1_1) {
            all.add(HeaderName.TRANSFER_ENCODING, "chunked");
        } else if (version == HttpVersion.HTTP_1_0) {
            throw new IllegalStateException("a body of unknown length on HTTP/1.0: expected a length (RFC 9112 §6.1)");
        }
    }

    /// A `Cookie` field set by hand stands alone.
    private String cookieField() {
        if (headers.contains(HeaderName.COOKIE)) {
            return "";
        }
        var sent = new ArrayList<>(settings.cookies.matching(cookieOrigin()));
        sent.addAll(cookies);
        return sent.stream().map(cookie -> cookie.name() + "=" + cookie.value()).collect(Collectors.joining("; "));
    }

    private SetCookie.Origin cookieOrigin() {
        var host = headers.first(HeaderName.HOST, settings.headers.first(HeaderName.HOST, origin.authority()));
        return new SetCookie.Origin(Origin.host(host), origin.isSecure(), base.rawPath());
    }

    private TestRequest typed(String contentType) {
        if (!headers.contains(HeaderName.CONTENT_TYPE)) {
            header(HeaderName.CONTENT_TYPE, contentType);
        }
        return this;
    }

    private void checkTarget() {
        boolean special = method.equals("CONNECT") || (method.equals("OPTIONS") && target.equals("*"));
        if (!special && !target.startsWith("/")) {
            boolean absolute = target.startsWith("http://") || target.startsWith("https://");
            var hint = absolute
                    ? "the path alone; withOrigin(\"" + URI.create(target).resolve("/") + "\") sets the rest"
                    : "/" + target;
            throw new IllegalArgumentException(
                    "path \"" + target + "\": expected to begin with / (RFC 9112 §3.2.1), perhaps " + hint);
        }
    }
}
