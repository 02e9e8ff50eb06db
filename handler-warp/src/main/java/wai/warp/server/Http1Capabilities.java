package wai.warp.server;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import wai.Capability;
import wai.HttpVersion;
import wai.warp.http1.Http1Event;

/// What an exchange of HTTP/1 can do: sets that are made once.
final class Http1Capabilities {
    private static final Set<Capability> HTTP_1_0 = set(
            Capability.DISCONNECT_SIGNAL,
            Capability.SHUTDOWN_SIGNAL,
            Capability.INCREMENTAL_FLUSH,
            Capability.RAW_TARGET);
    private static final Set<Capability> WITH_BODY = set(
            Capability.DISCONNECT_SIGNAL,
            Capability.SHUTDOWN_SIGNAL,
            Capability.INCREMENTAL_FLUSH,
            Capability.RAW_TARGET,
            Capability.EARLY_HINTS,
            Capability.INFORMATIONAL,
            Capability.REQUEST_TRAILERS,
            Capability.RESPONSE_TRAILERS);
    /// Bytes of a body and bytes of the raw protocol could not be told apart.
    private static final Set<Capability> WITHOUT_BODY = and(WITH_BODY, Capability.RAW);

    private Http1Capabilities() {}

    /// Those of an exchange.
    ///
    /// @param head its request
    /// @param tls whether this server speaks TLS on the connection
    static Set<Capability> of(Http1Event.Head head, boolean tls) {
        var plain =
                head.version() == HttpVersion.HTTP_1_0 ? HTTP_1_0 : head.bodyLength() == 0 ? WITHOUT_BODY : WITH_BODY;
        return tls ? Secure.of(plain) : plain;
    }

    private static Set<Capability> set(Capability first, Capability... others) {
        return Collections.unmodifiableSet(EnumSet.of(first, others));
    }

    private static Set<Capability> and(Set<Capability> some, Capability another) {
        var all = EnumSet.copyOf(some);
        all.add(another);
        return Collections.unmodifiableSet(all);
    }

    /// Over TLS, made when the first such request comes.
    private static final class Secure {
        private static final Set<Capability> OF_HTTP_1_0 = and(HTTP_1_0, Capability.TLS_FACTS);
        private static final Set<Capability> OF_WITH_BODY = and(WITH_BODY, Capability.TLS_FACTS);
        private static final Set<Capability> OF_WITHOUT_BODY = and(WITHOUT_BODY, Capability.TLS_FACTS);

        @SuppressWarnings("ReferenceEquality") // there are these three
        static Set<Capability> of(Set<Capability> plain) {
            return plain == HTTP_1_0 ? OF_HTTP_1_0 : plain == WITH_BODY ? OF_WITH_BODY : OF_WITHOUT_BODY;
        }
    }
}
