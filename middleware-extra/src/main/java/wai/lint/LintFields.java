package wai.lint;

import static wai.HeaderName.ACCESS_CONTROL_ALLOW_ORIGIN;
import static wai.HeaderName.AGE;
import static wai.HeaderName.ALLOW;
import static wai.HeaderName.CONTENT_DISPOSITION;
import static wai.HeaderName.CONTENT_ENCODING;
import static wai.HeaderName.CONTENT_LOCATION;
import static wai.HeaderName.CONTENT_RANGE;
import static wai.HeaderName.CONTENT_TYPE;
import static wai.HeaderName.DATE;
import static wai.HeaderName.ETAG;
import static wai.HeaderName.EXPIRES;
import static wai.HeaderName.LAST_MODIFIED;
import static wai.HeaderName.LOCATION;
import static wai.HeaderName.RETRY_AFTER;
import static wai.HeaderName.SERVER;
import static wai.HeaderName.SET_COOKIE;
import static wai.HeaderName.STRICT_TRANSPORT_SECURITY;
import static wai.HeaderName.UPGRADE;
import static wai.HeaderName.VARY;
import static wai.HeaderName.WWW_AUTHENTICATE;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import wai.Body;
import wai.Bytes;
import wai.HeaderName;
import wai.Headers;
import wai.Response;
import wai.spi.HttpDate;
import wai.spi.Rule;

/// What a good response says in its header fields, one method per rule.
final class LintFields {
    /// Response fields that have one value (RFC 9110 §5.3); Content-Length has a rule of its own.
    private static final List<HeaderName> SINGLE = List.of(
            ACCESS_CONTROL_ALLOW_ORIGIN,
            AGE,
            CONTENT_DISPOSITION,
            CONTENT_LOCATION,
            CONTENT_RANGE,
            CONTENT_TYPE,
            DATE,
            ETAG,
            EXPIRES,
            LAST_MODIFIED,
            LOCATION,
            RETRY_AFTER,
            SERVER,
            STRICT_TRANSPORT_SECURITY);

    private static final List<HeaderName> DATES = List.of(DATE, LAST_MODIFIED, EXPIRES);

    /// RFC 9110 §8.8.3.
    private static final Pattern TAG = Pattern.compile("(W/)?\"[\\x21\\x23-\\x7e\\x80-\\xff]*\"");

    private static final String COOKIE_OCTETS = "[\\x21\\x23-\\x2b\\x2d-\\x3a\\x3c-\\x5b\\x5d-\\x7e]*";

    /// cookie-name, `=`, cookie-value, and then the end or attributes (RFC 6265 §4.1.1).
    private static final Pattern COOKIE = Pattern.compile(
            "[!#$%&'*+.^_`|~0-9A-Za-z-]+=" + ("(" + COOKIE_OCTETS + "|\"" + COOKIE_OCTETS + "\")") + "[ \\t]*(;.*)?");

    private LintFields() {}

    static List<LintProblem> problems(Response response) {
        var problems = new ArrayList<LintProblem>();
        contentType(response).ifPresent(problems::add);
        doubled(response.headers(), problems);
        tags(response.headers(), problems);
        missing(response).ifPresent(problems::add);
        dates(response.headers(), problems);
        bodiless(response).ifPresent(problems::add);
        vary(response.headers()).ifPresent(problems::add);
        cookies(response.headers(), problems);
        return problems;
    }

    private static Optional<LintProblem> contentType(Response response) {
        return hasContent(response)
                        && !isBodiless(response)
                        && !response.status().isInformational()
                        && !response.headers().contains(CONTENT_TYPE)
                ? Optional.of(LintProblem.of(
                        Rule.FLD_CONTENT_TYPE,
                        "status " + response.status().code() + " with content and without Content-Type",
                        "set Content-Type; application/octet-stream when nothing better is known (RFC 9110 §8.3)"))
                : Optional.empty();
    }

    private static void doubled(Headers headers, List<LintProblem> problems) {
        for (var name : SINGLE) {
            int count = headers.all(name).size();
            if (count > 1) {
                problems.add(new LintProblem(
                        Rule.FLD_SINGLE,
                        name.lowerCase(),
                        "field " + name + " stands " + count + " times",
                        "set it with withHeader, which replaces, and not with adding (RFC 9110 §5.3)"));
            }
        }
    }

    private static void tags(Headers headers, List<LintProblem> problems) {
        for (var tag : headers.all(ETAG)) {
            if (!TAG.matcher(tag).matches()) {
                problems.add(new LintProblem(
                        Rule.FLD_ETAG,
                        tag,
                        LintProblem.shown(ETAG, tag),
                        "put the tag into double quotes, with W/ in front of them when it is weak (RFC 9110 §8.8.3)"));
            }
        }
    }

    private static Optional<LintProblem> missing(Response response) {
        var required = required(response);
        return required == null || response.headers().contains(required)
                ? Optional.empty()
                : Optional.of(LintProblem.of(
                        Rule.FLD_REQUIRED,
                        "status " + response.status().code() + " without " + required,
                        "set " + required + " (RFC 9110 §15)"));
    }

    /// The field that a status asks for. The Content-Range of a file is added by the handler.
    private static @Nullable HeaderName required(Response response) {
        return switch (response.status().code()) {
            case 206 -> response.body() instanceof Body.File || isMultipart(response.headers()) ? null : CONTENT_RANGE;
            case 301, 302, 303, 307, 308 -> LOCATION;
            case 401 -> WWW_AUTHENTICATE;
            case 405 -> ALLOW;
            case 416 -> CONTENT_RANGE;
            case 426 -> UPGRADE;
            default -> null;
        };
    }

    private static void dates(Headers headers, List<LintProblem> problems) {
        for (var name : DATES) {
            for (var value : headers.all(name)) {
                if (!isDate(value)) {
                    problems.add(new LintProblem(
                            Rule.FLD_DATES,
                            name.lowerCase() + value,
                            LintProblem.shown(name, value),
                            "write it as Sun, 06 Nov 1994 08:49:37 GMT (RFC 9110 §5.6.7)"));
                }
            }
        }
    }

    /// Whether a text is a date of the one form that may be sent; recipients read two old ones besides.
    private static boolean isDate(String text) {
        return HttpDate.parse(text, Instant.EPOCH).map(HttpDate::format).equals(Optional.of(text));
    }

    private static Optional<LintProblem> bodiless(Response response) {
        return isBodiless(response) && hasContent(response)
                ? Optional.of(LintProblem.of(
                        Rule.FLD_BODILESS,
                        "status " + response.status().code() + " with a body",
                        "give Bytes.EMPTY, or another status (RFC 9110 §6.4.1)"))
                : Optional.empty();
    }

    private static Optional<LintProblem> vary(Headers headers) {
        boolean coded = headers.elements(CONTENT_ENCODING).stream().anyMatch(coding -> !coding.equals("identity"));
        boolean varies = headers.elements(VARY).stream()
                .anyMatch(name -> name.equals("*") || name.equalsIgnoreCase("Accept-Encoding"));
        return coded && !varies
                ? Optional.of(LintProblem.of(
                        Rule.FLD_VARY,
                        "a Content-Encoding without Vary: Accept-Encoding",
                        "add Accept-Encoding to Vary, also where nothing was encoded (RFC 9110 §12.5.5)"))
                : Optional.empty();
    }

    private static void cookies(Headers headers, List<LintProblem> problems) {
        for (var cookie : headers.all(SET_COOKIE)) {
            if (!COOKIE.matcher(cookie).matches()) {
                int equals = cookie.indexOf('=');
                problems.add(new LintProblem(
                        Rule.FLD_COOKIE,
                        cookie,
                        equals < 0
                                ? "a Set-Cookie without an equals sign"
                                : "a Set-Cookie whose name is no token or whose value has blanks, quotes, commas or"
                                        + " backslashes",
                        "begin with name=value and encode what RFC 6265 §4.1.1 does not allow in it"));
            }
        }
    }

    private static boolean hasContent(Response response) {
        return switch (response.body()) {
            case Bytes bytes -> bytes.length() > 0;
            case Body.File _, Body.Stream _ -> true;
            case Body.Raw _ -> false;
        };
    }

    private static boolean isBodiless(Response response) {
        int code = response.status().code();
        return code == 204 || code == 205 || code == 304;
    }

    private static boolean isMultipart(Headers headers) {
        return headers.first(CONTENT_TYPE, "").toLowerCase(Locale.ROOT).startsWith("multipart/byteranges");
    }
}
