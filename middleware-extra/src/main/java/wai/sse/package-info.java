/// Server-sent events: what a browser's `EventSource` listens to.
///
/// [EventStreams] is the entry: settings, and responses whose events come from an iterator, a queue, code that sends,
/// or a [Broadcaster] with many subscribers, which has [BroadcastSettings]. [Event] is one of them.
///
/// Inside: `EventWriter` is the one loop that writes, with heartbeats while nothing comes; it waits at an `EventFeed`,
/// and `Mailbox` is what all sources fill. `EventPump` runs sources that would make the writer wait. State that several
/// servers share does not belong here.
package wai.sse;
