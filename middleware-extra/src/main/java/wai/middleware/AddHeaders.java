package wai.middleware;

import static java.util.Objects.requireNonNull;

import wai.Headers;
import wai.Middleware;
import wai.Response;
import wai.field.Fields;

/// Adds header fields to every response.
///
/// {@snippet file="wai/middleware/Samples.java" region="add-headers"}
///
/// A raw response has them on its head and on its fallback.
public final class AddHeaders {
    private AddHeaders() {}

    /// Appends fields behind those of the application; earlier values stay.
    ///
    /// @param fields the fields, duplicates kept
    /// @return the middleware
    public static Middleware of(Headers fields) {
        requireNonNull(fields, "fields");
        return Middleware.onResponse(response -> Fields.edited(response, headers -> headers.adding(fields)));
    }

    /// Adds the fields whose name the application has not set itself.
    ///
    /// @param fields the fields; several of one name come all or not at all
    /// @return the middleware
    public static Middleware unlessSet(Headers fields) {
        requireNonNull(fields, "fields");
        return Middleware.onResponse(
                (Response response) -> Fields.edited(response, headers -> Fields.addingMissing(headers, fields)));
    }
}
