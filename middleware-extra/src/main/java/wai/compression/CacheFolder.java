package wai.compression;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;
import org.jspecify.annotations.Nullable;
import wai.compression.CacheIndex.Copy;

/// The folder of a [CompressedFiles]: names, writing, checking, deleting.
///
/// The name of a copy says its key, length and checksum, so that a look at the folder tells all that is known of it;
/// and a random number, so that one name is one file for ever, whoever still sends an old one.
final class CacheFolder {
    private static final Logger LOG = System.getLogger("wai.compression");
    private static final Pattern COPY =
            Pattern.compile("([0-9a-f]{32})-([0-9a-f]{1,12})-([0-9a-f]{8})-[0-9a-f]{32}\\.copy");
    private static final Pattern PART = Pattern.compile("[0-9a-f]{32}-[0-9a-f]{32}\\.part");
    private static final int BUFFER = 32 * 1024;

    private final Path folder;

    private CacheFolder(Path folder) {
        this.folder = folder;
    }

    static CacheFolder open(Path folder) throws IOException {
        boolean isPosix = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
        Files.createDirectories(
                folder,
                isPosix
                        ? new FileAttribute<?>[] {
                            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
                        }
                        : new FileAttribute<?>[0]);
        return new CacheFolder(folder);
    }

    /// The copies of an earlier run, that used last behind. What an earlier run left half written is deleted.
    List<Copy> copies() throws IOException {
        record Found(Copy copy, FileTime used) {}
        var found = new ArrayList<Found>();
        try (var files = Files.newDirectoryStream(folder)) {
            for (var file : files) {
                var name = String.valueOf(file.getFileName());
                var parts = COPY.matcher(name);
                if (parts.matches()) {
                    var used = Files.readAttributes(file, BasicFileAttributes.class)
                            .lastAccessTime();
                    long length = Long.parseLong(parts.group(2), 16);
                    int checksum = Integer.parseUnsignedInt(parts.group(3), 16);
                    found.add(new Found(new Copy(parts.group(1), name, length, checksum), used));
                } else if (PART.matcher(name).matches()) {
                    Files.deleteIfExists(file);
                }
            }
        }
        return found.stream()
                .sorted(Comparator.comparing(Found::used))
                .map(Found::copy)
                .toList();
    }

    /// What a copy is of.
    static String key(Path file, long size, FileTime modified, String coding) {
        var text = String.join(
                "\0", coding, Long.toString(size), modified.toInstant().toString(), file.toString());
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /// Looks at what was written before it gets its place.
    @FunctionalInterface
    interface Check {
        /// Whether it is to be kept.
        boolean isGood(Path part) throws IOException;
    }

    /// Compresses a file.
    ///
    /// @param most how many bytes the result may have
    /// @return null when it would have more, or the check refused it
    @Nullable
    Copy write(String key, ContentCoding coding, Path file, long most, Check check) throws IOException {
        var unique = UUID.randomUUID().toString().replace("-", "");
        var part = folder.resolve(key + "-" + unique + ".part");
        try {
            var checksum = new CRC32C();
            boolean fits;
            try (var out = new CheckedOutputStream(Files.newOutputStream(part), checksum)) {
                fits = encode(file, coding, out, most);
            }
            if (!fits || !check.isGood(part)) {
                return null;
            }
            long length = Files.size(part);
            var hex = HexFormat.of();
            var name = String.join(
                    "-", key, Long.toHexString(length), hex.toHexDigits((int) checksum.getValue()), unique + ".copy");
            Files.move(part, folder.resolve(name), ATOMIC_MOVE);
            return new Copy(key, name, length, (int) checksum.getValue());
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private static boolean encode(Path file, ContentCoding coding, OutputStream out, long most) throws IOException {
        var counted = new Counted(out);
        try (var in = Files.newInputStream(file);
                var encoder = coding.encoder(counted)) {
            var buffer = new byte[BUFFER];
            for (int count; (count = in.read(buffer)) >= 0 && counted.count <= most; ) {
                encoder.write(buffer, 0, count);
            }
            encoder.finish();
        }
        return counted.count <= most;
    }

    private static final class Counted extends OutputStream {
        private final OutputStream out;
        private long count;

        Counted(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
            count++;
        }

        @Override
        public void write(byte[] array, int offset, int length) throws IOException {
            out.write(array, offset, length);
            count += length;
        }
    }

    Path place(Copy copy) {
        return folder.resolve(copy.name());
    }

    /// Whether a copy is there, and as long as it was.
    boolean isThere(Copy copy) throws IOException {
        try {
            return Files.size(place(copy)) == copy.length();
        } catch (NoSuchFileException _) {
            return false;
        }
    }

    /// Whether a copy is there, and all of it is what was written.
    boolean isWhole(Copy copy) throws IOException {
        if (!isThere(copy)) {
            return false;
        }
        var checksum = new CRC32C();
        try (var in = Files.newInputStream(place(copy))) {
            var buffer = new byte[BUFFER];
            for (int count; (count = in.read(buffer)) >= 0; ) {
                checksum.update(buffer, 0, count);
            }
        } catch (NoSuchFileException _) {
            return false;
        }
        return (int) checksum.getValue() == copy.checksum();
    }

    void delete(Copy copy) {
        try {
            Files.deleteIfExists(place(copy));
        } catch (IOException failure) {
            LOG.log(Level.WARNING, place(copy) + " cannot be deleted", failure);
        }
    }
}
