package wai.forms;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import wai.ContentTooLargeException;
import wai.Request;

/// The entries of `application/x-www-form-urlencoded` (URL standard §5.1), which are all in memory.
///
/// Parameters are separated by `&` alone, not by `;` as in [wai.Query]: two readers that disagree about that are a way
/// to smuggle a parameter past the first. A `%` without two hex digits is itself, as browsers have it.
final class UrlEncodedReader implements PartSource {
    private final byte[] body;
    private final Charset charset;
    private final FormCount count;

    private int at;
    private byte[] value = {};
    private int read;

    private UrlEncodedReader(byte[] body, Charset charset, FormLimits limits) {
        this.body = body;
        this.charset = charset;
        this.count = new FormCount(limits.withParameterBytes(Integer.MAX_VALUE)); // counted as they were sent
    }

    /// Reads a body to its end.
    static UrlEncodedReader of(Request request, Charset charset, FormLimits limits) throws IOException {
        try {
            return new UrlEncodedReader(
                    request.readBody(limits.parameterBytes()).toByteArray(), charset, limits);
        } catch (ContentTooLargeException e) {
            if (e.limit() != limits.parameterBytes()) {
                throw e; // another limit, which says its own
            }
            throw FormException.tooLarge("the form has more than " + e.limit() + " bytes of parameters");
        }
    }

    /// A form without entries.
    static UrlEncodedReader empty() {
        return new UrlEncodedReader(new byte[0], UTF_8, FormLimits.defaults());
    }

    @Override
    public @Nullable PartHead next() throws FormException {
        while (at < body.length && body[at] == '&') {
            at++;
        }
        if (at == body.length) {
            value = new byte[0];
            read = 0;
            return null;
        }
        int end = indexOf('&', at, body.length);
        int equals = indexOf('=', at, end);
        var name = new String(decoded(at, equals), charset);
        value = decoded(Math.min(equals + 1, end), end);
        read = 0;
        at = end;
        var head = PartHead.parameter(name, charset);
        count.begin(head);
        return head;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        int some = Math.min(length, value.length - read);
        if (some == 0) {
            return -1;
        }
        System.arraycopy(value, read, target, offset, some);
        read += some;
        return some;
    }

    private int indexOf(char wanted, int from, int to) {
        int index = from;
        while (index < to && body[index] != wanted) {
            index++;
        }
        return index;
    }

    private byte[] decoded(int from, int to) {
        var decoded = new ByteArrayOutputStream(to - from);
        for (int i = from; i < to; i++) {
            byte b = body[i];
            if (b == '%' && i + 2 < to && HexFormat.isHexDigit(body[i + 1]) && HexFormat.isHexDigit(body[i + 2])) {
                decoded.write(HexFormat.fromHexDigit(body[i + 1]) << 4 | HexFormat.fromHexDigit(body[i + 2]));
                i += 2;
            } else {
                decoded.write(b == '+' ? ' ' : b);
            }
        }
        return decoded.toByteArray();
    }
}
