package wai.compression;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A folder of compressed copies of files, so that each file is compressed once; for [Compression#withFiles].
///
/// {@snippet file="wai/compression/Samples.java" region="files"}
///
/// - **Current.** A copy belongs to a path, size and time of last change: another version of the file gets another
///   copy. Files that changed within the last two seconds are sent as they are, as they may change again under the same
///   time.
/// - **Bounded** in bytes and in files, by [CacheLimits]. The copies that were not asked for longest go first.
/// - **Whole.** A copy is written beside its place and renamed when it is complete. Copies outlive the program; before
///   one that was found in the folder is sent for the first time, its length and checksum are compared with its name,
///   and what does not fit is made anew.
/// - **Not in the way.** One request compresses a file, others that want it meanwhile get it as it is; so do all when
///   the folder cannot be written, which is logged once for each file (`wai.compression`).
///
/// The folder is for one cache of one process. Files whose names are none of the cache's are left alone.
public final class CompressedFiles {
    /// As precisely as the least precise file systems tell the time.
    private static final Duration RESTED = Duration.ofSeconds(2);

    private static final Logger LOG = System.getLogger("wai.compression");

    private final CacheFolder folder;
    private final CacheIndex index;
    private final CacheLimits limits;
    private final InstantSource clock;
    /// What is being compressed; guarded by itself.
    private final Set<String> beginnings = new HashSet<>();

    private CompressedFiles(Path folder, CacheLimits limits, InstantSource clock) throws IOException {
        this.folder = CacheFolder.open(folder);
        this.limits = limits;
        this.clock = clock;
        this.index = new CacheIndex(limits);
        for (var found : this.folder.copies()) {
            discard(index.add(found));
        }
    }

    /// Keeps copies within the default limits.
    ///
    /// @param folder where; made, for its owner alone, when it is not there
    /// @return the cache
    /// @throws IOException when the folder cannot be made or read
    public static CompressedFiles in(Path folder) throws IOException {
        return in(folder, CacheLimits.defaults());
    }

    /// Keeps copies within limits.
    ///
    /// @param folder where; made, for its owner alone, when it is not there
    /// @param limits how much is kept; what the folder has above them is deleted
    /// @return the cache
    /// @throws IOException when the folder cannot be made or read
    public static CompressedFiles in(Path folder, CacheLimits limits) throws IOException {
        return in(folder, limits, InstantSource.system());
    }

    static CompressedFiles in(Path folder, CacheLimits limits, InstantSource clock) throws IOException {
        return new CompressedFiles(requireNonNull(folder, "folder"), requireNonNull(limits, "limits"), clock);
    }

    /// A copy that stays where it is until it is given back; null when the file is to be sent as it is.
    ///
    /// @param threshold the smallest size that is worth it
    @Nullable
    Lease lease(Path file, ContentCoding coding, long threshold) {
        var source = source(file, threshold);
        if (source == null) {
            return null;
        }
        var key = CacheFolder.key(source.path(), source.size(), source.modified(), coding.name());
        var known = index.take(key);
        if (known != null) {
            return checked(known);
        }
        if (!begin(key)) {
            return null;
        }
        try {
            var meanwhile = index.take(key); // somebody may have ended between the look and the beginning
            return meanwhile == null ? compressed(key, source, coding) : checked(meanwhile);
        } finally {
            end(key);
        }
    }

    private record Source(Path path, long size, FileTime modified) {}

    private @Nullable Source source(Path file, long threshold) {
        BasicFileAttributes facts;
        try {
            facts = Files.readAttributes(file, BasicFileAttributes.class);
        } catch (IOException _) {
            return null; // which is for the handler to answer
        }
        boolean fits = facts.isRegularFile() && facts.size() >= threshold && facts.size() <= limits.fileBytes();
        boolean rested =
                !clock.instant().isBefore(facts.lastModifiedTime().toInstant().plus(RESTED));
        return fits && rested && facts.size() > 0 ? new Source(file, facts.size(), facts.lastModifiedTime()) : null;
    }

    /// One at a time for each file, and not more than there are processors.
    private boolean begin(String key) {
        synchronized (beginnings) {
            return beginnings.size() < Runtime.getRuntime().availableProcessors() && beginnings.add(key);
        }
    }

    private void end(String key) {
        synchronized (beginnings) {
            beginnings.remove(key);
        }
    }

    /// Somebody may have deleted it, and what was there before this program may be half of it.
    private @Nullable Lease checked(CacheIndex.Copy copy) {
        if (copy.isCopy()) {
            if (isWhole(copy)) {
                copy.verify();
                return new Lease(copy);
            }
            index.forget(copy);
        }
        discard(index.giveBack(copy));
        return null;
    }

    private boolean isWhole(CacheIndex.Copy copy) {
        try {
            return copy.isVerified() ? folder.isThere(copy) : folder.isWhole(copy);
        } catch (IOException failure) {
            LOG.log(Level.WARNING, folder.place(copy) + " cannot be read", failure);
            return false;
        }
    }

    private @Nullable Lease compressed(String key, Source source, ContentCoding coding) {
        long most = Math.min(source.size() - 1, limits.bytes());
        try {
            var copy = folder.write(key, coding, source.path(), most, part -> {
                // what was compressed is what was looked at, and has its time, so that validators stay the same
                var now = Files.readAttributes(source.path(), BasicFileAttributes.class);
                boolean same =
                        now.size() == source.size() && now.lastModifiedTime().equals(source.modified());
                Files.setLastModifiedTime(part, source.modified());
                return same;
            });
            if (copy == null) {
                discard(index.add(CacheIndex.Copy.none(key)));
                return null;
            }
            copy.verify();
            discard(index.addTaken(copy));
            return new Lease(copy);
        } catch (IOException failure) {
            LOG.log(Level.WARNING, source.path() + " is not compressed", failure);
            discard(index.add(CacheIndex.Copy.none(key)));
            return null;
        }
    }

    private void discard(Iterable<CacheIndex.Copy> copies) {
        copies.forEach(folder::delete);
    }

    /// A copy in use; it is not deleted meanwhile.
    final class Lease implements AutoCloseable {
        private final CacheIndex.Copy copy;

        private Lease(CacheIndex.Copy copy) {
            this.copy = copy;
        }

        Path path() {
            return folder.place(copy);
        }

        @Override
        public void close() {
            discard(index.giveBack(copy));
        }
    }
}
