package wai.cgi.fastcgi;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import wai.cgi.fastcgi.FastCgiEvent.Parameter;

/// Parameters that were read before: a web server tells nearly the same of every request, and comparing bytes is much
/// cheaper than making their text again.
///
/// One table for all connections of a server, with one place for each pair of name and value: a newer one takes the
/// place of an older one. All bytes of a pair are compared, so a request gets what it says itself and nothing else.
/// Only what repeats and is no secret is kept. Entries are immutable and placed by plain writes: a thread sees a whole
/// entry or none, and which of two racing ones stays does not matter.
public final class ParameterMemo {
    /// As a power of two; some twenty times what a web server tells of a request.
    static final int PLACE_BITS = 9;
    /// Bytes of name and value; with the number of places it bounds the table to some 400 KB.
    static final int LONGEST = 256;
    /// Less is not worth it.
    static final int SHORTEST = Long.BYTES;

    private static final Set<String> REPEATED = Set.of(
            "CONTENT_LENGTH",
            "CONTENT_TYPE",
            "CONTEXT_DOCUMENT_ROOT",
            "CONTEXT_PREFIX",
            "DOCUMENT_ROOT",
            "DOCUMENT_URI",
            "FCGI_ROLE",
            "GATEWAY_INTERFACE",
            "HTTP_ACCEPT",
            "HTTP_ACCEPT_ENCODING",
            "HTTP_ACCEPT_LANGUAGE",
            "HTTP_CACHE_CONTROL",
            "HTTP_CONNECTION",
            "HTTP_HOST",
            "HTTP_ORIGIN",
            "HTTP_PRAGMA",
            "HTTP_PRIORITY",
            "HTTP_SEC_CH_UA",
            "HTTP_SEC_CH_UA_MOBILE",
            "HTTP_SEC_CH_UA_PLATFORM",
            "HTTP_SEC_FETCH_DEST",
            "HTTP_SEC_FETCH_MODE",
            "HTTP_SEC_FETCH_SITE",
            "HTTP_SEC_FETCH_USER",
            "HTTP_TE",
            "HTTP_UPGRADE_INSECURE_REQUESTS",
            "HTTP_USER_AGENT",
            "HTTP_VIA",
            "HTTP_X_FORWARDED_HOST",
            "HTTP_X_FORWARDED_PROTO",
            "PATH_INFO",
            "PATH_TRANSLATED",
            "REDIRECT_STATUS",
            "REMOTE_ADDR",
            "REMOTE_PORT",
            "REMOTE_USER",
            "REQUEST_METHOD",
            "REQUEST_SCHEME",
            "SCRIPT_FILENAME",
            "SCRIPT_NAME",
            "SERVER_ADDR",
            "SERVER_ADMIN",
            "SERVER_NAME",
            "SERVER_PORT",
            "SERVER_PROTOCOL",
            "SERVER_SIGNATURE",
            "SERVER_SOFTWARE");

    private final @Nullable Kept[] places = new Kept[1 << PLACE_BITS];

    /// A memo of nothing.
    public ParameterMemo() {}

    /// The parameter that a pair says.
    Parameter parameter(NameValues pair) {
        if (pair.size() < SHORTEST || pair.size() > LONGEST) {
            return new Parameter(pair.name(), pair.value());
        }
        int place = (int) (pair.mixed() >>> (Long.SIZE - PLACE_BITS));
        var kept = places[place];
        if (kept != null && pair.is(kept.bytes, kept.nameLength)) {
            return kept.parameter;
        }
        var parameter = new Parameter(pair.name(), pair.value());
        if (isWorthKeeping(parameter)) {
            places[place] = new Kept(pair.bytes(), parameter);
        }
        return parameter;
    }

    /// A query may say anything, so it is kept only when there is none.
    private static boolean isWorthKeeping(Parameter parameter) {
        return switch (parameter.name()) {
            case "QUERY_STRING" -> parameter.value().isEmpty();
            case "REQUEST_URI" -> parameter.value().indexOf('?') < 0;
            default -> REPEATED.contains(parameter.name());
        };
    }

    /// A pair as it came, and what was made of it.
    private static final class Kept {
        final byte[] bytes;
        final int nameLength;
        final Parameter parameter;

        Kept(byte[] bytes, Parameter parameter) {
            this.bytes = bytes;
            this.nameLength = parameter.name().length();
            this.parameter = parameter;
        }
    }
}
