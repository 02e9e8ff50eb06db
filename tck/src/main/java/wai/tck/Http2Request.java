package wai.tck;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import wai.HeaderName;
import wai.Headers;
import wai.tck.http2.Field;

/// The head of a request as HTTP/2 has it (RFC 9113 §8.3.1).
///
/// @param method the method that the case gave
/// @param protocol what an extended CONNECT asks for; empty in a request of another kind
/// @param fields all lines, the pseudo-header fields first
/// @param bodySize how many bytes follow; [Http2Request#UNKNOWN] where nobody knows
record Http2Request(String method, Optional<String> protocol, List<Field> fields, long bodySize) {
    /// The body ends where the case says so.
    static final long UNKNOWN = -1;

    private static final String DEFAULT_AUTHORITY = "tck.test";

    /// What concerns a connection of HTTP/1 (RFC 9113 §8.2.2), or stands in a pseudo-header field.
    private static final Set<String> LEFT_OUT =
            Set.of("connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade", "host");

    /// @param secure whether the connection has TLS
    /// @param takesProtocols whether the server takes an extended CONNECT
    static Http2Request of(ClientRequest request, boolean secure, boolean takesProtocols) {
        var headers = request.headers();
        var protocol = takesProtocols ? offered(headers) : Optional.<String>empty();
        var fields = new ArrayList<Field>();
        fields.add(new Field(":method", protocol.isPresent() ? "CONNECT" : request.method()));
        protocol.ifPresent(each -> fields.add(new Field(":protocol", each)));
        fields.add(new Field(":scheme", secure ? "https" : "http"));
        fields.add(new Field(":authority", headers.first(HeaderName.HOST, DEFAULT_AUTHORITY)));
        fields.add(new Field(":path", request.target()));
        fields.addAll(regular(headers));
        if (request.content() instanceof ClientRequest.Content.Declared(long bytes)) {
            fields.add(new Field("content-length", Long.toString(bytes)));
        }
        long size =
                switch (request.content()) {
                    case ClientRequest.Content.None() -> protocol.isEmpty() ? 0 : UNKNOWN;
                    case ClientRequest.Content.Declared(long bytes) -> bytes;
                    case ClientRequest.Content.Chunked() -> UNKNOWN;
                };
        return new Http2Request(request.method(), protocol, List.copyOf(fields), size);
    }

    static List<Field> trailers(Headers trailers) {
        return regular(trailers);
    }

    private static List<Field> regular(Headers headers) {
        var fields = new ArrayList<Field>();
        headers.forEach((name, value) -> {
            var lower = name.toString().toLowerCase(Locale.ROOT);
            if (!LEFT_OUT.contains(lower)) {
                fields.add(new Field(lower, value));
            }
        });
        return fields;
    }

    /// The one protocol of an offer to upgrade: CONNECT asks for one.
    private static Optional<String> offered(Headers headers) {
        var protocols = headers.elements(HeaderName.UPGRADE);
        boolean named = headers.elements(HeaderName.CONNECTION).stream().anyMatch("upgrade"::equalsIgnoreCase);
        return named && protocols.size() == 1 ? Optional.of(protocols.getFirst()) : Optional.empty();
    }
}
