package wai.staticfiles;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import wai.Bytes;

/// Files in memory; their entity tags are digests, made once.
final class EmbeddedTree implements FileTree {
    /// So much of a digest is enough that nobody meets two files of the same (96 bits).
    private static final int TAG_BYTES = 12;

    private final Map<List<String>, Content> files = new LinkedHashMap<>();
    private final Map<List<String>, Map<String, Child>> folders = new LinkedHashMap<>();

    EmbeddedTree(Map<String, Bytes> contents) {
        folders.put(List.of(), new LinkedHashMap<>());
        contents.forEach((path, bytes) -> {
            var segments = List.of(path.split("/", -1));
            if (!segments.stream().allMatch(StaticFiles::isName)) {
                throw new IllegalArgumentException("path " + path + ": expected one like css/style.css");
            }
            files.put(segments, new Content(bytes, bytes.length(), tag(bytes), null));
            for (int depth = 0; depth < segments.size(); depth++) {
                boolean isFolder = depth < segments.size() - 1;
                var name = segments.get(depth);
                folders.computeIfAbsent(segments.subList(0, depth), _ -> new LinkedHashMap<>())
                        .put(name, new Child(name, isFolder, isFolder ? 0 : bytes.length(), null));
            }
        });
    }

    @Override
    public Optional<Entry> find(List<String> path) {
        var file = files.get(path);
        return file != null
                ? Optional.of(file)
                : folders.containsKey(path) ? Optional.of(new Folder()) : Optional.empty();
    }

    @Override
    public List<Child> children(List<String> path) {
        return new ArrayList<>(folders.getOrDefault(path, Map.of()).values());
    }

    private static String tag(Bytes bytes) {
        try {
            var sha256 = MessageDigest.getInstance("SHA-256");
            bytes.forEachSlice(sha256::update);
            return '"' + Base64.getUrlEncoder().encodeToString(Arrays.copyOf(sha256.digest(), TAG_BYTES)) + '"';
        } catch (NoSuchAlgorithmException | IOException e) {
            throw new IllegalStateException("every Java has SHA-256, and memory does not fail", e);
        }
    }
}
