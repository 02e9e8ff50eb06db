package wai.lint;

import static wai.HeaderName.CONTENT_LENGTH;
import static wai.HeaderName.KEEP_ALIVE;
import static wai.HeaderName.PROXY_CONNECTION;
import static wai.HeaderName.TRANSFER_ENCODING;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import wai.Body;
import wai.Bytes;
import wai.HeaderName;
import wai.Headers;
import wai.Response;
import wai.spi.Rule;

/// What an application says about the framing of its response, which is the handler's.
final class LintFraming {
    private static final List<HeaderName> FRAMING = List.of(TRANSFER_ENCODING, KEEP_ALIVE, PROXY_CONNECTION);

    private LintFraming() {}

    static List<LintProblem> problems(String method, Response response) {
        var problems = new ArrayList<LintProblem>();
        length(method, response).ifPresent(problems::add);
        for (var name : FRAMING) {
            if (response.headers().contains(name)) {
                problems.add(new LintProblem(
                        Rule.RSP_TRANSFER_ENCODING,
                        name.lowerCase(),
                        "field " + name + " was set by an application",
                        "leave " + name + " out: the handler frames the message (RFC 9112 §6)"));
            }
        }
        if (response.status().isInformational() && !(response.body() instanceof Body.Raw)) {
            problems.add(LintProblem.of(
                    Rule.RSP_FINAL_STATUS,
                    "status " + response.status().code() + " was given as the final response",
                    "send it with Request.sendInformational, or answer raw"));
        }
        return problems;
    }

    /// The value of Content-Length, when there is one and it is valid.
    static OptionalLong declaredLength(Headers headers) {
        var values = headers.all(CONTENT_LENGTH);
        if (values.size() != 1) {
            return OptionalLong.empty();
        }
        var value = values.getFirst();
        boolean number =
                !value.isEmpty() && value.length() <= 18 && value.chars().allMatch(c -> c >= '0' && c <= '9');
        return number ? OptionalLong.of(Long.parseLong(value)) : OptionalLong.empty();
    }

    private static Optional<LintProblem> length(String method, Response response) {
        var status = response.status();
        boolean counts = response.headers().contains(CONTENT_LENGTH)
                && (response.body() instanceof Bytes || response.body() instanceof Body.Stream);
        if (!counts) {
            return Optional.empty();
        }
        var declared = declaredLength(response.headers());
        if (declared.isEmpty()) {
            return Optional.of(LintProblem.of(
                    Rule.RSP_CONTENT_LENGTH,
                    "Content-Length is " + response.headers().all(CONTENT_LENGTH),
                    "give one decimal number of at most 18 digits, or leave it to the handler (RFC 9110 §8.6)"));
        }
        // The answer to HEAD, and 304, say how long the content would be that they do not have.
        boolean stands = status.allowsContent() && status.code() != 205;
        if (stands
                && response.body() instanceof Bytes bytes
                && bytes.length() != declared.getAsLong()
                && !(method.equals("HEAD") && bytes.length() == 0)) {
            return Optional.of(LintProblem.of(
                    Rule.RSP_CONTENT_LENGTH,
                    "Content-Length is " + declared.getAsLong() + " and the body has " + bytes.length() + " bytes",
                    "leave Content-Length to the handler: it knows the length of bytes in memory"));
        }
        return Optional.empty();
    }
}
