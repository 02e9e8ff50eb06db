package wai;

import static java.util.Objects.requireNonNull;

/// A status code and its reason phrase (RFC 9110 §15).
///
/// @param code 100 to 599
/// @param reason the phrase that HTTP/1 sends behind the code, without meaning; may be empty
public record Status(int code, String reason) {
    /// 100
    public static final Status CONTINUE = new Status(100, "Continue");
    /// 101
    public static final Status SWITCHING_PROTOCOLS = new Status(101, "Switching Protocols");
    /// 102 (RFC 2518)
    public static final Status PROCESSING = new Status(102, "Processing");
    /// 103 (RFC 8297)
    public static final Status EARLY_HINTS = new Status(103, "Early Hints");
    /// 200
    public static final Status OK = new Status(200, "OK");
    /// 201
    public static final Status CREATED = new Status(201, "Created");
    /// 202
    public static final Status ACCEPTED = new Status(202, "Accepted");
    /// 203
    public static final Status NON_AUTHORITATIVE_INFORMATION = new Status(203, "Non-Authoritative Information");
    /// 204
    public static final Status NO_CONTENT = new Status(204, "No Content");
    /// 205
    public static final Status RESET_CONTENT = new Status(205, "Reset Content");
    /// 206
    public static final Status PARTIAL_CONTENT = new Status(206, "Partial Content");
    /// 300
    public static final Status MULTIPLE_CHOICES = new Status(300, "Multiple Choices");
    /// 301
    public static final Status MOVED_PERMANENTLY = new Status(301, "Moved Permanently");
    /// 302
    public static final Status FOUND = new Status(302, "Found");
    /// 303
    public static final Status SEE_OTHER = new Status(303, "See Other");
    /// 304
    public static final Status NOT_MODIFIED = new Status(304, "Not Modified");
    /// 307
    public static final Status TEMPORARY_REDIRECT = new Status(307, "Temporary Redirect");
    /// 308
    public static final Status PERMANENT_REDIRECT = new Status(308, "Permanent Redirect");
    /// 400
    public static final Status BAD_REQUEST = new Status(400, "Bad Request");
    /// 401
    public static final Status UNAUTHORIZED = new Status(401, "Unauthorized");
    /// 402
    public static final Status PAYMENT_REQUIRED = new Status(402, "Payment Required");
    /// 403
    public static final Status FORBIDDEN = new Status(403, "Forbidden");
    /// 404
    public static final Status NOT_FOUND = new Status(404, "Not Found");
    /// 405
    public static final Status METHOD_NOT_ALLOWED = new Status(405, "Method Not Allowed");
    /// 406
    public static final Status NOT_ACCEPTABLE = new Status(406, "Not Acceptable");
    /// 407
    public static final Status PROXY_AUTHENTICATION_REQUIRED = new Status(407, "Proxy Authentication Required");
    /// 408
    public static final Status REQUEST_TIMEOUT = new Status(408, "Request Timeout");
    /// 409
    public static final Status CONFLICT = new Status(409, "Conflict");
    /// 410
    public static final Status GONE = new Status(410, "Gone");
    /// 411
    public static final Status LENGTH_REQUIRED = new Status(411, "Length Required");
    /// 412
    public static final Status PRECONDITION_FAILED = new Status(412, "Precondition Failed");
    /// 413
    public static final Status CONTENT_TOO_LARGE = new Status(413, "Content Too Large");
    /// 414
    public static final Status URI_TOO_LONG = new Status(414, "URI Too Long");
    /// 415
    public static final Status UNSUPPORTED_MEDIA_TYPE = new Status(415, "Unsupported Media Type");
    /// 416
    public static final Status RANGE_NOT_SATISFIABLE = new Status(416, "Range Not Satisfiable");
    /// 417
    public static final Status EXPECTATION_FAILED = new Status(417, "Expectation Failed");
    /// 421
    public static final Status MISDIRECTED_REQUEST = new Status(421, "Misdirected Request");
    /// 422
    public static final Status UNPROCESSABLE_CONTENT = new Status(422, "Unprocessable Content");
    /// 425 (RFC 8470)
    public static final Status TOO_EARLY = new Status(425, "Too Early");
    /// 426
    public static final Status UPGRADE_REQUIRED = new Status(426, "Upgrade Required");
    /// 428 (RFC 6585)
    public static final Status PRECONDITION_REQUIRED = new Status(428, "Precondition Required");
    /// 429 (RFC 6585)
    public static final Status TOO_MANY_REQUESTS = new Status(429, "Too Many Requests");
    /// 431 (RFC 6585)
    public static final Status REQUEST_HEADER_FIELDS_TOO_LARGE = new Status(431, "Request Header Fields Too Large");
    /// 451 (RFC 7725)
    public static final Status UNAVAILABLE_FOR_LEGAL_REASONS = new Status(451, "Unavailable For Legal Reasons");
    /// 500
    public static final Status INTERNAL_SERVER_ERROR = new Status(500, "Internal Server Error");
    /// 501
    public static final Status NOT_IMPLEMENTED = new Status(501, "Not Implemented");
    /// 502
    public static final Status BAD_GATEWAY = new Status(502, "Bad Gateway");
    /// 503
    public static final Status SERVICE_UNAVAILABLE = new Status(503, "Service Unavailable");
    /// 504
    public static final Status GATEWAY_TIMEOUT = new Status(504, "Gateway Timeout");
    /// 505
    public static final Status HTTP_VERSION_NOT_SUPPORTED = new Status(505, "HTTP Version Not Supported");
    /// 511 (RFC 6585)
    public static final Status NETWORK_AUTHENTICATION_REQUIRED = new Status(511, "Network Authentication Required");

    /// Checks both parts.
    ///
    /// @throws IllegalArgumentException when the code is not 100 to 599, or the reason has a control character or a
    ///     character above U+00FF (RFC 9112 §4)
    public Status {
        if (code < 100 || code > 599) {
            throw new IllegalArgumentException("status code " + code + ": expected 100 to 599 (RFC 9110 §15)");
        }
        requireNonNull(reason, "reason");
        for (int i = 0; i < reason.length(); i++) {
            char c = reason.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7f || c > 0xff) {
                throw new IllegalArgumentException(
                        "reason of status %d: character U+%04X at %d is not allowed (RFC 9112 §4)"
                                .formatted(code, (int) c, i));
            }
        }
    }

    /// The status with the registered reason phrase, or with an empty one when the code is not registered.
    ///
    /// @param code 100 to 599
    /// @return the status
    /// @throws IllegalArgumentException when the code is not 100 to 599
    public static Status of(int code) {
        return switch (code) {
            case 100 -> CONTINUE;
            case 101 -> SWITCHING_PROTOCOLS;
            case 102 -> PROCESSING;
            case 103 -> EARLY_HINTS;
            case 200 -> OK;
            case 201 -> CREATED;
            case 202 -> ACCEPTED;
            case 203 -> NON_AUTHORITATIVE_INFORMATION;
            case 204 -> NO_CONTENT;
            case 205 -> RESET_CONTENT;
            case 206 -> PARTIAL_CONTENT;
            case 300 -> MULTIPLE_CHOICES;
            case 301 -> MOVED_PERMANENTLY;
            case 302 -> FOUND;
            case 303 -> SEE_OTHER;
            case 304 -> NOT_MODIFIED;
            case 307 -> TEMPORARY_REDIRECT;
            case 308 -> PERMANENT_REDIRECT;
            case 400 -> BAD_REQUEST;
            case 401 -> UNAUTHORIZED;
            case 402 -> PAYMENT_REQUIRED;
            case 403 -> FORBIDDEN;
            case 404 -> NOT_FOUND;
            case 405 -> METHOD_NOT_ALLOWED;
            case 406 -> NOT_ACCEPTABLE;
            case 407 -> PROXY_AUTHENTICATION_REQUIRED;
            case 408 -> REQUEST_TIMEOUT;
            case 409 -> CONFLICT;
            case 410 -> GONE;
            case 411 -> LENGTH_REQUIRED;
            case 412 -> PRECONDITION_FAILED;
            case 413 -> CONTENT_TOO_LARGE;
            case 414 -> URI_TOO_LONG;
            case 415 -> UNSUPPORTED_MEDIA_TYPE;
            case 416 -> RANGE_NOT_SATISFIABLE;
            case 417 -> EXPECTATION_FAILED;
            case 421 -> MISDIRECTED_REQUEST;
            case 422 -> UNPROCESSABLE_CONTENT;
            case 425 -> TOO_EARLY;
            case 426 -> UPGRADE_REQUIRED;
            case 428 -> PRECONDITION_REQUIRED;
            case 429 -> TOO_MANY_REQUESTS;
            case 431 -> REQUEST_HEADER_FIELDS_TOO_LARGE;
            case 451 -> UNAVAILABLE_FOR_LEGAL_REASONS;
            case 500 -> INTERNAL_SERVER_ERROR;
            case 501 -> NOT_IMPLEMENTED;
            case 502 -> BAD_GATEWAY;
            case 503 -> SERVICE_UNAVAILABLE;
            case 504 -> GATEWAY_TIMEOUT;
            case 505 -> HTTP_VERSION_NOT_SUPPORTED;
            case 511 -> NETWORK_AUTHENTICATION_REQUIRED;
            default -> new Status(code, "");
        };
    }

    /// Whether the status is informational, 1xx (RFC 9110 §15.2).
    ///
    /// @return true for 100 to 199
    public boolean isInformational() {
        return code < 200;
    }

    /// Whether a response of this status can have content: not 1xx, 204 or 304 (RFC 9110 §6.4.1).
    ///
    /// @return false when the handler must not send a body, whatever the response holds
    public boolean allowsContent() {
        return code >= 200 && code != 204 && code != 304;
    }

    /// Code and reason: `404 Not Found`.
    @Override
    public String toString() {
        return reason.isEmpty() ? Integer.toString(code) : code + " " + reason;
    }
}
