/// Access logs: one event for each request, when its response has ended.
///
/// [RequestLogger] makes an [AccessEvent] of each request, [LogFormat] a line of each event. Where the lines go is the
/// caller's: a logger, a file, standard output.
package wai.logging;
