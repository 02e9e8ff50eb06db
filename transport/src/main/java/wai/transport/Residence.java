package wai.transport;

/// Where a connection belongs: the poller that it came in at, until it turns out to stay and is settled where it is
/// served best. From any thread.
///
/// Most connections that carry one request are gone before it would have paid to wake somebody else for them.
final class Residence {
    private volatile Poller home;
    /// Whether it counts among those that stay. Changed by who holds the monitor, as the next.
    private volatile boolean stays;

    private boolean left;

    /// @param first where it came in
    Residence(Poller first) {
        home = first;
        first.enter();
    }

    /// Where it belongs now.
    Poller home() {
        return home;
    }

    /// It has turned out to stay.
    void stay() {
        if (!stays) {
            count();
        }
    }

    private synchronized void count() {
        if (!stays && !left) {
            stays = true;
            home.stay();
        }
    }

    /// Has it belong where it is served best, as things are now.
    ///
    /// @param processor where its packets come in; -1 when nobody knows
    /// @return whether that is elsewhere
    synchronized boolean settle(int processor) {
        if (left) {
            return false;
        }
        count();
        var better = home.better(processor);
        if (better.equals(home)) {
            return false;
        }
        home.leave(true);
        better.enter();
        better.stay();
        home = better;
        return true;
    }

    /// It ends.
    ///
    /// @return false when it had ended before
    synchronized boolean leave() {
        if (left) {
            return false;
        }
        left = true;
        home.leave(stays);
        return true;
    }
}
