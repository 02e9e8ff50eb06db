package wai.warp.server;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import wai.spi.Exchange;

/// The files that were negotiated in one exchange and are leased until a response is sent, or the exchange is over.
///
/// Any thread may negotiate; each takes what it negotiated itself.
final class NegotiatedFiles {
    private final FileCache files;
    private final Exchange exchange;
    private final Thread driver = Thread.currentThread();
    private volatile @Nullable NegotiatedFile negotiated;

    /// @param exchange whose files these are; made by the thread that will release them
    NegotiatedFiles(FileCache files, Exchange exchange) {
        this.files = files;
        this.exchange = exchange;
    }

    /// Who made it.
    Thread driver() {
        return driver;
    }

    /// Leases a file until the response to it has been sent.
    FileLease lease(Path path) throws IOException {
        var file = files.lease(path);
        synchronized (this) {
            negotiated = new NegotiatedFile(Thread.currentThread(), file, negotiated);
        }
        if (exchange.isOver() && !Thread.currentThread().equals(driver)) {
            var late = take(); // the driver may have looked before it was there
            if (late != null) {
                late.close();
            }
        }
        return file;
    }

    /// What this thread has negotiated last.
    @Nullable
    FileLease take() {
        if (negotiated == null) {
            return null;
        }
        synchronized (this) {
            var mine = NegotiatedFile.of(Thread.currentThread(), negotiated);
            if (mine == null) {
                return null;
            }
            negotiated = NegotiatedFile.without(mine, negotiated);
            return mine.file();
        }
    }

    /// Gives back the files of responses that were negotiated and not sent: the framing failed, or another response was
    /// first.
    void release() {
        for (var each = takeAll(); each != null; each = each.next()) {
            each.file().close();
        }
    }

    private @Nullable NegotiatedFile takeAll() {
        if (negotiated == null) { // volatile, and looked at when the exchange is over, the reverse of a late thread
            return null;
        }
        synchronized (this) {
            var all = negotiated;
            negotiated = null;
            return all;
        }
    }
}
