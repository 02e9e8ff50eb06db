package wai.security;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import wai.Application;
import wai.Bytes;
import wai.HeaderName;
import wai.Headers;
import wai.Middleware;
import wai.Request;
import wai.Response;
import wai.Status;
import wai.field.Fields;

/// Lets pages of other sites read what this one answers (CORS, the Fetch standard §3.3).
///
/// {@snippet file="wai/security/Samples.java" region="cors"}
///
/// A browser asks before it sends anything unusual: an OPTIONS with `Access-Control-Request-Method` is answered here
/// with 204, without the application. Every other request goes through, and its response says whether the asking page
/// may read it. That protects what is *read*; against what is *done*: [Csrf].
///
/// A page that is not allowed gets its response without these fields, and its browser keeps it back. With named origins
/// every response says `Vary: Origin`, so that no cache gives one page's answer to another. All bodies pass as they
/// are.
public final class Cors implements Middleware {
    private static final HeaderName CREDENTIALS = HeaderName.of("Access-Control-Allow-Credentials");
    private static final HeaderName METHODS = HeaderName.of("Access-Control-Allow-Methods");
    private static final HeaderName FIELDS = HeaderName.of("Access-Control-Allow-Headers");
    private static final HeaderName EXPOSED = HeaderName.of("Access-Control-Expose-Headers");
    private static final HeaderName MAX_AGE = HeaderName.of("Access-Control-Max-Age");
    private static final HeaderName REQUEST_METHOD = HeaderName.of("Access-Control-Request-Method");
    private static final HeaderName REQUEST_HEADERS = HeaderName.of("Access-Control-Request-Headers");

    private final Settings settings;

    private Cors(Settings settings) {
        this.settings = settings;
    }

    /// Any site may read; without cookies and other credentials.
    ///
    /// @return the middleware, for GET, HEAD and POST
    public static Cors forAnyOrigin() {
        return new Cors(new Settings(null, false, List.of("GET", "HEAD", "POST"), List.of(), List.of(), null));
    }

    /// Some sites may read.
    ///
    /// @param origins each as browsers write it: scheme, host, and port if it is not the scheme's own, in lower case;
    ///     or `null` for pages that have none
    /// @return the middleware, for GET, HEAD and POST, without credentials
    /// @throws IllegalArgumentException when one ends with a slash, has upper case or no scheme
    public static Cors forOrigins(String... origins) {
        for (var origin : origins) {
            boolean written = origin.equals(origin.toLowerCase(Locale.ROOT)) && !origin.endsWith("/");
            if (!written || !(origin.contains("://") || origin.equals("null"))) {
                throw new IllegalArgumentException(
                        "origin \"" + origin + "\": expected it as browsers write it, like https://shop.example:8443");
            }
        }
        return new Cors(
                new Settings(Set.of(origins), false, List.of("GET", "HEAD", "POST"), List.of(), List.of(), null));
    }

    /// Lets pages use cookies, client certificates and HTTP authentication.
    ///
    /// @return the changed copy
    /// @throws IllegalStateException when any origin is allowed: every site could act for every user
    public Cors withCredentials() {
        if (settings.origins() == null) {
            throw new IllegalStateException("credentials for any origin: expected Cors.forOrigins");
        }
        return new Cors(settings.withCredentials());
    }

    /// Sets the methods that pages may use.
    ///
    /// @param methods case counts
    /// @return the changed copy
    public Cors withMethods(String... methods) {
        return new Cors(settings.withMethods(names(methods)));
    }

    /// Sets the fields that pages may send, beside those that are always allowed (`Accept`, `Content-Type` of forms …).
    ///
    /// @param fields their names
    /// @return the changed copy
    public Cors withRequestHeaders(String... fields) {
        return new Cors(settings.withFields(names(fields)));
    }

    /// Sets the fields of responses that pages may read, beside those that are always allowed.
    ///
    /// @param fields their names
    /// @return the changed copy
    public Cors withExposedHeaders(String... fields) {
        return new Cors(settings.withExposed(names(fields)));
    }

    /// Sets how long a browser remembers what it was told; five seconds when not set.
    ///
    /// @param age zero or more, whole seconds count
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is negative
    public Cors withMaxAge(Duration age) {
        if (age.isNegative()) {
            throw new IllegalArgumentException("max age " + age + ": expected zero or more");
        }
        return new Cors(settings.withMaxAge(age));
    }

    /// {@inheritDoc}
    @Override
    public Application wrap(Application inner) {
        return (request, respond) -> {
            boolean asks = request.method().equals("OPTIONS")
                    && request.headers().contains(HeaderName.ORIGIN)
                    && request.headers().contains(REQUEST_METHOD);
            if (asks) {
                return respond.with(preflight(request));
            }
            var added = allowing(request);
            if (!added.isEmpty() && !settings.exposed().isEmpty()) {
                added = added.adding(EXPOSED, String.join(", ", settings.exposed()));
            }
            var fields = added;
            return inner.handle(
                    request,
                    response -> respond.with(Fields.edited(response, headers -> varying(set(headers, fields)))));
        };
    }

    private Response preflight(Request request) {
        var allowed = allowing(request);
        if (!allowed.isEmpty()) {
            allowed = allowed.adding(METHODS, String.join(", ", settings.methods()));
            if (!settings.fields().isEmpty()) {
                allowed = allowed.adding(FIELDS, String.join(", ", settings.fields()));
            }
            if (settings.maxAge() != null) {
                allowed =
                        allowed.adding(MAX_AGE, Long.toString(settings.maxAge().toSeconds()));
            }
        }
        var varying = Fields.varying(Fields.varying(varying(allowed), REQUEST_METHOD), REQUEST_HEADERS);
        return Response.of(Status.NO_CONTENT, varying, Bytes.EMPTY);
    }

    /// The fields that let the asking page read; none when it may not, or no page asks.
    private Headers allowing(Request request) {
        var origin = request.headers().first(HeaderName.ORIGIN, "");
        if (settings.origins() == null) {
            return Headers.of(HeaderName.ACCESS_CONTROL_ALLOW_ORIGIN, "*");
        }
        if (!settings.origins().contains(origin)) {
            return Headers.EMPTY;
        }
        var allowed = Headers.of(HeaderName.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        return settings.credentials() ? allowed.adding(CREDENTIALS, "true") : allowed;
    }

    private Headers varying(Headers headers) {
        return settings.origins() == null ? headers : Fields.varying(headers, HeaderName.ORIGIN);
    }

    private static Headers set(Headers headers, Headers fields) {
        var result = headers;
        for (int i = 0; i < fields.size(); i++) {
            result = result.with(fields.name(i), fields.value(i));
        }
        return result;
    }

    private static List<String> names(String... names) {
        var checked = new LinkedHashSet<String>();
        for (var name : names) {
            checked.add(HeaderName.of(name).toString()); // methods and fields are both tokens
        }
        return List.copyOf(checked);
    }

    /// @param origins null for any
    /// @param maxAge null when it is left to the browser
    private record Settings(
            @Nullable Set<String> origins,
            boolean credentials,
            List<String> methods,
            List<String> fields,
            List<String> exposed,
            @Nullable Duration maxAge) {
        Settings withCredentials() {
            return new Settings(origins, true, methods, fields, exposed, maxAge);
        }

        Settings withMethods(List<String> newMethods) {
            return new Settings(origins, credentials, newMethods, fields, exposed, maxAge);
        }

        Settings withFields(List<String> newFields) {
            return new Settings(origins, credentials, methods, newFields, exposed, maxAge);
        }

        Settings withExposed(List<String> newExposed) {
            return new Settings(origins, credentials, methods, fields, newExposed, maxAge);
        }

        Settings withMaxAge(Duration newMaxAge) {
            return new Settings(origins, credentials, methods, fields, exposed, newMaxAge);
        }
    }
}
