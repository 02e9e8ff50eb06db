package wai.cgi.gateway;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import wai.HeaderName;
import wai.Headers;
import wai.HttpVersion;
import wai.Request;
import wai.Status;
import wai.cgi.settings.CgiSettings;
import wai.spi.RequestFraming;

/// Makes a request of meta-variables (RFC 3875 §4.1).
///
/// Header fields have gone through names of variables, so their case is made up and `_` cannot be told from `-`.
/// `Proxy` never reaches an application, nor the framing of the message, which the web server has undone.
final class RequestReader {
    private final Variables variables;
    private final FieldNames names;
    /// What the client speaks; null until that was asked for.
    private @Nullable HttpVersion version;

    RequestReader(Variables variables, FieldNames names) {
        this.variables = variables;
        this.names = names;
    }

    /// Everything but the body and the live side.
    ///
    /// @param facts what the variables say of the connection
    /// @param scriptNameCounts as for [Target#of]
    Request.Builder read(ConnectionFacts facts, CgiSettings settings, boolean scriptNameCounts) throws GatewayFault {
        var target = Target.of(variables, settings.mount(), scriptNameCounts);
        try {
            var headers = headers();
            checkExpectation(headers);
            return Request.builder(required("REQUEST_METHOD"), target.raw())
                    .path(target.segments())
                    .version(version())
                    .headers(headers)
                    .scheme(isSecure() ? "https" : "http")
                    .remoteAddress(facts.remoteAddress());
        } catch (IllegalArgumentException e) {
            throw new GatewayFault(Status.BAD_REQUEST, String.valueOf(e.getMessage()));
        }
    }

    private void checkExpectation(Headers headers) throws GatewayFault {
        if (headers.contains(HeaderName.EXPECT)
                && RequestFraming.refusal(version(), headers)
                        .filter(Status.EXPECTATION_FAILED::equals)
                        .isPresent()) {
            throw new GatewayFault(
                    Status.EXPECTATION_FAILED,
                    "HTTP_EXPECT \"" + shown(headers.first(HeaderName.EXPECT, "")) + "\": expected 100-continue"
                            + " (RFC 9110 §10.1.1)");
        }
    }

    /// How long the body is: what `CONTENT_LENGTH` says; without it 0, or not known where the client sent a body
    /// without telling its length, which then ends with the input.
    OptionalLong bodyLength() throws GatewayFault {
        var text = variables.get("CONTENT_LENGTH");
        if (text.isEmpty()) {
            return hasUndeclaredBody() ? OptionalLong.empty() : OptionalLong.of(0);
        }
        if (!isLength(text)) {
            throw new GatewayFault(
                    Status.BAD_REQUEST,
                    "CONTENT_LENGTH \"" + shown(text) + "\": expected at most 18 digits (RFC 3875 §4.1.2)");
        }
        return OptionalLong.of(Long.parseLong(text));
    }

    private static boolean isLength(String text) {
        boolean isLength = text.length() <= 18;
        for (int i = 0; isLength && i < text.length(); i++) {
            isLength = text.charAt(i) >= '0' && text.charAt(i) <= '9';
        }
        return isLength;
    }

    /// A chunked body on HTTP/1.1; on HTTP/2 and HTTP/3, where a length is optional, any method that may have one.
    private boolean hasUndeclaredBody() throws GatewayFault {
        if (variables.has("HTTP_TRANSFER_ENCODING")) {
            return true;
        }
        return switch (version()) {
            case HTTP_1_0, HTTP_1_1 -> false;
            case HTTP_2, HTTP_3 -> {
                var method = variables.get("REQUEST_METHOD");
                yield !method.equals("GET") && !method.equals("HEAD");
            }
        };
    }

    private String required(String name) throws GatewayFault {
        var value = variables.get(name);
        if (value.isEmpty()) {
            throw new GatewayFault(Status.BAD_REQUEST, name + " is missing (RFC 3875 §4.1)");
        }
        return value;
    }

    /// What the client speaks.
    HttpVersion version() throws GatewayFault {
        var known = version;
        if (known == null) {
            version = known = readVersion();
        }
        return known;
    }

    private HttpVersion readVersion() throws GatewayFault {
        var protocol = variables.get("SERVER_PROTOCOL");
        return switch (protocol) {
            case "HTTP/1.0" -> HttpVersion.HTTP_1_0;
            case "", "HTTP/1.1", "INCLUDED" -> HttpVersion.HTTP_1_1; // a part of a page (RFC 3875 §4.1.16)
            case "HTTP/2", "HTTP/2.0" -> HttpVersion.HTTP_2;
            case "HTTP/3", "HTTP/3.0" -> HttpVersion.HTTP_3;
            default ->
                throw new GatewayFault(
                        Status.HTTP_VERSION_NOT_SUPPORTED,
                        "SERVER_PROTOCOL \"" + shown(protocol)
                                + "\": expected HTTP/1.0, HTTP/1.1, HTTP/2.0 or HTTP/3.0 (RFC 3875 §4.1.16)");
        };
    }

    private boolean isSecure() {
        var https = variables.get("HTTPS");
        return (!https.isEmpty() && !https.equalsIgnoreCase("off") && !https.equals("0"))
                || variables.get("REQUEST_SCHEME").equalsIgnoreCase("https");
    }

    private Headers headers() {
        var headers = Headers.builder();
        variables.forEachField((name, value) -> {
            if (!isDropped(name)) {
                headers.add(names.of(name), value);
            }
        });
        if (variables.has("CONTENT_TYPE")) {
            headers.add(HeaderName.CONTENT_TYPE, variables.get("CONTENT_TYPE"));
        }
        if (variables.has("CONTENT_LENGTH") && !saysNoBodyForWantOfOne()) {
            headers.add(HeaderName.CONTENT_LENGTH, variables.get("CONTENT_LENGTH"));
        }
        return headers.build();
    }

    private boolean isDropped(String name) {
        return switch (name) {
            // Programs, and what they start, take the variable for the proxy they shall use (CVE-2016-5385).
            case "HTTP_PROXY" -> true;
            // The web server has undone it (RFC 3875 §4.2).
            case "HTTP_TRANSFER_ENCODING", "HTTP_CONTENT_LENGTH" -> true;
            case "HTTP_CONTENT_TYPE" -> variables.has("CONTENT_TYPE");
            default -> false;
        };
    }

    /// SCGI demands a length of 0 for a request without a body, and lighttpd tells it by every protocol; the client
    /// then sent no such field.
    private boolean saysNoBodyForWantOfOne() {
        return variables.get("CONTENT_LENGTH").equals("0")
                && (variables.has("SCGI") || variables.get("SERVER_SOFTWARE").startsWith("lighttpd/"))
                && !variables.has("HTTP_CONTENT_LENGTH");
    }

    private static String shown(String text) {
        return text.length() <= 40 ? text : text.substring(0, 40) + "…";
    }
}
