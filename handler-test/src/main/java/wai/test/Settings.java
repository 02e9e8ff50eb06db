package wai.test;

import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import wai.Application;
import wai.Capability;
import wai.Headers;
import wai.HttpVersion;

/// What a [TestClient] was told. Changed only while [#with] makes a copy, and never after that.
final class Settings {
    /// What memory can do: everything but TLS and what only a version of HTTP has.
    static final Set<Capability> IN_MEMORY =
            Set.copyOf(EnumSet.complementOf(EnumSet.of(Capability.TLS_FACTS, Capability.HTTP_2)));

    /// What happens to an exception of the application.
    enum Errors {
        /// The test gets it.
        THROWN,
        /// The client gets what a server would send, and the exception stands on the response.
        ANSWERED
    }

    /// Null when the client speaks to a server of which it knows only the address.
    @Nullable
    Application application;

    Backend backend;
    /// The client's side of TLS; null for that of the backend.
    @Nullable
    SSLContext tls;

    Origin origin;
    InstantSource clock = InstantSource.system();
    CookieJar cookies = new CookieJar(clock);
    Headers headers = Headers.EMPTY;
    HttpVersion version = HttpVersion.HTTP_1_1;
    Set<Capability> capabilities = IN_MEMORY;
    Duration timeout = TestClient.DEFAULT_TIMEOUT;
    Errors errors = Errors.THROWN;
    int redirects;

    Settings(@Nullable Application application, Backend backend) {
        this.application = application;
        this.backend = backend;
        this.origin = backend.isSecure() ? Origin.SECURE_LOCALHOST : Origin.LOCALHOST;
    }

    private Settings(Settings other) {
        application = other.application;
        backend = other.backend;
        tls = other.tls;
        origin = other.origin;
        clock = other.clock;
        cookies = other.cookies;
        headers = other.headers;
        version = other.version;
        capabilities = other.capabilities;
        timeout = other.timeout;
        errors = other.errors;
        redirects = other.redirects;
    }

    /// A changed copy, which shares the cookie jar.
    Settings with(Consumer<Settings> change) {
        var copy = new Settings(this);
        change.accept(copy);
        return copy;
    }
}
