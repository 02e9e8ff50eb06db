package wai.tck.http2;

import java.io.Serial;

/// What a server sent is not HTTP/2. Says what was seen, and which section allows something else.
public final class NotHttp2Exception extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    /// @param seen what was seen, with the section
    public NotHttp2Exception(String seen) {
        super(seen);
    }
}
