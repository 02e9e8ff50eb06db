/// What the server tells those who run it: the log ([ServerLog]), the events of Flight Recorder ([Flight]), the
/// counters ([Tally] of a connection, [Totals] of the server), and one request seen from outside ([Observation]).
///
/// Nothing here is loaded before it is needed: reaching a logger or loading an event class takes longer than starting
/// the server. Here nothing is decided; the server package calls and goes on.
package wai.warp.observe;
