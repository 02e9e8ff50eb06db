package wai.servlet.exchange;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;

/// What had to be read of a body to see whether there is one: in HTTP/2 no field tells.
public final class BodyBeginning {
    private static final BodyBeginning NONE = new BodyBeginning(new byte[0], true);
    private static final BodyBeginning UNKNOWN = new BodyBeginning(new byte[0], false);

    private final byte[] bytes;
    private final boolean isNone;

    private BodyBeginning(byte[] bytes, boolean isNone) {
        this.bytes = bytes;
        this.isNone = isNone;
    }

    /// Of a body of which nothing was read.
    ///
    /// @param isNone whether it is known that there is none
    /// @return the beginning
    public static BodyBeginning unread(boolean isNone) {
        return isNone ? NONE : UNKNOWN;
    }

    /// Of a body that has begun.
    ///
    /// @param bytes its first; not copied
    /// @return the beginning
    public static BodyBeginning of(byte[] bytes) {
        return new BodyBeginning(bytes, false);
    }

    /// Whether it is known that there is no body.
    ///
    /// @return false also where there may be none
    public boolean isNone() {
        return isNone;
    }

    /// The whole body.
    ///
    /// @param rest what was not read
    /// @return both
    public InputStream before(InputStream rest) {
        return bytes.length == 0 ? rest : new SequenceInputStream(new ByteArrayInputStream(bytes), rest);
    }
}
