package wai.warp.server;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The descriptors that nobody uses just now, so that the next response need not open its file.
///
/// One that is taken is out of this class's hands until it is given back; so none is ever closed under its user, and
/// none is used after it was closed. There are bounds in number (the one unused for longest is closed) and in time
/// ([#closeUnusedSince]). Files are closed outside the lock.
final class IdleFiles {
    private final ReentrantLock lock = new ReentrantLock();
    private final int most;
    /// The one unused for longest first.
    private final LinkedHashSet<OpenFile> all = new LinkedHashSet<>();

    private boolean closed;

    /// @param most how many there may be
    IdleFiles(int most) {
        this.most = most;
    }

    /// A descriptor of this version for the caller alone; null when there is none.
    @Nullable
    OpenFile take(FileVersion version) {
        lock.lock();
        try {
            var file = version.idle().pollLast();
            if (file != null) {
                all.remove(file);
            }
            return file;
        } finally {
            lock.unlock();
        }
    }

    /// Takes a descriptor back, whose user must not touch it any more.
    void give(OpenFile file, long now) {
        var surplus = file;
        lock.lock();
        try {
            if (file.isOpen() && !file.version().isDropped() && !closed) {
                file.idleSince(now);
                file.version().idle().addLast(file);
                all.add(file);
                surplus = all.size() > most ? remove(all.getFirst()) : null;
            }
        } finally {
            lock.unlock();
        }
        if (surplus != null) {
            surplus.close();
        }
    }

    /// The version is not remembered any more: its descriptors are closed, those in use when they are given back.
    void drop(FileVersion version) {
        List<OpenFile> gone;
        lock.lock();
        try {
            version.drop();
            gone = List.copyOf(version.idle());
            gone.forEach(this::remove);
        } finally {
            lock.unlock();
        }
        gone.forEach(OpenFile::close);
    }

    /// Whether there is one that nobody used since then.
    boolean hasUnusedSince(long time) {
        lock.lock();
        try {
            return !all.isEmpty() && isUnusedSince(time);
        } finally {
            lock.unlock();
        }
    }

    /// Closes those that nobody used since then.
    void closeUnusedSince(long time) {
        var gone = new ArrayList<OpenFile>();
        lock.lock();
        try {
            while (!all.isEmpty() && isUnusedSince(time)) {
                gone.add(remove(all.getFirst()));
            }
        } finally {
            lock.unlock();
        }
        gone.forEach(OpenFile::close);
    }

    /// Closes all of them, and from now on what is given back.
    void close() {
        List<OpenFile> gone;
        lock.lock();
        try {
            closed = true;
            gone = List.copyOf(all);
            gone.forEach(this::remove);
        } finally {
            lock.unlock();
        }
        gone.forEach(OpenFile::close);
    }

    /// How many there are.
    int count() {
        lock.lock();
        try {
            return all.size();
        } finally {
            lock.unlock();
        }
    }

    private boolean isUnusedSince(long time) {
        return all.getFirst().idleSince() - time <= 0;
    }

    private OpenFile remove(OpenFile file) {
        all.remove(file);
        file.version().idle().remove(file);
        return file;
    }
}
