package wai.warp.http1;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import wai.HeaderName;
import wai.Headers;

/// Fields that go into every response unless the application set them itself, encoded once: `Date`, `Server`,
/// `Alt-Svc`.
///
/// Immutable; the driver makes a new one when the second of `Date` changes.
public final class CommonFields {
    /// No fields.
    public static final CommonFields NONE = of(Headers.EMPTY);

    private static final int MOST = 32; // one bit each in a mask

    private final Headers fields;
    private final HeaderName[] names;
    private final byte[][] lines;
    private final byte[] all;

    private CommonFields(Headers fields, HeaderName[] names, byte[][] lines, byte[] all) {
        this.fields = fields;
        this.names = names;
        this.lines = lines;
        this.all = all;
    }

    /// Encodes fields.
    ///
    /// @param fields at most 32; not `Connection`, `Content-Length` or `Transfer-Encoding`, which the engine decides
    /// @return the encoded fields
    /// @throws IllegalArgumentException when there are too many, or one that the engine decides
    public static CommonFields of(Headers fields) {
        if (fields.size() > MOST) {
            throw new IllegalArgumentException(fields.size() + " common fields: expected at most " + MOST);
        }
        var names = new HeaderName[fields.size()];
        var lines = new byte[fields.size()][];
        var all = new OutputBuffer(64);
        for (int i = 0; i < names.length; i++) {
            names[i] = fields.name(i);
            if (isDecidedByEngine(names[i])) {
                throw new IllegalArgumentException("common field " + names[i] + ": the engine decides it");
            }
            lines[i] = (names[i] + ": " + fields.value(i) + "\r\n").getBytes(ISO_8859_1);
            all.put(lines[i]);
        }
        return new CommonFields(fields, names, lines, Arrays.copyOf(all.array(), all.size()));
    }

    private static boolean isDecidedByEngine(HeaderName name) {
        return name.equals(HeaderName.CONNECTION)
                || name.equals(HeaderName.CONTENT_LENGTH)
                || name.equals(HeaderName.TRANSFER_ENCODING);
    }

    /// The fields, for engines that encode them otherwise.
    ///
    /// @return the fields
    public Headers fields() {
        return fields;
    }

    /// The bit of a field in a mask of those that the application set.
    ///
    /// @param name any field name
    /// @return its bit, or 0 when it is no common field
    int bit(HeaderName name) {
        for (int i = 0; i < names.length; i++) {
            if (names[i].equals(name)) {
                return 1 << i;
            }
        }
        return 0;
    }

    /// Appends the lines of all fields but those that are set already.
    ///
    /// @param set the bits of the fields that the application set
    /// @param out takes the lines
    void putMissing(int set, OutputBuffer out) {
        if (set == 0) {
            out.put(all);
            return;
        }
        for (int i = 0; i < lines.length; i++) {
            if ((set & (1 << i)) == 0) {
                out.put(lines[i]);
            }
        }
    }
}
