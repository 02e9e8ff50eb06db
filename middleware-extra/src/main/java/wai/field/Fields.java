package wai.field;

import java.util.function.UnaryOperator;
import wai.Body;
import wai.HeaderName;
import wai.Headers;
import wai.RawApplication;
import wai.Response;

/// Edits of header fields that look at what is there already.
public final class Fields {
    private Fields() {}

    /// Edits the fields of a response and, when it is raw, those of its fallback, each by what it has itself.
    ///
    /// @param response the response
    /// @param edit from the fields there are to those there shall be
    /// @return the edited response
    public static Response edited(Response response, UnaryOperator<Headers> edit) {
        var body = response.body() instanceof Body.Raw(Response fallback, RawApplication application)
                ? new Body.Raw(edited(fallback, edit), application)
                : response.body();
        return new Response(response.status(), edit.apply(response.headers()), body);
    }

    /// Adds the fields whose name is not there yet.
    ///
    /// @param headers the fields that are there
    /// @param more the others; several of one name come all or not at all
    /// @return both
    public static Headers addingMissing(Headers headers, Headers more) {
        for (int i = 0; i < more.size(); i++) {
            if (headers.contains(more.name(i))) {
                return addingSome(headers, more);
            }
        }
        return headers.adding(more); // as it is mostly
    }

    private static Headers addingSome(Headers headers, Headers more) {
        var all = headers.toBuilder();
        for (int i = 0; i < more.size(); i++) {
            if (!headers.contains(more.name(i))) {
                all.add(more.name(i), more.value(i));
            }
        }
        return all.build();
    }

    /// Has `Vary` name a request field, once (RFC 9110 §12.5.5).
    ///
    /// @param headers the fields of a response
    /// @param name the request field that the response depends on
    /// @return the fields, with one `Vary` that has all names
    public static Headers varying(Headers headers, HeaderName name) {
        if (!headers.contains(HeaderName.VARY)) {
            return headers.adding(HeaderName.VARY, name.toString());
        }
        var names = headers.elements(HeaderName.VARY);
        if (names.contains("*") || names.stream().anyMatch(name.toString()::equalsIgnoreCase)) {
            return headers;
        }
        var value = names.isEmpty() ? name.toString() : String.join(", ", names) + ", " + name;
        return headers.with(HeaderName.VARY, value);
    }
}
