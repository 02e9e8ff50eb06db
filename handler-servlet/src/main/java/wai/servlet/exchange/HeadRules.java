package wai.servlet.exchange;

import java.io.IOException;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import wai.Capability;
import wai.HeaderName;
import wai.Headers;
import wai.HttpVersion;

/// What follows from the head of a request, in whatever container.
public final class HeadRules {
    private HeadRules() {}

    /// The version of a request.
    ///
    /// @param protocol as containers call it
    /// @return the version
    public static HttpVersion version(String protocol) {
        return switch (protocol) {
            case "HTTP/1.0" -> HttpVersion.HTTP_1_0;
            case "HTTP/2", "HTTP/2.0" -> HttpVersion.HTTP_2;
            case "HTTP/3", "HTTP/3.0" -> HttpVersion.HTTP_3;
            default -> HttpVersion.HTTP_1_1;
        };
    }

    /// The length of the body.
    ///
    /// @param version of the request
    /// @param headers of the request
    /// @param declared what `Content-Length` says; negative without one
    /// @param finished asked whether there is no body at all, where the head does not tell
    /// @return the length in bytes; negative when it is not known
    /// @throws IOException when the client is gone
    public static long length(HttpVersion version, Headers headers, long declared, Finished finished)
            throws IOException {
        if (headers.contains(HeaderName.TRANSFER_ENCODING)) {
            return -1;
        }
        if (declared >= 0) {
            return declared;
        }
        boolean told = version == HttpVersion.HTTP_1_0 || version == HttpVersion.HTTP_1_1; // RFC 9112 §6.3
        return told || finished.isFinished() ? 0 : -1;
    }

    /// Whether a response to the request may be raw: it offers an upgrade and has no body, whose bytes and those of the
    /// raw protocol could not be told apart.
    ///
    /// @param version of the request
    /// @param headers of the request
    /// @param length of its body
    /// @return true on HTTP/1.1 only
    public static boolean canBecomeRaw(HttpVersion version, Headers headers, long length) {
        return version == HttpVersion.HTTP_1_1
                && length == 0
                && headers.contains(HeaderName.UPGRADE)
                && headers.elements(HeaderName.CONNECTION).stream().anyMatch("upgrade"::equalsIgnoreCase);
    }

    /// What can be done for a request.
    ///
    /// @param version of the request
    /// @param raw whether it may become raw, where the container can
    /// @param tlsFacts whether the TLS session is known
    /// @param http11 what the container can do in HTTP/1.1
    /// @param http2 what it can do beside in HTTP/2
    /// @return the capabilities, unmodifiable
    public static Set<Capability> capabilities(
            HttpVersion version, boolean raw, boolean tlsFacts, Set<Capability> http11, Set<Capability> http2) {
        var all = EnumSet.copyOf(http11);
        if (!raw) {
            all.remove(Capability.RAW);
        }
        switch (version) {
            case HTTP_1_0 -> {
                all.remove(Capability.EARLY_HINTS);
                all.remove(Capability.REQUEST_TRAILERS);
                all.remove(Capability.RESPONSE_TRAILERS);
            }
            case HTTP_2 -> {
                all.add(Capability.HTTP_2);
                all.addAll(http2);
            }
            case HTTP_1_1, HTTP_3 -> {
                // nothing more, nothing less
            }
        }
        if (tlsFacts) {
            all.add(Capability.TLS_FACTS);
        }
        return Collections.unmodifiableSet(all);
    }

    /// Whether a request has no body.
    @FunctionalInterface
    public interface Finished {
        /// Asks the container.
        ///
        /// @return true when nothing is to be read
        /// @throws IOException when the client is gone
        boolean isFinished() throws IOException;
    }
}
