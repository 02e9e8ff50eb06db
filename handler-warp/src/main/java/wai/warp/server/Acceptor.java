package wai.warp.server;

import java.util.concurrent.locks.LockSupport;
import wai.transport.Opener;

/// Waits for the connections of one listening socket, on a platform thread, until the socket is closed: nothing else
/// ends it, and nothing makes it spin.
///
/// `accept` fails also when nobody connects while the process has no descriptor left, so the thread may have to wait in
/// between.
final class Acceptor implements Runnable {
    private final Admission admission;
    private final Opener opener;

    /// @param opener makes a transport of a connection
    Acceptor(Admission admission, Opener opener) {
        this.admission = admission;
        this.opener = opener;
    }

    @Override
    public void run() {
        admission.begin();
        try {
            while (acceptOne()) {}
        } finally {
            admission.end();
        }
    }

    /// @return false when the socket is closed
    private boolean acceptOne() {
        return switch (admission.takeOne(opener)) {
            case TAKEN, NONE -> true;
            case FAILED -> {
                LockSupport.parkNanos(admission.nextBackOff());
                yield true;
            }
            case CLOSED -> false;
        };
    }
}
