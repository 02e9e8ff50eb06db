package wai.warp.push;

import java.io.IOException;
import wai.Headers;
import wai.Key;
import wai.Request;

/// Lets an application send responses that its client did not ask for, and will ask for next (RFC 9113 §8.4).
///
/// ```java
/// Application page = (request, respond) -> {
///     ServerPush.promise(request, "/style.css");
///     return respond.with(html);
/// };
/// ```
///
/// Does nothing where there is no push, so that the same application runs everywhere. A promise is a GET that the
/// server makes in the client's place: the same application answers it, through all of its middleware, on a stream and
/// a thread of its own. Promise what anybody may cache; what needs a session or a login is refused by your own
/// application, unless the promise names the fields for it.
///
/// It is there under [#KEY] only where it can be of use: over HTTP/2, when `Http2.withPushes` allows it, when the
/// client takes pushes, and not in a request that was promised itself. Other handlers never have it. Browsers take no
/// pushes any more: [Request#sendEarlyHints] helps them.
///
/// In tests, hand in your own by `request.with(ServerPush.KEY, …)`.
@FunctionalInterface
public interface ServerPush {
    /// Where a request has it.
    Key<ServerPush> KEY = Key.named("server-push");

    /// In a request that was promised, the one that brought it; absent in all others. Access logs tell pushes by it.
    Key<Request> PROMISED_BY = Key.named("promised-by");

    /// Promises the response to a GET of that target, if the request can bring any.
    ///
    /// @param request as the application has it; a copy that middleware has changed does as well
    /// @param target path and query, percent-encoded, beginning with `/`
    /// @return whether it was promised
    /// @throws IllegalArgumentException when the target is not allowed; not looked at where there is no push
    /// @throws IllegalStateException when the response was begun, or the exchange is over
    /// @throws IOException when the client is gone
    static boolean promise(Request request, String target) throws IOException {
        var push = request.get(KEY);
        return push.isPresent() && push.get().promise(target, Headers.EMPTY);
    }

    /// Promises the response to a GET of the same scheme and authority. The client hears of it at once, before the
    /// response to the request that brings it, in which it would find out what it needs.
    ///
    /// `Accept-Encoding`, `Accept-Language` and `User-Agent`, by which many responses are chosen, are those of the
    /// request that brings it, unless the fields have them.
    ///
    /// @param target path and query, percent-encoded, beginning with `/`
    /// @param fields further header fields of the request; no `Host`, and none of a connection or a body
    /// @return whether it was promised; false when the client takes no more, or a limit is reached
    /// @throws IllegalArgumentException when the target, or one of the fields, is not allowed
    /// @throws IllegalStateException when the response was begun, or the exchange is over
    /// @throws IOException when the client is gone
    boolean promise(String target, Headers fields) throws IOException;
}
