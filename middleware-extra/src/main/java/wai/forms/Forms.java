package wai.forms;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static wai.HeaderName.CONTENT_TYPE;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import wai.Application;
import wai.Query;
import wai.Request;
import wai.Respond;
import wai.ResponseReceived;

/// Reads forms: what `<form>` and `FormData` send, `application/x-www-form-urlencoded` and `multipart/form-data`.
///
/// {@snippet file="wai/forms/FormsGuide.java" region="forms"}
///
/// - [#handling]: an application that gets the form; bad ones are answered, temporary files deleted.
/// - [#read]: the form as a whole, for who wants to look first whether to read it.
/// - [#each]: entry by entry while they arrive, for files of any size.
///
/// A request without a body has an empty form. Anything else that is no form is refused with 415.
public final class Forms {
    private static final String URL_ENCODED = "application/x-www-form-urlencoded";
    private static final String MULTIPART = "multipart/form-data";

    /// RFC 2046 §5.1.1. Never two of them in doubt, so it takes linear time.
    private static final Pattern BOUNDARY = Pattern.compile("[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]");

    private static final int MEMORY = 64 * 1024;

    private static final Forms DEFAULTS = new Forms(
            FormLimits.defaults(), FileStore.temporary(Path.of(System.getProperty("java.io.tmpdir")), MEMORY), UTF_8);

    private final FormLimits limits;
    private final FileStore store;
    private final Charset charset;

    private Forms(FormLimits limits, FileStore store, Charset charset) {
        this.limits = limits;
        this.store = store;
        this.charset = charset;
    }

    /// With default limits; files above 64 KiB go to the system's folder for temporary files; UTF-8.
    ///
    /// @return the defaults
    public static Forms defaults() {
        return DEFAULTS;
    }

    /// Sets how much is taken before a form is refused.
    ///
    /// @param newLimits the limits
    /// @return the changed settings
    public Forms withLimits(FormLimits newLimits) {
        return new Forms(requireNonNull(newLimits, "limits"), store, charset);
    }

    /// Sets where files go that [#read] and [#handling] meet.
    ///
    /// @param newStore [FileStore#memory()], [FileStore#temporary], or your own
    /// @return the changed settings
    public Forms withFileStore(FileStore newStore) {
        return new Forms(limits, requireNonNull(newStore, "store"), charset);
    }

    /// Sets the charset of names and values where the client names none: that of the page with the form.
    ///
    /// @param newCharset the charset
    /// @return the changed settings
    public Forms withCharset(Charset newCharset) {
        return new Forms(limits, store, requireNonNull(newCharset, "charset"));
    }

    /// An application that gets the form of each request. A form that cannot be read is answered with its
    /// [FormException#response()]; the form is closed when the application has ended, however it ended.
    ///
    /// @param application what to run
    /// @return the application
    public Application handling(Handler application) {
        requireNonNull(application, "application");
        return (request, respond) -> {
            Form form;
            try {
                form = read(request);
            } catch (FormException e) {
                return respond.with(e.response());
            }
            try (form) {
                return application.handle(request, form, respond);
            }
        };
    }

    /// Reads the form of a request to its end; blocks until it has come.
    ///
    /// @param request its body must not have been read
    /// @return the form, for the caller to close
    /// @throws FormException when the client is at fault; the exception has the answer
    /// @throws IOException when the client leaves, or a file cannot be stored
    public Form read(Request request) throws IOException {
        var parameters = new ArrayList<Query.Parameter>();
        var files = new ArrayList<FormFile>();
        try {
            var source = source(request);
            for (PartHead head; (head = source.next()) != null; ) {
                var part = new FormPart(head, source);
                if (head.isFile()) {
                    keep(new FormFile(head, store.store(part)), files);
                } else {
                    parameters.add(new Query.Parameter(part.name(), part.text()));
                }
                part.end();
            }
        } catch (Throwable t) {
            closeAfter(t, files);
            throw t;
        }
        return new Form(parameters, files);
    }

    /// Runs an action with each entry of a form, while they arrive. What the action leaves unread is skipped.
    ///
    /// {@snippet file="wai/forms/FormsGuide.java" region="each"}
    ///
    /// @param request its body must not have been read
    /// @param action takes one entry at a time, on the calling thread
    /// @throws FormException when the client is at fault; the exception has the answer. Entries before the fault have
    ///     been handed out by then
    /// @throws IOException when the client leaves
    /// @throws Exception what the action throws
    public void each(Request request, PartAction action) throws Exception {
        var source = source(request);
        for (PartHead head; (head = source.next()) != null; ) {
            var part = new FormPart(head, source);
            action.accept(part);
            part.end();
        }
    }

    /// An input in which no file was chosen is no file.
    private static void keep(FormFile file, List<FormFile> files) throws IOException {
        if (file.sentFileName().isEmpty() && file.size() == 0) {
            file.stored().close();
        } else {
            files.add(file);
        }
    }

    private static void closeAfter(Throwable thrown, List<FormFile> files) {
        try {
            Form.close(files);
        } catch (IOException e) {
            thrown.addSuppressed(e);
        }
    }

    private PartSource source(Request request) throws IOException {
        var types = request.headers().all(CONTENT_TYPE);
        if (types.size() > 1) {
            throw FormException.malformed("several fields Content-Type: expected one (RFC 9110 §8.3)");
        }
        if (types.isEmpty()) {
            return withoutType(request);
        }
        var type = FieldParameters.parse("Content-Type", types.getFirst());
        return switch (type.value()) {
            case MULTIPART -> new MultipartReader(request.body(), boundary(type), charset(type), limits);
            case URL_ENCODED -> UrlEncodedReader.of(request, charset(type), limits);
            default -> {
                if (request.bodyLength().orElse(-1) == 0) {
                    yield UrlEncodedReader.empty();
                }
                throw noForm();
            }
        };
    }

    /// Nothing needs no type.
    private static PartSource withoutType(Request request) throws IOException {
        if (request.bodyLength().orElse(-1) != 0 && request.body().read() >= 0) {
            throw noForm();
        }
        return UrlEncodedReader.empty();
    }

    private static FormException noForm() {
        return FormException.unsupported("no form: expected " + URL_ENCODED + " or " + MULTIPART);
    }

    private static String boundary(FieldParameters type) throws FormException {
        return type.get("boundary")
                .filter(value -> BOUNDARY.matcher(value).matches())
                .orElseThrow(() -> FormException.malformed(
                        "Content-Type: expected a boundary of 1 to 70 characters (RFC 2046 §5.1.1)"));
    }

    private Charset charset(FieldParameters type) throws FormException {
        var label = type.get("charset");
        return label.isPresent() ? PartHead.charset("Content-Type", label.get()) : charset;
    }

    /// An application that gets the form of its request.
    @FunctionalInterface
    public interface Handler {
        /// Answers a request.
        ///
        /// @param request the request; its body was read
        /// @param form the form; closed when this call ends
        /// @param respond sends the response
        /// @return what `respond.with` answered
        /// @throws Exception anything
        ResponseReceived handle(Request request, Form form, Respond respond) throws Exception;
    }

    /// Takes an entry of a form.
    @FunctionalInterface
    public interface PartAction {
        /// Takes one entry.
        ///
        /// @param part the entry, valid during this call
        /// @throws Exception anything; it ends the walk
        void accept(FormPart part) throws Exception;
    }
}
