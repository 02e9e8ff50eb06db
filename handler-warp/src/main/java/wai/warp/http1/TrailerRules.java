package wai.warp.http1;

import wai.HeaderName;
import wai.Headers;
import wai.spi.ScopedSink;
import wai.warp.http1.Http1Fault.Kind;

/// Which fields may come behind a body (RFC 9110 §6.5.1).
final class TrailerRules {
    private TrailerRules() {}

    /// Judges trailer fields: those that frame or route the message make it ambiguous and are refused, others that must
    /// not be trailers are left out.
    ///
    /// @return those that the application may see
    /// @throws Http1Fault when one makes the message ambiguous
    static Headers judge(Headers received) throws Http1Fault {
        var kept = Headers.builder();
        for (int i = 0; i < received.size(); i++) {
            var name = received.name(i);
            if (name.equals(HeaderName.CONTENT_LENGTH)
                    || name.equals(HeaderName.TRANSFER_ENCODING)
                    || name.equals(HeaderName.HOST)) {
                throw new Http1Fault(
                        Kind.BAD_TRAILER, "trailer field " + name + ": expected in the header (RFC 9110 §6.5.1)");
            }
            if (ScopedSink.isTrailer(name)) {
                kept.add(name, received.value(i));
            }
        }
        return kept.build();
    }
}
