package wai.forms;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import wai.HeaderName;
import wai.Headers;
import wai.Request;

/// What tests send and see of multipart bodies.
final class Multipart {
    private Multipart() {}

    /// The bytes of a text: one per character, so that any byte can be written as `\u00ff`.
    static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }

    /// A text in UTF-8, each byte as a character, to be put into such a text.
    static String utf8(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), ISO_8859_1);
    }

    /// Runs the engine over pieces of input; what it finds as text, or the fault that ended it.
    static String transcript(FormLimits limits, String boundary, List<byte[]> pieces) {
        var seen = new StringBuilder();
        var content = new StringBuilder();
        try {
            var engine = new MultipartEngine(boundary, limits);
            for (var piece : pieces) {
                var input = ByteBuffer.wrap(piece);
                for (MultipartEvent event; (event = engine.nextEvent(input)) != MultipartEvent.Signal.NEED_INPUT; ) {
                    switch (event) {
                        case MultipartEvent.PartBegins(var headers) -> {
                            seen.append("part ").append(fields(headers)).append('\n');
                            content.setLength(0);
                        }
                        case MultipartEvent.Content(var bytes) -> content.append(ISO_8859_1.decode(bytes));
                        case MultipartEvent.Signal signal -> {
                            if (signal == MultipartEvent.Signal.PART_ENDS) {
                                seen.append("content ").append(content).append('\n');
                            }
                            seen.append(signal).append('\n');
                        }
                    }
                }
            }
            engine.endOfInput();
            return seen.append("complete").toString();
        } catch (FormException e) {
            return seen.append(e.status().code())
                    .append(' ')
                    .append(e.getMessage())
                    .toString();
        }
    }

    private static List<String> fields(Headers headers) {
        var fields = new ArrayList<String>();
        headers.forEach((name, value) -> fields.add(name + ": " + value));
        return fields;
    }

    /// A request with a body of that type, whose length is known.
    static Request post(String type, String body) {
        return post(type, new ByteArrayInputStream(bytes(body)), body.length());
    }

    /// A request with a body of that type, which comes in pieces of at most so many bytes.
    static Request post(String type, String body, int pieces) {
        var streams = new ArrayList<InputStream>();
        var all = bytes(body);
        for (int at = 0; at < all.length; at += pieces) {
            streams.add(new ByteArrayInputStream(all, at, Math.min(pieces, all.length - at)));
        }
        return post(type, new SequenceInputStream(java.util.Collections.enumeration(streams)), -1);
    }

    static Request post(String type, InputStream body, long length) {
        return Request.builder("POST", "/")
                .headers(Headers.of(HeaderName.CONTENT_TYPE, type))
                .body(body, length < 0 ? OptionalLong.empty() : OptionalLong.of(length))
                .build();
    }

    /// Parts with their headers and contents, put together as browsers do.
    static byte[] joined(String boundary, List<String> headers, List<byte[]> contents) {
        var body = new ByteArrayOutputStream();
        for (int i = 0; i < headers.size(); i++) {
            body.writeBytes(bytes("--" + boundary + "\r\n" + headers.get(i) + "\r\n\r\n"));
            body.writeBytes(contents.get(i));
            body.writeBytes(bytes("\r\n"));
        }
        body.writeBytes(bytes("--" + boundary + "--\r\n"));
        return body.toByteArray();
    }
}
