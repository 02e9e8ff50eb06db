/// Access logs: one event for each request, when its response has ended.
///
/// [RequestLogger] makes an [AccessEvent] of each request, [LogFormat] a line of each event; [RequestNotes] carry what
/// inner layers know to them, and to others who watch from outside. Where the lines go is the
/// caller's: a logger, a file, standard output.
package wai.logging;
