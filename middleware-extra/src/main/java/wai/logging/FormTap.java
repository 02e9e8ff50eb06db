package wai.logging;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import wai.HeaderName;
import wai.Query;
import wai.Request;
import wai.forms.FormLimits;
import wai.forms.FormPart;
import wai.forms.Forms;

/// The body of a form on its way to the application, of which the beginning is remembered.
///
/// Nothing is read that the application does not read, and nothing waits. What was remembered is parsed when the
/// response has ended: a form that was read to its middle, or is longer, is told as far as it was seen.
final class FormTap extends FilterInputStream {
    /// Of a form.
    private static final int MOST = 64 * 1024;
    /// Of the characters of a value.
    private static final int LONGEST = 200;

    private static final Forms FORMS = Forms.defaults()
            .withLimits(FormLimits.defaults().withParameterBytes(MOST).withFileBytes(MOST));

    private final ByteArrayOutputStream seen = new ByteArrayOutputStream(); // synchronizes by itself

    private FormTap(InputStream body) {
        super(body);
    }

    /// A tap on the body of a form.
    ///
    /// @return the request with the tap as its body; the request itself when it is no form
    static Request on(Request request) {
        boolean form = request.headers()
                .first(HeaderName.CONTENT_TYPE)
                .map(type -> type.strip().toLowerCase(Locale.ROOT))
                .filter(type ->
                        type.startsWith("application/x-www-form-urlencoded") || type.startsWith("multipart/form-data"))
                .isPresent();
        return form ? request.withBody(new FormTap(request.body()), request.bodyLength()) : request;
    }

    /// The parameters that were seen, in order; files as `FILE: name`.
    ///
    /// @param tapped what [#on] answered
    static List<Query.Parameter> parameters(Request tapped) {
        if (!(tapped.body() instanceof FormTap tap) || tap.seen.size() == 0) {
            return List.of();
        }
        var bytes = tap.seen.toByteArray();
        var copy = tapped.withBody(new ByteArrayInputStream(bytes), OptionalLong.of(bytes.length));
        var parameters = new ArrayList<Query.Parameter>();
        try {
            FORMS.each(copy, part -> parameters.add(new Query.Parameter(part.name(), value(part))));
        } catch (Exception _) {
            // malformed, or not seen to its end: what came before is told
        }
        return List.copyOf(parameters);
    }

    private static String value(FormPart part) throws IOException {
        if (part.isFile()) {
            return "FILE: " + part.fileName().orElse("");
        }
        var text = part.text();
        return text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
    }

    @Override
    public int read() throws IOException {
        int next = in.read();
        if (next >= 0) {
            remember(new byte[] {(byte) next}, 0, 1);
        }
        return next;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int count = in.read(target, offset, length);
        remember(target, offset, count);
        return count;
    }

    private void remember(byte[] array, int offset, int count) {
        int room = MOST - seen.size();
        if (count > 0 && room > 0) {
            seen.write(array, offset, Math.min(count, room));
        }
    }
}
