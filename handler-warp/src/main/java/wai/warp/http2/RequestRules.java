package wai.warp.http2;

import org.jspecify.annotations.Nullable;
import wai.HeaderName;
import wai.Headers;
import wai.Status;
import wai.spi.ScopedSink;
import wai.warp.http1.Authority;
import wai.warp.http1.Octets;
import wai.warp.http2.frame.ErrorCode;
import wai.warp.http2.frame.StreamFault;
import wai.warp.http2.hpack.Field;

/// What the fields of a section must be, and what request they make (RFC 9113 §8).
///
/// A section that breaks a rule is malformed, and its stream is reset (RFC 9113 §8.1.1). What is past a limit of ours
/// is not malformed and gets an answer.
final class RequestRules {
    private static final String COOKIE_DELIMITER = "; ";

    private final Http2Stream stream;
    private final Http2Limits.Request limits;

    private @Nullable String method;
    private @Nullable String scheme;
    private @Nullable String authority;
    private @Nullable String path;
    private @Nullable String protocol;
    private @Nullable String host;
    private @Nullable StringBuilder cookies;
    /// How many fields stood before the first piece of the cookies.
    private int cookiesAt;
    private @Nullable String contentLength;
    private boolean expectsContinue;
    private @Nullable String unknownExpectation;
    private final Headers.Builder headers = Headers.builder();
    private int count;

    private RequestRules(Http2Stream stream, Http2Limits.Request limits) {
        this.stream = stream;
        this.limits = limits;
    }

    /// Judges the section that begins a request.
    ///
    /// @param stream on which it came
    /// @param list the section
    /// @param endsStream whether no body follows
    /// @param limits what is allowed
    /// @return the head, or a refusal
    /// @throws StreamFault when the request is malformed
    static Http2Event head(Http2Stream stream, FieldList list, boolean endsStream, Http2Limits.Request limits)
            throws StreamFault {
        return new RequestRules(stream, limits).judge(list, endsStream);
    }

    /// Judges the section behind a body.
    ///
    /// @return the fields that may be trailers
    /// @throws StreamFault when it is malformed or past a limit
    static Headers trailers(Http2Stream stream, FieldList list, Http2Limits.Request limits) throws StreamFault {
        if (list.isTooLarge() || list.fields().size() > limits.fieldCount()) {
            throw new StreamFault(
                    stream.id(),
                    ErrorCode.ENHANCE_YOUR_CALM,
                    "trailers: expected at most " + limits.listSize() + " bytes and " + limits.fieldCount()
                            + " fields (RFC 9113 §10.5.1)");
        }
        var rules = new RequestRules(stream, limits);
        var trailers = Headers.builder();
        for (var field : list.fields()) {
            var name = rules.checked(field);
            if (ScopedSink.isTrailer(name)) {
                rules.add(trailers, name, field.value());
            } else if (name.equals(HeaderName.CONTENT_LENGTH) || name.equals(HeaderName.HOST)) {
                throw rules.malformed("trailer field " + name + ": expected in the header (RFC 9110 §6.5.1)");
            }
        }
        return trailers.build();
    }

    private Http2Event judge(FieldList list, boolean endsStream) throws StreamFault {
        boolean regular = false;
        for (var field : list.fields()) {
            if (field.name().startsWith(":")) {
                if (regular) {
                    throw malformed(field.name() + " behind a field: expected before all of them (RFC 9113 §8.3)");
                }
                pseudo(field);
            } else {
                if (!regular) {
                    regular = true;
                    putAuthority();
                }
                regular(checked(field), field.value());
            }
        }
        if (!regular) {
            putAuthority();
        }
        if (list.isTooLarge() || count > limits.fieldCount()) {
            return refusal(
                    Status.REQUEST_HEADER_FIELDS_TOO_LARGE,
                    "expected at most " + limits.listSize() + " bytes and " + limits.fieldCount()
                            + " fields (RFC 6585 §5)");
        }
        var verb = method();
        var target = target(verb);
        checkAuthority();
        long length = bodyLength(endsStream);
        var refused = refusal(verb, target, length);
        return refused != null
                ? refused
                : new Http2Event.Head(
                        stream, verb, target, protocol, allHeaders(), length, expectsContinue && !endsStream);
    }

    // ------------------------------------------------------------------------------------------ fields

    private void pseudo(Field field) throws StreamFault {
        var value = field.value();
        switch (field.name()) {
            case ":method" -> method = once(method, field);
            case ":scheme" -> scheme = once(scheme, field);
            case ":authority" -> authority = once(authority, field);
            case ":path" -> path = once(path, field);
            case ":protocol" -> protocol = once(protocol, field);
            default ->
                throw malformed("pseudo-header field " + Octets.quoted(field.name())
                        + ": expected :method, :scheme, :authority or :path (RFC 9113 §8.3)");
        }
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) <= ' ' || value.charAt(i) >= 0x7f) {
                throw malformed(
                        field.name() + " " + Octets.quoted(value) + ": expected visible characters (RFC 9113 §8.3.1)");
            }
        }
    }

    private String once(@Nullable String before, Field field) throws StreamFault {
        if (before != null) {
            throw malformed("a second " + field.name() + ": expected one (RFC 9113 §8.3)");
        }
        return field.value();
    }

    /// The name of a field that is neither a pseudo-header field nor one of a connection.
    private HeaderName checked(Field field) throws StreamFault {
        var name = field.header();
        if (name == null) {
            throw malformed(
                    "field name " + Octets.quoted(field.name()) + ": expected a token in lower case (RFC 9113 §8.2.1)");
        }
        switch (name.lowerCase()) {
            case "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade" ->
                throw malformed("field " + name + ": expected none that concerns a connection (RFC 9113 §8.2.2)");
            case "te" -> {
                if (!field.value().equalsIgnoreCase("trailers")) {
                    throw malformed("TE " + Octets.quoted(field.value()) + ": expected trailers (RFC 9113 §8.2.2)");
                }
            }
            default -> {}
        }
        return name;
    }

    private void regular(HeaderName name, String value) throws StreamFault {
        if (name.equals(HeaderName.COOKIE)) {
            cookie(value);
            return;
        }
        count++;
        if (name.equals(HeaderName.HOST)) {
            if (host != null) {
                throw malformed("a second Host: expected one (RFC 9110 §7.2)");
            }
            host = value;
            if (authority != null) {
                return; // stands there already, or is another, which is malformed
            }
        } else if (name.equals(HeaderName.CONTENT_LENGTH)) {
            if (contentLength != null) {
                throw malformed("a second Content-Length: expected one (RFC 9113 §8.1.1)");
            }
            contentLength = value;
        } else if (name.equals(HeaderName.EXPECT)) {
            expectation(value);
        } else if (name.equals(HeaderName.PRIORITY)) {
            stream.priority = Priority.of(value);
        }
        add(headers, name, value);
    }

    /// Puts `Host` before the other fields, where HTTP/1 clients have it: what `:authority` says.
    private void putAuthority() throws StreamFault {
        if (authority != null) {
            add(headers, HeaderName.HOST, authority);
        }
    }

    /// Cookies may come in pieces (RFC 9113 §8.2.3).
    private void cookie(String value) {
        if (cookies == null) {
            cookies = new StringBuilder(value);
            cookiesAt = headers.size();
            count++;
        } else {
            cookies.append(COOKIE_DELIMITER).append(value);
        }
    }

    private void expectation(String value) {
        if (value.equalsIgnoreCase("100-continue")) {
            expectsContinue = true;
        } else if (!value.isEmpty()) {
            unknownExpectation = value;
        }
    }

    private void add(Headers.Builder to, HeaderName name, String value) throws StreamFault {
        int last = value.length() - 1;
        if (last >= 0 && (isSpace(value.charAt(0)) || isSpace(value.charAt(last)))) {
            throw malformed("value of " + name + ": expected no space around it (RFC 9113 §8.2.1)");
        }
        try {
            to.add(name, value);
        } catch (IllegalArgumentException e) {
            throw malformed(e.getMessage() + " (RFC 9113 §8.2.1)");
        }
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t';
    }

    // ------------------------------------------------------------------------------------------ the request

    private String method() throws StreamFault {
        var given = method;
        if (given == null || !isToken(given)) {
            throw malformed(
                    given == null
                            ? "no :method: expected one (RFC 9113 §8.3.1)"
                            : ":method " + Octets.quoted(given) + ": expected a token (RFC 9110 §9.1)");
        }
        return given;
    }

    private static boolean isToken(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!HeaderName.isTokenCharacter(text.charAt(i))) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    private String target(String verb) throws StreamFault {
        if (verb.equals("CONNECT") && protocol == null) {
            if (scheme != null || path != null) {
                throw malformed("CONNECT with :scheme or :path: expected neither (RFC 9113 §8.5)");
            }
            if (authority == null || !Authority.isHostAndPort(authority)) {
                throw malformed(":authority of CONNECT: expected host:port (RFC 9113 §8.5)");
            }
            return authority;
        }
        if (protocol != null && !verb.equals("CONNECT")) {
            throw malformed(":protocol with another method: expected CONNECT (RFC 8441 §4)");
        }
        if (protocol != null && (protocol.isEmpty() || !protocol.chars().allMatch(RequestRules::isProtocolCharacter))) {
            throw malformed(":protocol " + Octets.quoted(protocol) + ": expected a protocol name (RFC 8441 §4)");
        }
        if (scheme == null || scheme.isEmpty()) {
            throw malformed("no :scheme: expected one (RFC 9113 §8.3.1)");
        }
        var given = path;
        boolean wellFormed = given != null
                && !given.isEmpty()
                && given.indexOf('#') < 0
                && (given.charAt(0) == '/' || (given.equals("*") && verb.equals("OPTIONS")));
        if (given == null || !wellFormed) {
            throw malformed(":path " + (given == null ? "is missing" : Octets.quoted(given))
                    + ": expected /path, or * for OPTIONS (RFC 9113 §8.3.1)");
        }
        return given;
    }

    private static boolean isProtocolCharacter(int c) {
        return c == '/' || HeaderName.isTokenCharacter(c);
    }

    /// `:authority` and `Host` say the same, and one of them is there (RFC 9113 §8.3.1).
    private void checkAuthority() throws StreamFault {
        var said = authority == null ? host : authority;
        if (said == null) {
            throw malformed("neither :authority nor Host: expected one (RFC 9113 §8.3.1)");
        }
        if (host != null && authority != null && !host.equalsIgnoreCase(authority)) {
            throw malformed("Host " + Octets.quoted(host) + " and :authority " + Octets.quoted(authority)
                    + ": expected the same (RFC 9113 §8.3.1)");
        }
        if (!Authority.isHost(said)) {
            throw malformed("authority " + Octets.quoted(said) + ": expected host or host:port (RFC 9113 §8.3.1)");
        }
    }

    private long bodyLength(boolean endsStream) throws StreamFault {
        if (contentLength == null) {
            return endsStream ? 0 : Http2Event.Head.UNKNOWN;
        }
        long length = 0;
        for (int i = 0; i < contentLength.length(); i++) {
            int digit = contentLength.charAt(i) - '0';
            if (digit < 0 || digit > 9 || length > (Long.MAX_VALUE - digit) / 10) {
                length = -1;
                break;
            }
            length = length * 10 + digit;
        }
        if (length < 0 || contentLength.isEmpty() || (endsStream && length > 0)) {
            throw malformed("Content-Length " + Octets.quoted(contentLength) + ": expected "
                    + (endsStream ? "0 where no body comes" : "decimal digits up to " + Long.MAX_VALUE)
                    + " (RFC 9113 §8.1.1)");
        }
        return length;
    }

    private @Nullable Http2Event refusal(String verb, String target, long length) {
        if (verb.length() > limits.methodSize()) {
            return refusal(
                    Status.NOT_IMPLEMENTED,
                    "method " + Octets.quoted(verb) + ": expected at most " + limits.methodSize()
                            + " bytes (RFC 9110 §15.6.2)");
        }
        if (target.length() > limits.targetSize()) {
            return refusal(
                    Status.URI_TOO_LONG,
                    "target " + Octets.quoted(target) + ": expected at most " + limits.targetSize()
                            + " bytes (RFC 9110 §15.5.15)");
        }
        if (length > limits.bodySize()) {
            return refusal(
                    Status.CONTENT_TOO_LARGE,
                    "Content-Length " + length + ": expected at most " + limits.bodySize() + " (RFC 9110 §15.5.14)");
        }
        return unknownExpectation == null
                ? null
                : refusal(
                        Status.EXPECTATION_FAILED,
                        "Expect " + Octets.quoted(unknownExpectation) + ": expected 100-continue (RFC 9110 §10.1.1)");
    }

    private Http2Event refusal(Status status, String why) {
        return new Http2Event.Refusal(stream, method == null ? "GET" : method, status, why);
    }

    /// The fields, with one `Cookie` where its first piece stood.
    private Headers allHeaders() throws StreamFault {
        var others = headers.build();
        if (cookies == null) {
            return others;
        }
        var all = Headers.builder();
        for (int i = 0; i <= others.size(); i++) {
            if (i == cookiesAt) {
                add(all, HeaderName.COOKIE, cookies.toString());
            }
            if (i < others.size()) {
                all.add(others.name(i), others.value(i));
            }
        }
        return all.build();
    }

    private StreamFault malformed(String message) {
        return new StreamFault(stream.id(), ErrorCode.PROTOCOL_ERROR, message);
    }
}
