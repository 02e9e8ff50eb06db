package wai.middleware;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import wai.Application;
import wai.Bytes;
import wai.ClientDisconnectedException;
import wai.HeaderName;
import wai.Headers;
import wai.Middleware;
import wai.Request;
import wai.Response;
import wai.Status;
import wai.StatusException;
import wai.spi.Exchange;

/// Answers in the application's place when it throws: with a page, a problem document, or what shows a developer why.
///
/// {@snippet file="wai/middleware/Samples.java" region="error-pages"}
///
/// Only what is thrown *before* the response can be answered; a response that fails in its middle is cut, as
/// everywhere. A client that left gets nothing. What was thrown is not lost: it goes to the [System.Logger]
/// `wai.errors`, with the request. Responses that the application gives itself, errors too, stay as they are.
public final class ErrorPages implements Middleware {
    private static final System.Logger LOG = System.getLogger("wai.errors");

    private final Page page;
    private final Report report;

    private ErrorPages(Page page, Report report) {
        this.page = page;
        this.report = report;
    }

    /// Makes the response to a failure.
    @FunctionalInterface
    public interface Page {
        /// The response.
        ///
        /// @param request the request
        /// @param status 413 for a body that is too large, else 500
        /// @param failure what was thrown; not for the client's eyes, unless it is the developer
        /// @return the response
        /// @throws Exception whatever goes wrong; the handler then answers in its own way
        Response answer(Request request, Status status, Throwable failure) throws Exception;
    }

    /// Takes what was thrown.
    @FunctionalInterface
    public interface Report {
        /// Takes a failure.
        ///
        /// @param request the request
        /// @param failure what was thrown
        void failed(Request request, Throwable failure);
    }

    /// With a page of one's own.
    ///
    /// @param page makes the response
    /// @return the middleware
    public static ErrorPages by(Page page) {
        return new ErrorPages(requireNonNull(page, "page"), ErrorPages::log);
    }

    /// With a problem document (RFC 9457), `application/problem+json`: status and title, and nothing of the failure.
    ///
    /// @return the middleware
    public static ErrorPages problemJson() {
        return by((_, status, _) -> Response.of(
                status,
                Headers.of(
                        HeaderName.CONTENT_TYPE, "application/problem+json",
                        HeaderName.CACHE_CONTROL, "no-store"),
                Bytes.utf8("{\"type\":\"about:blank\",\"title\":\"" + status.reason() + "\",\"status\":" + status.code()
                        + "}")));
    }

    /// For development: the failure with its causes, the lines of source where it came from, and the request, as HTML
    /// for browsers and as text for others. **Never in production**: it shows what the program is made of.
    ///
    /// Fields that carry secrets are left out.
    ///
    /// @param sources folders of source code, `src/main/java` for example, to show lines from
    /// @return the middleware
    public static ErrorPages development(Path... sources) {
        return by(new DevelopmentPage(sources));
    }

    /// Sets who is told of failures, instead of the logger.
    ///
    /// @param newReport takes each; called on the request's thread
    /// @return the changed copy
    public ErrorPages reportingTo(Report newReport) {
        return new ErrorPages(page, requireNonNull(newReport, "report"));
    }

    /// {@inheritDoc}
    @Override
    public Application wrap(Application inner) {
        requireNonNull(inner, "inner");
        return (request, respond) -> {
            var responded = new AtomicBoolean();
            try {
                return inner.handle(request, response -> {
                    responded.set(true);
                    return respond.with(response);
                });
            } catch (ClientDisconnectedException | InterruptedException gone) {
                throw gone;
            } catch (Exception | StackOverflowError | AssertionError | LinkageError failure) {
                if (responded.get()) {
                    throw failure;
                }
                report.failed(request, failure);
                return respond.with(page.answer(request, Exchange.statusFor(failure), failure));
            }
        };
    }

    private static void log(Request request, Throwable failure) {
        if (failure instanceof StatusException refusal && refusal.isOfTheClient()) {
            LOG.log(System.Logger.Level.DEBUG, () -> request + " refused: " + failure.getMessage());
        } else {
            LOG.log(System.Logger.Level.ERROR, () -> request + " failed", failure);
        }
    }
}
