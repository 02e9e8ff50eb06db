package wai.staticfiles;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// The media types of files by the extensions of their names.
final class MediaTypeTable {
    private static final String UNKNOWN = "application/octet-stream";

    /// Read when the first file is sent.
    private static final class Known {
        static final Map<String, String> TYPES = read();
    }

    private MediaTypeTable() {}

    /// The type of a file: that of its longest extension that has one, `tar.gz` before `gz`.
    ///
    /// @param own types that win over the known ones, by extensions in lower case
    static String of(String name, Map<String, String> own) {
        var lower = name.toLowerCase(Locale.ROOT);
        for (int dot = lower.indexOf('.'); dot >= 0; dot = lower.indexOf('.', dot + 1)) {
            var extension = lower.substring(dot + 1);
            var type = own.getOrDefault(extension, Known.TYPES.get(extension));
            if (type != null) {
                return type;
            }
        }
        return UNKNOWN;
    }

    private static Map<String, String> read() {
        try (var table = MediaTypeTable.class.getResourceAsStream("mime-types.txt")) {
            if (table == null) {
                throw new IllegalStateException("mime-types.txt is missing beside " + MediaTypeTable.class);
            }
            var types = new HashMap<String, String>(2048);
            new String(table.readAllBytes(), UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .forEach(line -> {
                        int space = line.indexOf(' ');
                        types.put(line.substring(0, space), line.substring(space + 1));
                    });
            return types;
        } catch (IOException e) {
            throw new UncheckedIOException("mime-types.txt cannot be read", e);
        }
    }
}
