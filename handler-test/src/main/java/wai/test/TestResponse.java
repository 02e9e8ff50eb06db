package wai.test;

import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import wai.Bytes;
import wai.HeaderName;
import wai.Headers;
import wai.Status;
import wai.spi.ContractViolation;

/// A whole response as the client sees it: with `Content-Length` and `Date`, without a body for HEAD.
///
/// [Assertions#assertThat(TestResponse)] says what is expected of it.
public final class TestResponse {
    /// How much of a body [#toString()] shows, in characters.
    private static final int SHOWN = 2000;

    private static final Pattern CHARSET = Pattern.compile("(?i);\\s*charset\\s*=\\s*\"?([^\\s;\"]+)");

    private final Conversation conversation;
    private final Head head;
    private final Bytes body;
    private final SetCookie.Origin origin;
    private final Instant received;
    private final List<TestResponse> redirects;

    TestResponse(
            Conversation conversation,
            Head head,
            Bytes body,
            SetCookie.Origin origin,
            Instant received,
            List<TestResponse> redirects) {
        this.conversation = conversation;
        this.head = head;
        this.body = body;
        this.origin = origin;
        this.received = received;
        this.redirects = List.copyOf(redirects);
    }

    /// The status code and its reason.
    ///
    /// @return the status
    public Status status() {
        return head.status();
    }

    /// The header fields.
    ///
    /// @return the fields in order
    public Headers headers() {
        return head.headers();
    }

    /// The value of the first header field of that name.
    ///
    /// @param name the name, in whatever case
    /// @return the value; empty when there is no such field
    public Optional<String> header(String name) {
        return headers().first(HeaderName.of(name));
    }

    /// The body, or as much of it as came ([#isComplete()]).
    ///
    /// @return the bytes; none for HEAD
    public Bytes bytes() {
        return body;
    }

    /// The body, or as much of it as came, read in the charset of `Content-Type`, or in UTF-8 when that names none.
    ///
    /// @return the text; malformed input becomes U+FFFD
    /// @throws IllegalStateException when this Java does not know the charset
    public String text() {
        return new String(body.toByteArray(), charset());
    }

    /// The trailer fields (RFC 9110 §6.5).
    ///
    /// @return the fields; empty when there were none
    public Headers trailers() {
        return conversation.trailers();
    }

    /// The informational responses that came before, `100 Continue` included.
    ///
    /// @return the responses in order, unmodifiable
    public List<Informational> informational() {
        return conversation.informational();
    }

    /// The cookies that this response sets, those that a browser would refuse left out; one that deletes is expired.
    ///
    /// @return the cookies in order, unmodifiable
    public List<Cookie> cookies() {
        return headers().all(HeaderName.SET_COOKIE).stream()
                .flatMap(field -> SetCookie.parse(field, origin, received).stream())
                .toList();
    }

    /// Whether the body came to its end. A response that failed in the middle is never complete.
    ///
    /// @return false when something is missing
    public boolean isComplete() {
        return conversation.incomplete() == null;
    }

    /// What the application threw, for a client that is [TestClient#answeringErrors()]; other clients throw it.
    ///
    /// @return the exception; empty when there was none, or it happened in a server that the client did not start
    public Optional<Throwable> failure() {
        return Optional.ofNullable(conversation.failure());
    }

    /// What was agreed on with a server that speaks TLS: version, cipher suite, the certificates that it showed.
    ///
    /// @return the session; empty in memory and in the clear
    public Optional<SSLSession> tlsSession() {
        return Optional.ofNullable(conversation.tls());
    }

    /// What broke the contract, also what the application has caught, and also after the response was received.
    ///
    /// @return the violations so far in order, unmodifiable
    public List<ContractViolation> violations() {
        return conversation.violations();
    }

    /// The responses that led here, for a client that is [TestClient#followingRedirects()].
    ///
    /// @return the redirects in order, unmodifiable
    public List<TestResponse> redirects() {
        return redirects;
    }

    /// Request line, status, header fields and the beginning of the body: what failed assertions show.
    @Override
    public String toString() {
        var text = new StringBuilder();
        redirects.forEach(redirect -> text.append(redirect.conversation)
                .append(" was answered with ")
                .append(redirect.status())
                .append('\n'));
        text.append(conversation).append("\n\n");
        informational().forEach(early -> append(text, early.status().toString(), early.headers()));
        append(text, status().toString(), headers());
        var shown = isText() ? text() : body.length() + " bytes that are no text";
        text.append(shown, 0, Math.min(shown.length(), SHOWN));
        text.append(shown.length() > SHOWN ? "… (" + body.length() + " bytes)\n" : "\n");
        if (!trailers().isEmpty()) {
            append(text.append('\n'), "trailers", trailers());
        }
        if (!isComplete()) {
            text.append("INCOMPLETE: ").append(conversation.incomplete()).append('\n');
        }
        failure().ifPresent(thrown -> text.append("THROWN: ").append(thrown).append('\n'));
        violations()
                .forEach(broken ->
                        text.append("VIOLATION: ").append(broken.getMessage()).append('\n'));
        return text.toString();
    }

    TestResponse after(List<TestResponse> earlier) {
        return new TestResponse(conversation, head, body, origin, received, earlier);
    }

    private Charset charset() {
        var name = charsetName();
        if (name == null) {
            return StandardCharsets.UTF_8;
        }
        try {
            return Charset.forName(name);
        } catch (IllegalCharsetNameException | UnsupportedCharsetException unknown) {
            throw new IllegalStateException(
                    "charset \"" + name + "\" of Content-Type: not known to this Java; use bytes()", unknown);
        }
    }

    private @Nullable String charsetName() {
        var matcher = CHARSET.matcher(headers().first(HeaderName.CONTENT_TYPE, ""));
        return matcher.find() ? matcher.group(1) : null;
    }

    private boolean isText() {
        var name = charsetName();
        boolean readable;
        try {
            readable = name == null || Charset.isSupported(name);
        } catch (IllegalCharsetNameException _) {
            readable = false; // a message must not fail over the charset it reports
        }
        return readable && text().chars().noneMatch(c -> c == 0 || c == 0xfffd);
    }

    private static void append(StringBuilder text, String title, Headers fields) {
        text.append(title).append('\n');
        fields.forEach(
                (name, value) -> text.append(name).append(": ").append(value).append('\n'));
        text.append('\n');
    }
}
