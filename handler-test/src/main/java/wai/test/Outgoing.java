package wai.test;

import java.util.function.Supplier;
import wai.Bytes;
import wai.Headers;
import wai.Request;

/// A request on its way out.
///
/// @param settings those of the client
/// @param request the request with all its header fields; its body is where the bytes come from
/// @param trailers asked once the body was read to its end
/// @param protocol the `:protocol` of an extended CONNECT, empty on every other request
/// @param earlyBytes what follows the head in the same write, of the protocol that the client wants to switch to
record Outgoing(Settings settings, Request request, Supplier<Headers> trailers, String protocol, Bytes earlyBytes) {}
