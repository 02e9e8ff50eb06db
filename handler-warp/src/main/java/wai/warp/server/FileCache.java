package wai.warp.server;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import wai.warp.settings.FileCaching;

/// The files that were sent or looked for lately: facts, bytes of small ones, descriptors of larger ones.
///
/// A response takes a [FileLease] before its head is made and closes it behind its last byte. So what was said of the
/// file (length, validators) and what is sent are of one version, whatever happens to the path meanwhile.
///
/// **A hit** is one look into a concurrent map, one read of the server's coarse clock, and a mark; no lock, no system
/// call. A larger file also takes its descriptor from [IdleFiles], under a lock that is held for a few instructions.
///
/// **A look** at the file follows when the last one is as old as the interval. No timer does it: a file that nobody
/// asks for costs nothing. Threads that come at the same time each look for themselves; so one slow disk does not make
/// the others wait for each other, and what that costs is what every request costs without a cache.
///
/// **Forgetting** follows the second-chance rule: versions stand in a queue; when there are too many, the first is
/// forgotten, unless it was used since it came to the front, in which case its mark is taken and it goes to the end.
/// Compared with an exact order of use, hits write nothing shared (beyond a mark that is mostly set already), and a
/// scan of thousands of names that do not exist pushes out other unused ones, but not what is in use.
final class FileCache implements AutoCloseable {
    /// How often opening a file is tried that is replaced meanwhile.
    private static final int ATTEMPTS = 10;
    /// How often reading a small file whole is tried that is written meanwhile, until it is treated like a large one.
    private static final int READ_ATTEMPTS = 3;

    private final FileCaching settings;
    private final Ticker ticker;
    private final long interval;
    private final long mostInMemory;
    private final IdleFiles idle;
    private final ConcurrentHashMap<Path, FileVersion> versions = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    /// The same versions, the next to be forgotten first; under the lock.
    private final LinkedHashMap<Path, FileVersion> queue = new LinkedHashMap<>();
    /// How many bytes they keep; under the lock.
    private long memory;

    private volatile boolean remembers;

    FileCache(FileCaching settings, Ticker ticker) {
        this.settings = settings;
        this.ticker = ticker;
        this.interval = Deadline.nanos(settings.interval());
        this.mostInMemory = Math.min(settings.smallFileBytes(), settings.memoryBytes());
        this.idle = new IdleFiles(settings.descriptors());
        this.remembers = interval > 0 && settings.files() > 0;
    }

    /// What is known of a file, if somebody looked within the interval; else what it is now.
    ///
    /// @throws IOException when the file system fails
    FileLease lease(Path path) throws IOException {
        var known = versions.get(path);
        if (known != null && ticker.nanos() - known.lookedAt() < interval) {
            var lease = leaseOf(known);
            if (lease != null) {
                return lease;
            }
        }
        return look(path, known);
    }

    /// What a file is now.
    ///
    /// @throws IOException when the file system fails
    FileLease leaseAfterLook(Path path) throws IOException {
        return look(path, versions.get(path));
    }

    /// Takes a descriptor back; for leases.
    void give(OpenFile file) {
        idle.give(file, ticker.nanos());
    }

    /// Closes descriptors that nobody used for an interval, on another thread, as closing may block. By the sweeper.
    void sweep(long now) {
        long time = now - interval;
        if (idle.hasUnusedSince(time)) {
            Thread.startVirtualThread(() -> idle.closeUnusedSince(time));
        }
    }

    /// How many descriptors are open that nobody uses.
    int idleDescriptors() {
        return idle.count();
    }

    /// Forgets everything, and remembers nothing from now on. Descriptors in use are closed when they are given back.
    @Override
    public void close() {
        lock.lock();
        try {
            remembers = false;
            versions.clear();
            queue.clear();
            memory = 0;
        } finally {
            lock.unlock();
        }
        idle.close();
    }

    // ------------------------------------------------------------------------------------------ looking

    /// A lease of this version; null when it must be opened and the path leads elsewhere by now.
    private @Nullable FileLease leaseOf(FileVersion version) throws IOException {
        version.mark();
        if (!version.isOnDisk()) {
            return new FileLease(version, this, null);
        }
        var file = idle.take(version);
        if (file == null) {
            file = reopened(version);
        }
        return file == null ? null : new FileLease(version, this, file);
    }

    private static @Nullable OpenFile reopened(FileVersion version) throws IOException {
        var channel = OpenFile.open(version.path());
        if (channel == null) {
            return null;
        }
        var file = new OpenFile(version, channel);
        boolean still = false;
        try {
            still = version.isStill(FileStamp.of(version.path()));
        } finally {
            if (!still) {
                file.close();
            }
        }
        return still ? file : null;
    }

    private FileLease look(Path path, @Nullable FileVersion known) throws IOException {
        boolean interrupted = Thread.interrupted(); // or reading would fail
        try {
            long now = ticker.nanos(); // before the look, so that what is remembered is never older than it says
            var seen = FileStamp.of(path);
            if (known != null && known.isStill(seen)) {
                known.lookedAt(now);
                var lease = leaseOf(known);
                if (lease != null) {
                    return lease;
                }
                seen = FileStamp.of(path);
            }
            var lease = load(path, seen, now);
            remember(lease.version(), known);
            return lease;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// Opens or reads a file so that stamp and content belong together: the file was the same before and afterwards.
    private FileLease load(Path path, @Nullable FileStamp seen, long now) throws IOException {
        var before = seen;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            if (before == null) {
                return new FileLease(FileVersion.absent(path, now), this, null);
            }
            boolean small = before.size() <= mostInMemory && attempt < READ_ATTEMPTS;
            var lease = small ? inMemory(path, before, now) : onDisk(path, before, now);
            if (lease != null) {
                return lease;
            }
            before = FileStamp.of(path);
        }
        throw new IOException("file " + path + " was replaced " + ATTEMPTS + " times while it was being opened");
    }

    private @Nullable FileLease inMemory(Path path, FileStamp before, long now) throws IOException {
        var bytes = read(path, (int) before.size());
        return bytes != null && before.equals(FileStamp.of(path))
                ? new FileLease(FileVersion.inMemory(path, before, bytes, ticker.instant(), now), this, null)
                : null;
    }

    private @Nullable FileLease onDisk(Path path, FileStamp before, long now) throws IOException {
        var channel = OpenFile.open(path);
        if (channel == null) {
            return null;
        }
        FileStamp after = null;
        try {
            after = FileStamp.of(path);
        } finally {
            if (after == null || !before.isSameFile(after)) {
                channel.close();
            }
        }
        if (!channel.isOpen()) {
            return null;
        }
        var version = FileVersion.onDisk(path, requireNonNull(after), now);
        return new FileLease(version, this, new OpenFile(version, channel));
    }

    /// All bytes; null when there are fewer by now.
    private static byte @Nullable [] read(Path path, int size) throws IOException {
        try (var file = Files.newInputStream(path)) {
            var bytes = file.readNBytes(size);
            return bytes.length == size ? bytes : null;
        } catch (NoSuchFileException | AccessDeniedException _) {
            return null;
        }
    }

    // ------------------------------------------------------------------------------------------ remembering

    /// Remembers a version, unless somebody else was faster since `known` was found.
    private void remember(FileVersion fresh, @Nullable FileVersion known) {
        var forgotten = new ArrayList<FileVersion>(1);
        lock.lock();
        try {
            if (remembers && isCommon(fresh.path()) && isKnown(fresh.path(), known)) {
                if (known != null) {
                    forget(known, forgotten);
                }
                makeRoom(fresh, forgotten);
                queue.put(fresh.path(), fresh);
                versions.put(fresh.path(), fresh);
                memory += fresh.memory();
            } else {
                forgotten.add(fresh);
            }
        } finally {
            lock.unlock();
        }
        forgotten.forEach(idle::drop);
    }

    @SuppressWarnings("ReferenceEquality") // versions are compared by identity
    private boolean isKnown(Path path, @Nullable FileVersion known) {
        return queue.get(path) == known;
    }

    /// Whether it is a file of the system, whichever file system of Java opens it: others can be closed, and their
    /// descriptors may be copies.
    private static boolean isCommon(Path path) {
        return path.getFileSystem().provider().getScheme().equals("file");
    }

    private void makeRoom(FileVersion fresh, List<FileVersion> forgotten) {
        for (int chances = queue.size();
                !queue.isEmpty()
                        && (queue.size() >= settings.files() || memory + fresh.memory() > settings.memoryBytes());
                chances--) {
            var first = queue.firstEntry().getValue();
            if (chances > 0 && first.takeMark()) {
                queue.putLast(first.path(), first);
            } else {
                forget(first, forgotten);
            }
        }
    }

    private void forget(FileVersion version, List<FileVersion> forgotten) {
        queue.remove(version.path());
        versions.remove(version.path());
        memory -= version.memory();
        forgotten.add(version);
    }
}
