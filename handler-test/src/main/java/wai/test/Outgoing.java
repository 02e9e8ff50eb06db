package wai.test;

import java.util.function.Supplier;
import wai.Headers;
import wai.Request;

/// A request on its way out.
///
/// @param settings those of the client
/// @param request the request with all its header fields; its body is where the bytes come from
/// @param trailers asked once the body was read to its end
/// @param protocol the `:protocol` of an extended CONNECT, empty on every other request
record Outgoing(Settings settings, Request request, Supplier<Headers> trailers, String protocol) {}
