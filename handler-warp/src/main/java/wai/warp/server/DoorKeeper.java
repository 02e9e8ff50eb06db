package wai.warp.server;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import wai.transport.Door;
import wai.transport.Pollers;
import wai.warp.server.Admission.Outcome;

/// Lets the connections of one listening socket in whenever the loop that watches it says that there are some.
///
/// It takes as many at a time as there were the last time, and more while that is too few: mostly one, without asking
/// in vain for a second. The connections that the loop serves already are not kept waiting by a crowd. While accepting
/// fails, the door is shut; the sweeper, which has no part in that, opens it again.
final class DoorKeeper implements Door.Keeper, Visit.Host {
    private static final int MOST_AT_ONCE = 16;

    private final ServerState state;
    private final Admission admission;
    private final Visit reopening;
    private int atOnce = 1;
    private volatile @Nullable Door door;

    DoorKeeper(ServerState state, Admission admission) {
        this.state = state;
        this.admission = admission;
        this.reopening = new Visit(state.wheel(), this);
    }

    /// Has a loop watch the socket, if one can.
    ///
    /// @return false when it needs a thread that waits
    boolean watch(ListeningSocket socket, Pollers pollers) throws IOException {
        door = socket.door(pollers, this);
        return door != null;
    }

    /// Lets in who comes.
    void begin() {
        admission.begin();
        open();
    }

    /// Lets nobody in any more; the socket is closed.
    void end() {
        reopening.end();
        admission.end();
    }

    @Override
    public void answer(Door at) {
        int most = atOnce;
        for (int i = 0; i < most; i++) {
            var outcome = admission.takeOne(at);
            if (outcome == Outcome.TAKEN) {
                continue;
            }
            atOnce = Math.max(1, i);
            if (outcome != Outcome.NONE) {
                at.shut();
            }
            if (outcome == Outcome.FAILED) {
                reopening.by(state.ticker().nanos() + admission.nextBackOff());
            }
            return;
        }
        atOnce = Math.min(2 * most, MOST_AT_ONCE);
    }

    /// Opens the door again. By the sweeper.
    @Override
    public long visited(long now) {
        open();
        return Visit.NEVER;
    }

    private void open() {
        var mine = door;
        if (mine != null) {
            mine.open();
        }
    }
}
