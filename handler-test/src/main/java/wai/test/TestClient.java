package wai.test;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import wai.Application;
import wai.Bytes;
import wai.Capability;
import wai.HeaderName;
import wai.HttpVersion;
import wai.Middleware;
import wai.Request;

/// Calls an application as a client would, in memory.
///
/// ```java
/// var client = TestClient.of(app);
/// var response = client.get("/users/7");
/// assertThat(response).hasStatus(200).hasContentType("application/json").bodyContains("Ada");
/// ```
///
/// The application runs under the kernel of every server ([wai.spi.Exchange]): ranges and conditions of files are
/// answered, bodies framed, HEAD has no body, and whoever breaks a rule of the contract fails the test with the rule's
/// number and both places. **What the application throws, the test gets**: the exception itself, also a checked one.
/// [#answeringErrors()] behaves as a server instead: the response is 500, or incomplete, and
/// [TestResponse#failure()] has the exception.
///
/// A client is immutable and safe for use by several threads; copies made by `withX` share its cookies. The application
/// runs on a virtual thread of its own, and whatever a test waits for fails it after [#DEFAULT_TIMEOUT]. (So do not
/// send from the static initializer of the class that has the application: both threads would wait for it.)
///
/// **Over a port.** With `-Dwai.test=port` the same tests run against a real server, which a [ServerStarter] found by
/// `java.util.ServiceLoader` starts once; exceptions, remote addresses, schemes and vaults reach test and application
/// as in memory. Capabilities and HTTP versions are then the server's.
public final class TestClient implements AutoCloseable {
    /// How long a client waits for anything that an application does: long enough for a busy machine.
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

    /// How many redirects a client follows: as many as browsers.
    public static final int DEFAULT_REDIRECTS = 20;

    private final Settings settings;

    private TestClient(Settings settings) {
        this.settings = settings;
    }

    /// A client of an application: in memory, or over a port when the system property `wai.test` is `port`.
    ///
    /// @param application the application
    /// @return the client, without cookies
    /// @throws IllegalStateException when the property has another value than `memory` or `port`, or there is no
    ///     [ServerStarter]
    public static TestClient of(Application application) {
        return new TestClient(new Settings(requireNonNull(application, "application"), Switch.backend()));
    }

    /// A client of an application that a real server runs; [#close()] stops the server.
    ///
    /// @param application the application
    /// @param starter starts the server
    /// @return the client, without cookies
    /// @throws IllegalStateException when the server does not start
    public static TestClient of(Application application, ServerStarter starter) {
        return new TestClient(new Settings(requireNonNull(application, "application"), WireBackend.started(starter)));
    }

    /// A client of a server that runs somewhere. Exceptions stay in the server; its responses are all that is seen.
    ///
    /// With `https` it trusts whom this Java trusts, unless [#withTls(SSLContext)] says otherwise, and the certificate
    /// must be for the host. After [#withOrigin] that is the host of the origin, which is also the server name that is
    /// asked for (SNI); the connection still goes to where `server` says.
    ///
    /// @param server where: `http://127.0.0.1:8080`, `https://localhost:8443`
    /// @return the client, without cookies
    /// @throws IllegalArgumentException when the URI is not `http` or `https` with a host, or has a path
    public static TestClient over(URI server) {
        var origin = Origin.of(server);
        if (!(server.getRawPath().isEmpty() || server.getRawPath().equals("/"))) {
            throw new IllegalArgumentException(
                    "server \"" + server + "\": expected http://host:port or https://host:port, without a path");
        }
        int usual = origin.isSecure() ? 443 : 80;
        var backend = WireBackend.at(
                server.getHost(),
                server.getPort() < 0 ? usual : server.getPort(),
                origin.isSecure() ? Trust.ofJava() : null);
        return new TestClient(new Settings(null, backend).with(copy -> copy.origin = origin));
    }

    /// A client that trusts these certificates, and those whom they have signed, in place of whom this Java trusts: for
    /// servers that sign their own.
    ///
    /// @param trusted a certificate
    /// @param more others
    /// @return the new client
    /// @throws UnsupportedOperationException in memory, and where the server speaks in the clear
    public TestClient withTls(X509Certificate trusted, X509Certificate... more) {
        var all = new ArrayList<X509Certificate>();
        all.add(requireNonNull(trusted, "trusted"));
        all.addAll(List.of(more));
        return withTls(Trust.in(all));
    }

    /// A client with another side of TLS: a context that trusts others, or has a certificate to show to the server.
    ///
    /// @param context makes the connections
    /// @return the new client
    /// @throws UnsupportedOperationException in memory, and where the server speaks in the clear
    public TestClient withTls(SSLContext context) {
        requireNonNull(context, "context");
        if (!settings.backend.isSecure()) {
            throw new UnsupportedOperationException(
                    settings.backend.isInMemory()
                            ? "there is no TLS in memory: expected a server, by over(\"https://…\") or a ServerStarter"
                            : "the server speaks in the clear: expected https");
        }
        return with(copy -> copy.tls = context);
    }

    /// A client whose application is wrapped in a middleware, outside of those that it has already.
    ///
    /// @param middleware the middleware
    /// @return the new client
    /// @throws IllegalStateException when the application runs in a server that was not started for this client
    public TestClient withMiddleware(Middleware middleware) {
        var application = settings.application;
        if (application == null) {
            throw new IllegalStateException("a server that only has an address cannot be wrapped in a middleware");
        }
        var wrapped = middleware.wrap(application);
        return with(copy -> copy.application = wrapped);
    }

    /// A client that sends a header field with every request that has none of that name.
    ///
    /// @param name the name
    /// @param value the value; an earlier one of that name goes
    /// @return the new client
    /// @throws IllegalArgumentException when the value cannot be sent
    public TestClient withHeader(HeaderName name, String value) {
        var headers = settings.headers.with(name, value);
        return with(copy -> copy.headers = headers);
    }

    /// A client that sends a header field with every request that has none of that name.
    ///
    /// @param name the name
    /// @param value the value; an earlier one of that name goes
    /// @return the new client
    /// @throws IllegalArgumentException when name or value cannot be sent
    public TestClient withHeader(String name, String value) {
        return withHeader(HeaderName.of(name), value);
    }

    /// A client whose requests go to another host, as far as the application can see.
    ///
    /// @param origin scheme and host, `https://example.com` for example; `http://localhost` without this call, or
    ///     `https://localhost` where a started server speaks TLS
    /// @return the new client
    /// @throws IllegalArgumentException when the text is not `http` or `https` with a host
    public TestClient withOrigin(String origin) {
        var parsed = Origin.of(URI.create(origin));
        return with(copy -> copy.origin = parsed);
    }

    /// A client that speaks another version of HTTP.
    ///
    /// @param version the version; HTTP/1.1 without this call
    /// @return the new client
    public TestClient withVersion(HttpVersion version) {
        requireNonNull(version, "version");
        return with(copy -> copy.version = version);
    }

    /// A client whose handler can do exactly this, to see an application fall back.
    ///
    /// @param capabilities what the handler can do; everything but [Capability#TLS_FACTS] without this call
    /// @return the new client
    /// @throws UnsupportedOperationException over a port, where the server decides
    public TestClient withCapabilities(Set<Capability> capabilities) {
        if (!settings.backend.isInMemory()) {
            throw new UnsupportedOperationException("capabilities can be chosen in memory only: a server has its own");
        }
        var chosen = Set.copyOf(capabilities);
        return with(copy -> copy.capabilities = chosen);
    }

    /// A client whose handler cannot do one thing, to see an application fall back.
    ///
    /// @param missing what the handler cannot do
    /// @return the new client
    /// @throws UnsupportedOperationException over a port, where the server decides
    public TestClient without(Capability missing) {
        var left = EnumSet.noneOf(Capability.class);
        left.addAll(settings.capabilities);
        left.remove(missing);
        return withCapabilities(left);
    }

    /// A client with another clock: for `Date` and for the end of cookies, of which the new client gets copies.
    ///
    /// @param clock the clock
    /// @return the new client
    public TestClient withClock(InstantSource clock) {
        requireNonNull(clock, "clock");
        return with(copy -> {
            copy.clock = clock;
            copy.cookies = settings.cookies.copy(clock);
        });
    }

    /// A client with other cookies.
    ///
    /// @param cookies the cookies
    /// @return the new client
    public TestClient withCookies(CookieJar cookies) {
        requireNonNull(cookies, "cookies");
        return with(copy -> copy.cookies = cookies);
    }

    /// A client that waits longer or shorter for what an application does.
    ///
    /// @param timeout more than zero; [#DEFAULT_TIMEOUT] without this call
    /// @return the new client
    /// @throws IllegalArgumentException when it is zero or negative
    public TestClient withTimeout(Duration timeout) {
        if (!timeout.isPositive()) {
            throw new IllegalArgumentException("timeout " + timeout + ": expected more than zero");
        }
        return with(copy -> copy.timeout = timeout);
    }

    /// A client that sees errors as over a wire: 500, or a response that is not complete. The exception stands on the
    /// response ([TestResponse#failure()]).
    ///
    /// @return the new client
    public TestClient answeringErrors() {
        return with(copy -> copy.errors = Settings.Errors.ANSWERED);
    }

    /// A client that follows up to [#DEFAULT_REDIRECTS] redirects.
    ///
    /// @return the new client
    public TestClient followingRedirects() {
        return followingRedirects(DEFAULT_REDIRECTS);
    }

    /// A client that follows redirects (RFC 9110 §15.4), in memory also to other hosts; one more fails the test.
    ///
    /// @param limit how many, 0 for none
    /// @return the new client
    /// @throws IllegalArgumentException when the limit is negative
    public TestClient followingRedirects(int limit) {
        if (limit < 0) {
            throw new IllegalArgumentException("limit of " + limit + " redirects: expected 0 or more");
        }
        return with(copy -> copy.redirects = limit);
    }

    /// The cookies that this client keeps and sends.
    ///
    /// @return the jar, to read and to change
    public CookieJar cookies() {
        return settings.cookies;
    }

    /// Sends GET.
    ///
    /// @param target path and query, percent-encoded: `/a%20b?x=1`
    /// @return the response
    /// @throws RuntimeException and others as [TestRequest#send()]
    public TestResponse get(String target) {
        return request("GET", target).send();
    }

    /// Sends HEAD.
    ///
    /// @param target path and query, percent-encoded
    /// @return the response
    /// @throws RuntimeException and others as [TestRequest#send()]
    public TestResponse head(String target) {
        return request("HEAD", target).send();
    }

    /// Sends OPTIONS.
    ///
    /// @param target path and query, percent-encoded, or `*`
    /// @return the response
    /// @throws RuntimeException and others as [TestRequest#send()]
    public TestResponse options(String target) {
        return request("OPTIONS", target).send();
    }

    /// Sends DELETE.
    ///
    /// @param target path and query, percent-encoded
    /// @return the response
    /// @throws RuntimeException and others as [TestRequest#send()]
    public TestResponse delete(String target) {
        return request("DELETE", target).send();
    }

    /// Sends POST with a text; [TestRequest#form] and [TestRequest#json] make others.
    ///
    /// @param target path and query, percent-encoded
    /// @param body the text, sent as `text/plain` in UTF-8
    /// @return the response
    /// @throws RuntimeException and others as [TestRequest#send()]
    public TestResponse post(String target, String body) {
        return request("POST", target).body(body).send();
    }

    /// Sends POST with bytes.
    ///
    /// @param target path and query, percent-encoded
    /// @param body the bytes, sent without `Content-Type`
    /// @return the response
    /// @throws RuntimeException and others as [TestRequest#send()]
    public TestResponse post(String target, Bytes body) {
        return request("POST", target).body(body).send();
    }

    /// Sends PUT with a text.
    ///
    /// @param target path and query, percent-encoded
    /// @param body the text, sent as `text/plain` in UTF-8
    /// @return the response
    /// @throws RuntimeException and others as [TestRequest#send()]
    public TestResponse put(String target, String body) {
        return request("PUT", target).body(body).send();
    }

    /// Sends PATCH with a text.
    ///
    /// @param target path and query, percent-encoded
    /// @param body the text, sent as `text/plain` in UTF-8
    /// @return the response
    /// @throws RuntimeException and others as [TestRequest#send()]
    public TestResponse patch(String target, String body) {
        return request("PATCH", target).body(body).send();
    }

    /// Begins a request.
    ///
    /// @param method a token, case kept
    /// @param target path and query, percent-encoded; `*` for OPTIONS; the authority for CONNECT
    /// @return the request, to be completed and sent
    /// @throws IllegalArgumentException when the method is no token, or the target does not begin with `/` or has a
    ///     character outside U+0021 to U+007E or a `#`
    public TestRequest request(String method, String target) {
        return new TestRequest(settings, method, target);
    }

    /// Sends a request made elsewhere; the client adds its header fields and cookies. Method, target, version, header
    /// fields, body, address, scheme and vault count.
    ///
    /// @param request the request
    /// @return the response
    /// @throws RuntimeException and others as [TestRequest#send()]
    public TestResponse send(Request request) {
        return new TestRequest(settings, request).send();
    }

    /// Sends a request made elsewhere and returns at once.
    ///
    /// @param request the request
    /// @return the response on its way; to be closed
    public LiveResponse open(Request request) {
        return new TestRequest(settings, request).open();
    }

    /// Sends GET and returns at once.
    ///
    /// @param target path and query, percent-encoded
    /// @return the response on its way; to be closed
    public LiveResponse open(String target) {
        return request("GET", target).open();
    }

    /// Stops the server of [#of(Application, ServerStarter)]; of no effect on other clients, which need no closing.
    @Override
    public void close() {
        settings.backend.close();
    }

    private TestClient with(Consumer<Settings> change) {
        return new TestClient(settings.with(change));
    }
}
