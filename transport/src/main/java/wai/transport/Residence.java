package wai.transport;

/// Where a connection belongs: the poller that it came in at, until it turns out to stay and is settled where the
/// fewest of those are. From any thread.
///
/// Most connections that carry one request are gone before it would have paid to wake somebody else for them.
final class Residence {
    private volatile Poller home;
    /// Whether it counts among those that stay. Changed by who holds the monitor, as the next two.
    private volatile boolean stays;

    private volatile boolean settled;
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

    /// Has it belong where there are the fewest of those that stay. Does nothing any further time.
    ///
    /// @return whether that is elsewhere
    boolean settle() {
        return !settled && choose();
    }

    private synchronized boolean choose() {
        if (settled || left) {
            return false;
        }
        settled = true;
        count();
        var better = home.better();
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
