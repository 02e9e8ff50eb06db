package wai.session;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import wai.Application;
import wai.HeaderName;
import wai.Middleware;
import wai.Request;
import wai.Respond;
import wai.Response;
import wai.ResponseReceived;
import wai.field.Fields;

/// Remembers browsers from one request to the next.
///
/// {@snippet file="wai/session/Samples.java" region="sessions"}
///
/// Inside, [Session#of] answers the session; it is saved when the response is begun, if it was changed.
///
/// - [#inCookie]: everything is in the cookie, encrypted and authenticated (AES-GCM), so it needs no memory and works
///   on any number of processes. It holds some 3 KB, more fails the request; and it cannot forget a session that a
///   client has copied, before its time is over.
/// - [#inMemory], [#in]: the cookie has a random name of 256 bits, the values are in a store.
///
/// The cookie is `HttpOnly`, `SameSite=Lax`, for `/`, and `Secure` when the request was. A session ends 30 minutes
/// after it was used last, unless [#withLifetime] sets otherwise. What was forged, is too old or is not readable
/// counts as no session. Responses that depend on a session say `Vary: Cookie`, those that set one are `private`
/// unless they say otherwise.
public final class Sessions implements Middleware {
    private static final System.Logger LOG = System.getLogger("wai.session");
    private static final String NAME = "session";
    private static final Duration LIFETIME = Duration.ofMinutes(30);
    private static final int IN_MEMORY = 100_000;

    private final SessionKeeper keeper;
    private final String name;
    private final Duration lifetime;
    private final boolean isPatient;

    /// @param isPatient whether requests go on without sessions while the store is away
    private Sessions(SessionKeeper keeper, String name, Duration lifetime, boolean isPatient) {
        this.keeper = keeper;
        this.name = name;
        this.lifetime = lifetime;
        this.isPatient = isPatient;
    }

    /// Sessions in encrypted cookies.
    ///
    /// @param secrets the first encrypts, all decrypt, so that secrets can be changed while sessions live; each 32
    ///     bytes or more, random, the same for all processes and after a restart
    /// @return the middleware
    /// @throws IllegalArgumentException when there is none, or one is shorter
    public static Sessions inCookie(byte[]... secrets) {
        return inCookie(InstantSource.system(), secrets);
    }

    static Sessions inCookie(InstantSource clock, byte[]... secrets) {
        return new Sessions(new CookieKeeper(clock, secrets), NAME, LIFETIME, false);
    }

    /// Sessions in the memory of this process, 100,000 of them; then the oldest go. All are lost when it ends.
    ///
    /// @return the middleware
    public static Sessions inMemory() {
        return in(new MemorySessionStore(IN_MEMORY, InstantSource.system()));
    }

    /// Sessions in a store.
    ///
    /// @param store where they are
    /// @return the middleware
    public static Sessions in(SessionStore store) {
        return new Sessions(new StoreKeeper(requireNonNull(store, "store")), NAME, LIFETIME, false);
    }

    /// Sets the name of the cookie; `session` unless set. With the prefix `__Host-` browsers take it over TLS only, and
    /// from this host alone.
    ///
    /// @param newName a token
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is none
    public Sessions withName(String newName) {
        var _ = Cookie.of(newName, "");
        return new Sessions(keeper, newName, lifetime, isPatient);
    }

    /// Sets how long a session lasts after it was saved; 30 minutes unless set.
    ///
    /// @param newLifetime a second or more
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is less
    public Sessions withLifetime(Duration newLifetime) {
        if (newLifetime.toSeconds() < 1) {
            throw new IllegalArgumentException("lifetime " + newLifetime + ": expected a second or more");
        }
        return new Sessions(keeper, name, newLifetime, isPatient);
    }

    /// Lets requests go on while the store is away, which otherwise fail: 503 where the store says so.
    ///
    /// Whoever asks then finds an empty session; what is set into it is lost, and [Session#isKept] says so beforehand
    /// where the session could not be loaded. Nothing is sent about cookies, so the browsers keep theirs, and their
    /// sessions are there again when the store is. What counts is an [IOException] of the store; it is logged.
    ///
    /// @return the changed copy
    public Sessions emptyWhileTheStoreIsAway() {
        return new Sessions(keeper, name, lifetime, true);
    }

    /// {@inheritDoc}
    @Override
    public Application wrap(Application inner) {
        requireNonNull(inner, "inner");
        return (request, respond) -> handle(inner, request, respond);
    }

    private ResponseReceived handle(Application inner, Request request, Respond respond) throws Exception {
        var sent = Cookies.of(request).first(name).orElse(null);
        SessionKeeper.Loaded loaded;
        try {
            loaded = sent == null ? null : keeper.load(sent, lifetime);
        } catch (IOException away) {
            return withoutStore(inner, request, respond, away);
        }
        var session = loaded == null ? new Session(Map.of(), true) : new Session(loaded.values(), false);
        return inner.handle(
                request.with(Session.KEY, session),
                response -> respond.with(savedOrNot(request, response, session, loaded, sent)));
    }

    private ResponseReceived withoutStore(Application inner, Request request, Respond respond, IOException away)
            throws Exception {
        if (!isPatient) {
            throw away;
        }
        log(away);
        var session = new Session(Map.of(), true);
        session.lose();
        return inner.handle(request.with(Session.KEY, session), response -> {
            session.close();
            return respond.with(varied(response, session));
        });
    }

    private Response savedOrNot(
            Request request,
            Response response,
            Session session,
            SessionKeeper.@Nullable Loaded loaded,
            @Nullable String sent)
            throws Exception {
        try {
            return saved(request, response, session, loaded, sent);
        } catch (IOException away) {
            if (!isPatient) {
                throw away;
            }
            log(away);
            return varied(response, session);
        }
    }

    private static void log(IOException away) {
        LOG.log(System.Logger.Level.WARNING, () -> "sessions are away: " + away.getMessage());
    }

    private static Response varied(Response response, Session session) {
        return session.isRead()
                ? Fields.edited(response, headers -> Fields.varying(headers, HeaderName.COOKIE))
                : response;
    }

    private Response saved(
            Request request,
            Response response,
            Session session,
            SessionKeeper.@Nullable Loaded loaded,
            @Nullable String sent)
            throws Exception {
        session.close();
        var answer = varied(response, session);
        boolean gone = session.values().isEmpty();
        boolean aging = loaded != null && loaded.isAging() && session.isRead();
        if (gone ? sent == null || !session.isChanged() : !session.isChanged() && !aging) {
            return answer;
        }
        var cookie = gone ? Cookie.deleting(name) : kept(session, loaded);
        if (gone && loaded != null) {
            keeper.delete(loaded);
        }
        var secured = request.isSecure() || name.startsWith("__") ? cookie.secure() : cookie;
        var set = secured.on(answer);
        return set.headers().contains(HeaderName.CACHE_CONTROL)
                ? set
                : set.withHeader(HeaderName.CACHE_CONTROL, "private");
    }

    private Cookie kept(Session session, SessionKeeper.@Nullable Loaded loaded) throws Exception {
        if (loaded != null && !session.isChanged()) {
            return Cookie.of(name, keeper.extend(loaded, lifetime)).withMaxAge(lifetime);
        }
        if (session.isRenewed() && loaded != null) {
            keeper.delete(loaded);
        }
        var value = keeper.save(session.isRenewed() ? null : loaded, session.values(), lifetime);
        return Cookie.of(name, value).withMaxAge(lifetime);
    }
}
