package wai.test;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import wai.Bytes;
import wai.HeaderName;
import wai.Headers;
import wai.Status;

/// What can be said of a response; each method throws an [AssertionError] that shows the whole response.
///
/// What is said of a body holds for a complete one only: half a body is never the expected one.
public final class TestResponseAssert {
    private final TestResponse actual;
    private String description = "";

    TestResponseAssert(TestResponse actual) {
        this.actual = requireNonNull(actual, "actual");
    }

    /// Puts a text in front of the messages of the assertions that follow.
    ///
    /// @param newDescription what is being tested
    /// @return this
    public TestResponseAssert as(String newDescription) {
        description = "[" + newDescription + "] ";
        return this;
    }

    /// The status has that code.
    ///
    /// @param code 100 to 599
    /// @return this
    public TestResponseAssert hasStatus(int code) {
        return check(actual.status().code() == code, "status " + Status.of(code), actual.status());
    }

    /// The status has that code, whatever the reason.
    ///
    /// @param status the status
    /// @return this
    public TestResponseAssert hasStatus(Status status) {
        return check(actual.status().code() == status.code(), "status " + status, actual.status());
    }

    /// The reason phrase is that text.
    ///
    /// @param reason the phrase
    /// @return this
    public TestResponseAssert hasReason(String reason) {
        return check(actual.status().reason().equals(reason), "reason " + reason, actual.status());
    }

    /// The status is 200 to 299.
    ///
    /// @return this
    public TestResponseAssert isSuccessful() {
        return check(actual.status().code() / 100 == 2, "a status 2xx", actual.status());
    }

    /// The status is 301, 302, 303, 307 or 308, and `Location` is that text.
    ///
    /// @param location the expected field value, as it was sent
    /// @return this
    public TestResponseAssert redirectsTo(String location) {
        boolean redirects =
                switch (actual.status().code()) {
                    case 301, 302, 303, 307, 308 -> true;
                    default -> false;
                };
        return check(redirects, "a redirect", actual.status()).hasHeader("Location", location);
    }

    /// The media type is that one; parameters such as `charset` are not looked at unless they are given.
    ///
    /// @param type `text/html`, or `text/html; charset=utf-8` to compare the whole value
    /// @return this
    public TestResponseAssert hasContentType(String type) {
        var value = actual.headers().first(HeaderName.CONTENT_TYPE, "");
        var seen = type.indexOf(';') < 0 ? value.split(";", 2)[0].strip() : value;
        return check(seen.equalsIgnoreCase(type), "Content-Type " + type, value.isEmpty() ? "none" : value);
    }

    /// There is a header field of that name.
    ///
    /// @param name the name
    /// @return this
    public TestResponseAssert hasHeader(String name) {
        return check(!values(name).isEmpty(), "a header field " + name, "none");
    }

    /// A header field of that name has that value.
    ///
    /// @param name the name
    /// @param value the value
    /// @return this
    public TestResponseAssert hasHeader(String name, String value) {
        return check(values(name).contains(value), "header field " + name + ": " + value, values(name));
    }

    /// A header field of that name has that value.
    ///
    /// @param name the name
    /// @param value the value
    /// @return this
    public TestResponseAssert hasHeader(HeaderName name, String value) {
        return hasHeader(name.toString(), value);
    }

    /// All these header fields are there; others may be there too.
    ///
    /// @param fields the expected fields
    /// @return this
    public TestResponseAssert hasHeaders(Headers fields) {
        fields.forEach(this::hasHeader);
        return this;
    }

    /// There is no header field of that name.
    ///
    /// @param name the name
    /// @return this
    public TestResponseAssert hasNoHeader(String name) {
        return check(values(name).isEmpty(), "no header field " + name, values(name));
    }

    /// The whole body is that text, read in the charset of `Content-Type`, or UTF-8.
    ///
    /// @param text the text
    /// @return this
    public TestResponseAssert hasBody(String text) {
        return isComplete().check(actual.text().equals(text), "body \"" + text + "\"", "another");
    }

    /// The whole body is those bytes.
    ///
    /// @param bytes the bytes
    /// @return this
    public TestResponseAssert hasBody(Bytes bytes) {
        return isComplete()
                .check(actual.bytes().equals(bytes), "a body of " + bytes.length() + " bytes", difference(bytes));
    }

    /// The body is empty.
    ///
    /// @return this
    public TestResponseAssert hasEmptyBody() {
        return isComplete()
                .check(
                        actual.bytes().length() == 0,
                        "an empty body",
                        actual.bytes().length() + " bytes");
    }

    /// The body contains that text.
    ///
    /// @param text the text
    /// @return this
    public TestResponseAssert bodyContains(String text) {
        return isComplete().check(actual.text().contains(text), "a body that contains \"" + text + "\"", "another");
    }

    /// The body does not contain that text.
    ///
    /// @param text the text
    /// @return this
    public TestResponseAssert bodyDoesNotContain(String text) {
        return isComplete().check(!actual.text().contains(text), "a body without \"" + text + "\"", "one with it");
    }

    /// The whole body matches; a dot matches line ends too.
    ///
    /// @param pattern a regular expression ([Pattern])
    /// @return this
    public TestResponseAssert bodyMatches(String pattern) {
        boolean matches =
                Pattern.compile(pattern, Pattern.DOTALL).matcher(actual.text()).matches();
        return isComplete().check(matches, "a body that matches " + pattern, "another");
    }

    /// A trailer field of that name has that value.
    ///
    /// @param name the name
    /// @param value the value
    /// @return this
    public TestResponseAssert hasTrailer(String name, String value) {
        var seen = actual.trailers().all(HeaderName.of(name));
        return check(seen.contains(value), "trailer field " + name + ": " + value, seen);
    }

    /// An informational response of that code came before.
    ///
    /// @param code 100 or 102 to 199
    /// @return this
    public TestResponseAssert hasInformational(int code) {
        var seen = actual.informational().stream()
                .map(early -> early.status().code())
                .toList();
        return check(seen.contains(code), "an informational response " + code, seen);
    }

    /// The response sets a cookie of that value.
    ///
    /// @param name the name
    /// @param value the value
    /// @return this
    public TestResponseAssert setsCookie(String name, String value) {
        var seen = actual.cookies().stream()
                .filter(cookie -> cookie.name().equals(name))
                .map(Cookie::value)
                .toList();
        return check(seen.contains(value), "to set cookie " + name + "=" + value, seen);
    }

    /// The response does not set a cookie of that name.
    ///
    /// @param name the name
    /// @return this
    public TestResponseAssert setsNoCookie(String name) {
        boolean sets =
                actual.cookies().stream().anyMatch(cookie -> cookie.name().equals(name));
        return check(!sets, "not to set cookie " + name, "set");
    }

    /// The body came to its end.
    ///
    /// @return this
    public TestResponseAssert isComplete() {
        return check(actual.isComplete(), "a complete response", "an incomplete one");
    }

    /// The body was cut.
    ///
    /// @return this
    public TestResponseAssert isIncomplete() {
        return check(!actual.isComplete(), "an incomplete response", "a complete one");
    }

    /// The application threw an exception of that type.
    ///
    /// @param type the type
    /// @return this
    public TestResponseAssert failedWith(Class<? extends Throwable> type) {
        return check(
                actual.failure().filter(type::isInstance).isPresent(),
                "an exception " + type.getName(),
                actual.failure().map(Throwable::toString).orElse("none"));
    }

    /// The response is as it should be.
    ///
    /// @param expected what it should be, for the message
    /// @param condition holds for the response
    /// @return this
    public TestResponseAssert is(String expected, Predicate<TestResponse> condition) {
        return check(condition.test(actual), expected, "not so");
    }

    /// Fails, showing the response: for the branch that must not be taken.
    ///
    /// @param message why
    /// @return never
    public TestResponseAssert fails(String message) {
        throw new AssertionError(description + message + "\n\n" + actual);
    }

    private List<String> values(String name) {
        return actual.headers().all(HeaderName.of(name));
    }

    private String difference(Bytes expected) {
        int at = Arrays.mismatch(expected.toByteArray(), actual.bytes().toByteArray());
        return actual.bytes().length() + " bytes, the first difference at " + at;
    }

    private TestResponseAssert check(boolean holds, String expected, Object seen) {
        return holds ? this : fails("expected " + expected + " but was " + seen);
    }
}
