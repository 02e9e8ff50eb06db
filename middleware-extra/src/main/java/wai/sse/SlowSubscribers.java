package wai.sse;

/// What becomes of a subscriber that takes events more slowly than they are published, when there is no more room for
/// those that wait. The others never wait for it.
public enum SlowSubscribers {
    /// Its stream ends. A browser connects again and gets what it missed, as far as it is kept.
    DISCONNECTED,
    /// The event that has waited longest is dropped: for states of which only the latest matters.
    OLDEST_DROPPED,
    /// The new event is dropped.
    NEWEST_DROPPED
}
