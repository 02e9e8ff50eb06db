package wai.logging;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import wai.Headers;
import wai.Key;
import wai.Query;
import wai.Request;
import wai.Status;

/// What became of a request.
///
/// @param request the request, as it came to the logger; its body is not to be read any more
/// @param status the status that the client got
/// @param headers the fields of the response as the application gave them
/// @param bytes how many bytes of body were sent; empty for a raw connection
/// @param began when the request came to the logger
/// @param untilResponse how long until the response was begun; all of the time when there was none
/// @param total how long until its last byte was handed over
/// @param outcome how it ended
/// @param failure what the application threw; null when it returned
public record AccessEvent(
        Request request,
        Status status,
        Headers headers,
        OptionalLong bytes,
        Instant began,
        Duration untilResponse,
        Duration total,
        Outcome outcome,
        @Nullable Throwable failure) {
    private static final Key<List<Query.Parameter>> FORM = Key.named("form of an event");

    /// Checks that nothing is null but the failure.
    public AccessEvent {
        requireNonNull(request, "request");
        requireNonNull(status, "status");
        requireNonNull(headers, "headers");
        requireNonNull(bytes, "bytes");
        requireNonNull(began, "began");
        requireNonNull(untilResponse, "untilResponse");
        requireNonNull(total, "total");
        requireNonNull(outcome, "outcome");
    }

    /// The route that the request took, as noted inside ([RequestNotes]).
    ///
    /// @return a pattern; empty when nobody noted one
    public Optional<String> route() {
        return RequestNotes.route(request);
    }

    /// Who sent the request, as noted inside ([RequestNotes]).
    ///
    /// @return a name; empty when nobody noted one
    public Optional<String> user() {
        return RequestNotes.user(request);
    }

    /// The parameters of the form that the application read, as far as it did and up to 64 KiB; a file has `FILE: ` and
    /// its name for a value.
    ///
    /// @return the parameters in their order; none without a form, or when nobody asked for them
    ///     ([RequestLogger#withForms])
    public List<Query.Parameter> form() {
        return request.get(FORM).orElse(List.of());
    }

    /// A request that carries the parameters of its form.
    static Request withForm(Request request, List<Query.Parameter> parameters) {
        return parameters.isEmpty() ? request : request.with(FORM, parameters);
    }

    /// How a request ended.
    public enum Outcome {
        /// The whole response was handed over.
        COMPLETE,
        /// The application threw; the client got an error, or a response that was cut.
        FAILED,
        /// The client left before the end.
        DISCONNECTED
    }
}
