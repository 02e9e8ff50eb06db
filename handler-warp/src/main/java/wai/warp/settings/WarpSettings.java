package wai.warp.settings;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import wai.HeaderName;
import wai.Headers;

/// Everything that can be set on a Warp server: immutable, checked when it is set.
///
/// ```java
/// var settings = WarpSettings.defaults()
///         .withPort(8080)
///         .withTimeouts(Timeouts.defaults().withIdle(Duration.ofMinutes(5)));
/// ```
public final class WarpSettings {
    private static final WarpSettings DEFAULTS = new WarpSettings(new Builder());

    private final String host;
    private final int port;
    private final Optional<Path> unixSocket;
    private final int backlog;
    private final List<Listener> ownListeners;
    private final List<Listener> listeners;
    private final String serverName;
    private final Optional<String> altSvc;
    private final Timeouts timeouts;
    private final Limits limits;
    private final Hooks hooks;
    private final FileCaching fileCaching;
    private final Threads threads;
    private final Http2 http2;

    private WarpSettings(Builder builder) {
        host = builder.host;
        port = builder.port;
        unixSocket = builder.unixSocket;
        backlog = builder.backlog;
        ownListeners = builder.listeners;
        listeners = ownListeners.isEmpty() ? List.of(simpleListener()) : ownListeners;
        serverName = builder.serverName;
        altSvc = builder.altSvc;
        timeouts = builder.timeouts;
        limits = builder.limits;
        hooks = builder.hooks;
        fileCaching = builder.fileCaching;
        threads = builder.threads;
        http2 = builder.http2;
    }

    /// The defaults, named at each setting.
    ///
    /// @return the defaults
    public static WarpSettings defaults() {
        return DEFAULTS;
    }

    /// The address to listen on: a name, an IPv4 or IPv6 address, or `*` for all addresses of the machine, IPv6 and
    /// IPv4 ([Listener#tcp(String, int)] has all forms).
    ///
    /// @return the host; `*` unless set
    public String host() {
        return host;
    }

    /// The TCP port to listen on; 0 for any free one.
    ///
    /// @return the port; 3000 unless set
    public int port() {
        return port;
    }

    /// The Unix socket to listen on instead of TCP.
    ///
    /// @return its path; empty unless set
    public Optional<Path> unixSocket() {
        return unixSocket;
    }

    /// How many connections the kernel keeps until they are accepted ([Listener#backlog()]).
    ///
    /// @return a number; 1024 unless set
    public int backlog() {
        return backlog;
    }

    /// Where the server listens: what [#withListeners] set, else the one place that host and port, or the Unix socket,
    /// and the backlog make.
    ///
    /// @return at least one
    public List<Listener> listeners() {
        return listeners;
    }

    /// The value of `Server` on responses that set none.
    ///
    /// @return the value; `Warp` unless set; empty for no such field
    public String serverName() {
        return serverName;
    }

    /// The value of `Alt-Svc` on responses that set none: where else the same can be had (RFC 7838), as HTTP/2 or
    /// HTTP/3 at another port, or `clear`. On responses of all listeners, since clients look at it over TLS only.
    ///
    /// @return the value; empty, for no such field, unless set
    public Optional<String> altSvc() {
        return altSvc;
    }

    /// The time-outs.
    ///
    /// @return the group
    public Timeouts timeouts() {
        return timeouts;
    }

    /// The limits.
    ///
    /// @return the group
    public Limits limits() {
        return limits;
    }

    /// The hooks.
    ///
    /// @return the group
    public Hooks hooks() {
        return hooks;
    }

    /// How files are remembered.
    ///
    /// @return the group
    public FileCaching fileCaching() {
        return fileCaching;
    }

    /// The threads.
    ///
    /// @return the group
    public Threads threads() {
        return threads;
    }

    /// What clients may do over HTTP/2.
    ///
    /// @return the group
    public Http2 http2() {
        return http2;
    }

    /// Sets [#host()]; a Unix socket or listeners set before are forgotten.
    ///
    /// @param newHost a name, an address, or `*`
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is blank or `!6`
    public WarpSettings withHost(String newHost) {
        var builder = new Builder(this);
        builder.host = newHost;
        builder.unixSocket = Optional.empty();
        builder.listeners = List.of();
        return new WarpSettings(builder);
    }

    /// Sets [#port()]; a Unix socket or listeners set before are forgotten.
    ///
    /// @param newPort 0 to 65535
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is another number
    public WarpSettings withPort(int newPort) {
        var builder = new Builder(this);
        builder.port = newPort;
        builder.unixSocket = Optional.empty();
        builder.listeners = List.of();
        return new WarpSettings(builder);
    }

    /// Sets [#unixSocket()]; listeners set before are forgotten. [Listener#unix] says what becomes of its file.
    ///
    /// @param path where the socket will be
    /// @return the changed copy
    public WarpSettings withUnixSocket(Path path) {
        var builder = new Builder(this);
        builder.unixSocket = Optional.of(path);
        builder.listeners = List.of();
        return new WarpSettings(builder);
    }

    /// Sets [#backlog()]; without effect on listeners set by [#withListeners], which have their own.
    ///
    /// @param connections 1 or more; the kernel may have a lower limit
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is less than 1
    public WarpSettings withBacklog(int connections) {
        var builder = new Builder(this);
        builder.backlog = connections;
        return new WarpSettings(builder);
    }

    /// Sets [#listeners()], instead of host, port and Unix socket.
    ///
    /// @param several one or more places
    /// @return the changed copy
    /// @throws IllegalArgumentException when there is none, or one redirects to the port of TLS and there is none
    public WarpSettings withListeners(List<Listener> several) {
        if (several.isEmpty()) {
            throw new IllegalArgumentException("no listeners: expected one or more");
        }
        for (var listener : several) {
            if (listener.redirect().filter(to -> to.port().isEmpty()).isPresent()
                    && several.stream().noneMatch(other -> other.tls().isPresent())) {
                throw new IllegalArgumentException(
                        listener + " redirects to the port of TLS of this server: expected a listener with TLS,"
                                + " or HttpsRedirect.toPort");
            }
        }
        var builder = new Builder(this);
        builder.listeners = List.copyOf(several);
        return new WarpSettings(builder);
    }

    /// Sets [#serverName()].
    ///
    /// @param name the value; empty for no such field
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is no header value ([Headers#of(HeaderName, String)])
    public WarpSettings withServerName(String name) {
        var builder = new Builder(this);
        builder.serverName = Headers.of(HeaderName.SERVER, name).value(0);
        return new WarpSettings(builder);
    }

    /// Sets [#altSvc()].
    ///
    /// @param value as in `h3=":443"; ma=86400`; empty for no such field
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is no header value ([Headers#of(HeaderName, String)])
    public WarpSettings withAltSvc(String value) {
        var builder = new Builder(this);
        builder.altSvc =
                Optional.of(Headers.of(HeaderName.ALT_SVC, value).value(0)).filter(text -> !text.isEmpty());
        return new WarpSettings(builder);
    }

    /// Sets [#timeouts()].
    ///
    /// @param group the time-outs
    /// @return the changed copy
    public WarpSettings withTimeouts(Timeouts group) {
        var builder = new Builder(this);
        builder.timeouts = requireNonNull(group, "timeouts");
        return new WarpSettings(builder);
    }

    /// Sets [#limits()].
    ///
    /// @param group the limits
    /// @return the changed copy
    public WarpSettings withLimits(Limits group) {
        var builder = new Builder(this);
        builder.limits = requireNonNull(group, "limits");
        return new WarpSettings(builder);
    }

    /// Sets [#hooks()].
    ///
    /// @param group the hooks
    /// @return the changed copy
    public WarpSettings withHooks(Hooks group) {
        var builder = new Builder(this);
        builder.hooks = requireNonNull(group, "hooks");
        return new WarpSettings(builder);
    }

    /// Sets [#fileCaching()].
    ///
    /// @param group how files are remembered; [FileCaching#off()] not to remember them
    /// @return the changed copy
    public WarpSettings withFileCaching(FileCaching group) {
        var builder = new Builder(this);
        builder.fileCaching = requireNonNull(group, "fileCaching");
        return new WarpSettings(builder);
    }

    /// Sets [#http2()].
    ///
    /// @param group what clients may do; [Http2#off()] for HTTP/1 only
    /// @return the changed copy
    public WarpSettings withHttp2(Http2 group) {
        var builder = new Builder(this);
        builder.http2 = requireNonNull(group, "http2");
        return new WarpSettings(builder);
    }

    private Listener simpleListener() {
        var listener = unixSocket.isPresent() ? Listener.unix(unixSocket.get()) : Listener.tcp(host, port);
        return listener.withBacklog(backlog);
    }

    /// Sets [#threads()].
    ///
    /// @param group the threads
    /// @return the changed copy
    public WarpSettings withThreads(Threads group) {
        var builder = new Builder(this);
        builder.threads = requireNonNull(group, "threads");
        return new WarpSettings(builder);
    }

    private static final class Builder {
        private String host = "*";
        private int port = 3000;
        private Optional<Path> unixSocket = Optional.empty();
        private int backlog = 1024;
        private List<Listener> listeners = List.of();
        private String serverName = "Warp";
        private Optional<String> altSvc = Optional.empty();
        private Timeouts timeouts = Timeouts.defaults();
        private Limits limits = Limits.defaults();
        private Hooks hooks = Hooks.defaults();
        private FileCaching fileCaching = FileCaching.defaults();
        private Threads threads = Threads.defaults();
        private Http2 http2 = Http2.defaults();

        private Builder() {}

        private Builder(WarpSettings settings) {
            host = settings.host;
            port = settings.port;
            unixSocket = settings.unixSocket;
            backlog = settings.backlog;
            listeners = settings.ownListeners;
            serverName = settings.serverName;
            altSvc = settings.altSvc;
            timeouts = settings.timeouts;
            limits = settings.limits;
            hooks = settings.hooks;
            fileCaching = settings.fileCaching;
            threads = settings.threads;
            http2 = settings.http2;
        }
    }
}
