package wai.forms;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static wai.HeaderName.CONTENT_DISPOSITION;
import static wai.HeaderName.CONTENT_TYPE;

import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import wai.HeaderName;
import wai.Headers;

/// What the header of a part says (RFC 7578 §4).
///
/// @param name of the parameter or input
/// @param fileName as it was sent; null when the part is a parameter
/// @param contentType as it was sent, or its default
/// @param charset of a text
/// @param headers all fields
record PartHead(String name, @Nullable String fileName, String contentType, Charset charset, Headers headers) {
    private static final HeaderName CONTENT_TRANSFER_ENCODING = HeaderName.of("Content-Transfer-Encoding");

    /// The encodings that change nothing (RFC 2045 §6.2).
    private static final Set<String> IDENTITIES = Set.of("7bit", "8bit", "binary");

    /// Reads the fields of a part.
    ///
    /// @param headers each byte as the character of the same number
    /// @param charset of names, and of what does not name its own
    static PartHead of(Headers headers, Charset charset) throws FormException {
        var disposition = FieldParameters.parse("Content-Disposition", single(headers, CONTENT_DISPOSITION));
        if (!disposition.value().equals("form-data")) {
            throw FormException.malformed("Content-Disposition of a part: expected form-data (RFC 7578 §4.2)");
        }
        var name = disposition
                .get("name")
                .orElseThrow(() ->
                        FormException.malformed("Content-Disposition of a part: expected a name (RFC 7578 §4.2)"));
        checkEncoding(headers);
        var fileName = fileName(disposition, charset);
        var type = headers.first(CONTENT_TYPE, fileName == null ? "text/plain" : "application/octet-stream");
        var ownCharset = fileName == null ? textCharset(type, charset) : charset;
        return new PartHead(decoded(name, charset), fileName, type, ownCharset, headers);
    }

    /// A parameter of a URL-encoded form.
    static PartHead parameter(String name, Charset charset) {
        return new PartHead(name, null, "text/plain", charset, Headers.EMPTY);
    }

    /// The charset of that name.
    ///
    /// @param what has it, for the message
    static Charset charset(String what, String name) throws FormException {
        try {
            return Charset.forName(name);
        } catch (IllegalCharsetNameException | UnsupportedCharsetException _) { // their messages are the name
            throw FormException.unsupported(what + ": this charset is not known");
        }
    }

    boolean isFile() {
        return fileName != null;
    }

    private static String single(Headers headers, HeaderName name) throws FormException {
        var values = headers.all(name);
        if (values.size() != 1) {
            throw FormException.malformed(
                    "a part has " + values.size() + " fields " + name + ": expected one (RFC 7578 §4.2)");
        }
        return values.getFirst();
    }

    /// The extended form wins (RFC 6266 §4.3). RFC 7578 §4.2 forbids clients to send it here; those who do so mean it.
    private static @Nullable String fileName(FieldParameters disposition, Charset charset) throws FormException {
        var extended = disposition.parameters().get("filename*");
        if (extended != null) {
            return ExtendedValue.decode("filename*", extended);
        }
        var plain = disposition.parameters().get("filename");
        return plain == null ? null : decoded(plain, charset);
    }

    private static Charset textCharset(String type, Charset otherwise) throws FormException {
        var label = FieldParameters.parse("Content-Type of a part", type).get("charset");
        return label.isPresent() ? charset("Content-Type of a part", label.get()) : otherwise;
    }

    /// Browsers send none, and to decode it is not asked for (RFC 7578 §4.7); but encoded text must not pass for
    /// plain.
    private static void checkEncoding(Headers headers) throws FormException {
        for (var encoding : headers.all(CONTENT_TRANSFER_ENCODING)) {
            if (!IDENTITIES.contains(encoding.toLowerCase(Locale.ROOT))) {
                throw FormException.unsupported("Content-Transfer-Encoding of a part: expected none (RFC 7578 §4.7)");
            }
        }
    }

    private static String decoded(String latin, Charset charset) {
        return new String(latin.getBytes(ISO_8859_1), charset);
    }
}
