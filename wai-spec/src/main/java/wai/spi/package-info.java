/// For those who write handlers: the exactly-once kernel, the rule registry, and the functions all handlers share.
///
/// Start at [Exchange]: a handler makes one per request and implements its `send`. Everything that must be the same on
/// every handler (framing of responses, file negotiation, the detection of contract violations) happens here, so that a
/// handler cannot get it wrong. Applications do not need this package, and middleware at most its pure functions
/// ([HttpDate], [BodyStreams]); it depends on `wai`, never the other way round.
package wai.spi;
