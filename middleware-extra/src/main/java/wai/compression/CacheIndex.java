package wai.compression;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a [CompressedFiles] remembers, the copy used last behind; no I/O. What falls out of the bounds is handed to the
/// caller, who deletes it, as soon as nobody uses it any more. Its monitor guards all of it, the copies' counts
/// included.
final class CacheIndex {
    private final CacheLimits limits;
    private final LinkedHashMap<String, Copy> copies = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    CacheIndex(CacheLimits limits) {
        this.limits = limits;
    }

    /// What is known under a key; a copy must be given back.
    synchronized @Nullable Copy take(String key) {
        var copy = copies.get(key);
        if (copy != null) {
            copy.users++;
        }
        return copy;
    }

    /// A user less.
    ///
    /// @return the copies to delete now
    synchronized List<Copy> giveBack(Copy copy) {
        copy.users--;
        return copy.forgotten && copy.users == 0 && copy.isCopy() ? List.of(copy) : List.of();
    }

    /// Remembers something new.
    ///
    /// @return the copies to delete now
    synchronized List<Copy> add(Copy copy) {
        var leaving = new ArrayList<Copy>();
        var before = copies.remove(copy.key);
        if (before != null) {
            leave(before, leaving);
        }
        copies.put(copy.key, copy);
        bytes += copy.length();
        while (copies.size() > limits.entries() || bytes > limits.bytes()) {
            var eldest = copies.pollFirstEntry().getValue();
            leave(eldest, leaving);
        }
        return leaving;
    }

    /// The same for a copy that is in use already.
    synchronized List<Copy> addTaken(Copy copy) {
        copy.users++;
        return add(copy);
    }

    /// A copy that is no good; deleted when it is given back.
    synchronized void forget(Copy copy) {
        if (copies.remove(copy.key, copy)) {
            leave(copy, new ArrayList<>());
        }
    }

    private void leave(Copy copy, List<Copy> leaving) {
        bytes -= copy.length();
        copy.forgotten = true;
        if (copy.users == 0 && copy.isCopy()) {
            leaving.add(copy);
        }
    }

    /// A compressed file, or the knowledge that there is none.
    static final class Copy {
        private final String key;
        private final @Nullable String name;
        private final long length;
        private final int checksum;
        /// Whether its content was looked at by this program; threads that race look twice.
        private volatile boolean verified;
        /// How many send it; under the monitor of the index.
        private int users;
        /// Not in the index any more; under the monitor of the index.
        private boolean forgotten;

        Copy(String key, @Nullable String name, long length, int checksum) {
            this.key = key;
            this.name = name;
            this.length = length;
            this.checksum = checksum;
        }

        /// For a file that is not worth it.
        static Copy none(String key) {
            return new Copy(key, null, 0, 0);
        }

        boolean isCopy() {
            return name != null;
        }

        /// The name of the file.
        String name() {
            if (name == null) {
                throw new IllegalStateException("there is no compressed file for " + key);
            }
            return name;
        }

        long length() {
            return length;
        }

        int checksum() {
            return checksum;
        }

        boolean isVerified() {
            return verified;
        }

        void verify() {
            verified = true;
        }
    }
}
