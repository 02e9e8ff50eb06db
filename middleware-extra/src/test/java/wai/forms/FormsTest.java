package wai.forms;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static wai.forms.Multipart.post;
import static wai.forms.Multipart.utf8;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import wai.HeaderName;
import wai.Headers;
import wai.Query;
import wai.Request;
import wai.Response;
import wai.Status;
import wai.test.TestClient;

class FormsTest {
    private static final String URL_ENCODED = "application/x-www-form-urlencoded";
    private static final String MULTIPART = "multipart/form-data; boundary=b";
    private static final Forms FORMS = Forms.defaults().withFileStore(FileStore.memory());

    private static final String UPLOAD = """
        --b\r
        Content-Disposition: form-data; name="title"\r
        \r
        1+1 = %32\r
        --b\r
        content-disposition: FORM-DATA; Name=photo; FileName="a;b\\".png"\r
        Content-Type: image/png\r
        \r
        \u0089PNG\r
        \r
        --b\r
        Content-Disposition: form-data; name="title"\r
        \r
        \r
        --b\r
        Content-Disposition: form-data; name="empty"; filename=""\r
        Content-Type: application/octet-stream\r
        \r
        \r
        --b--\r
        """;

    // ------------------------------------------------------------------------------------------ multipart

    @ParameterizedTest(name = "in pieces of {0} bytes")
    @ValueSource(ints = {1, 2, 7, 64, 1000})
    void readsParametersAndFilesInOrder(int pieces) throws Exception {
        try (var form = FORMS.read(post(MULTIPART, UPLOAD, pieces))) {
            assertThat(form.parameters())
                    .containsExactly(new Query.Parameter("title", "1+1 = %32"), new Query.Parameter("title", ""));
            assertThat(form.first("title")).hasValue("1+1 = %32");
            assertThat(form.all("title")).containsExactly("1+1 = %32", "");
            assertThat(form.first("photo")).isEmpty();
            assertThat(form.files()).hasSize(1);
            var photo = form.file("photo").orElseThrow();
            assertThat(photo.sentFileName()).isEqualTo("a;b\".png");
            assertThat(photo.fileName()).isEqualTo("a;b_.png");
            assertThat(photo.contentType()).isEqualTo("image/png");
            assertThat(photo.size()).isEqualTo(6);
            assertThat(photo.bytes().toByteArray()).isEqualTo(Multipart.bytes("\u0089PNG\r\n"));
            assertThat(photo.headers().first(HeaderName.CONTENT_TYPE)).hasValue("image/png");
            assertThat(form.file("empty")).isEmpty();
            assertThat(form).hasToString("Form[parameters=[title, title], files=[photo: a;b_.png (6 bytes)]]");
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "multipart/form-data; boundary=\"b\"",
                "Multipart/Form-Data; charset=utf-8; boundary=b",
                "multipart/form-data;boundary=b;x=\"y;boundary=c\""
            })
    void findsTheBoundary(String type) throws Exception {
        try (var form = FORMS.read(post(type, UPLOAD))) {
            assertThat(form.files()).hasSize(1);
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "multipart/form-data",
                "multipart/form-data; boundary=\"\"",
                "multipart/form-data; boundary=\"b \"",
                "multipart/form-data; boundary=\"a\u00e4\"",
                "multipart/form-data; boundary=b; boundary=c",
                "multipart/form-data; boundary=0123456789012345678901234567890123456789012345678901234567890123456789x"
            })
    void refusesABoundaryThatIsNone(String type) {
        assertRefused(post(type, UPLOAD), 400, "oundary");
    }

    @Test
    void takesTheLongestBoundary() throws Exception {
        var boundary = "0123456789".repeat(7);

        try (var form =
                FORMS.read(post("multipart/form-data; boundary=" + boundary, UPLOAD.replace("--b", "--" + boundary)))) {
            assertThat(form.files()).hasSize(1);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badParts")
    void refusesABadPart(String header, int status, String reason) {
        assertRefused(post(MULTIPART, "--b\r\n" + header + "\r\n\r\nx\r\n--b--"), status, reason);
    }

    static List<Arguments> badParts() {
        var named = "Content-Disposition: form-data; name=n";
        return List.of(
                Arguments.of("A: b", 400, "a part has 0 fields Content-Disposition: expected one (RFC 7578 §4.2)"),
                Arguments.of(named + "\r\n" + named, 400, "a part has 2 fields Content-Disposition: expected one"),
                Arguments.of("Content-Disposition: attachment; name=n", 400, "expected form-data (RFC 7578 §4.2)"),
                Arguments.of("Content-Disposition: form-data", 400, "expected a name (RFC 7578 §4.2)"),
                Arguments.of("Content-Disposition: form-data; filename=f", 400, "expected a name (RFC 7578 §4.2)"),
                Arguments.of("Content-Disposition: form-data; name=\"n", 400, "expected a closing quote"),
                Arguments.of(named + "; filename=\"a\"b\"", 400, "expected ; behind the value of filename"),
                Arguments.of(named + "; filename*=UTF-8''%zz", 400, "expected two hex digits"),
                Arguments.of(named + "\r\nContent-Transfer-Encoding: base64", 415, "expected none (RFC 7578 §4.7)"),
                Arguments.of(named + "\r\nContent-Type: text/plain; charset=klingon", 415, "charset is not known"),
                Arguments.of(named + "\r\nContent-Type: text/plain; charset=\"?\"", 415, "charset is not known"),
                Arguments.of(named + "\r\nContent-Type: text/plain; charset", 400, "expected = behind"));
    }

    @Test
    void refusesAFormWithoutItsEnd() {
        assertRefused(post(MULTIPART, UPLOAD.substring(0, UPLOAD.length() - 4)), 400, "without the boundary");
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource(
            quoteCharacter = '§',
            value = {
                "filename*=UTF-8''na%C3%AFve.txt, naïve.txt",
                "filename=\"plain.txt\"; filename*=UTF-8''na%C3%AFve.txt, naïve.txt",
                "filename=\"plain.txt\", plain.txt"
            })
    void takesTheExtendedNameOfAFileBeforeThePlainOne(String parameters, String name) throws Exception {
        var body = "--b\r\nContent-Disposition: form-data; name=f; " + parameters + "\r\n\r\nx\r\n--b--";

        try (var form = FORMS.read(post(MULTIPART, body))) {
            assertThat(form.file("f").orElseThrow().sentFileName()).isEqualTo(name);
            assertThat(form.file("f").orElseThrow().contentType()).isEqualTo("application/octet-stream");
        }
    }

    // ------------------------------------------------------------------------------------------ charsets

    @Test
    void readsUtf8Throughout() throws Exception {
        var body = utf8("--b\r\nContent-Disposition: form-data; name=\"ä\"\r\n\r\n€\r\n--b\r\n"
                + "Content-Disposition: form-data; name=\"ö\"; filename=\"ü\"\r\n\r\n€\r\n--b--");

        try (var form = FORMS.read(post(MULTIPART, body))) {
            assertThat(form.first("ä")).hasValue("€");
            assertThat(form.file("ö").orElseThrow().sentFileName()).isEqualTo("ü");
            assertThat(form.file("ö").orElseThrow().bytes().utf8()).isEqualTo("€");
        }
    }

    @Test
    void readsTheCharsetOfThePage() throws Exception {
        var body = "--b\r\nContent-Disposition: form-data; name=\"\u00e4\"\r\n\r\n\u00f6\r\n--b--";

        try (var form = FORMS.withCharset(ISO_8859_1).read(post(MULTIPART, body))) {
            assertThat(form.first("ä")).hasValue("ö");
        }
    }

    @Test
    void readsTheCharsetThatAParameterNames() throws Exception {
        var body = "--b\r\nContent-Disposition: form-data; name=\"n\"\r\nContent-Type: text/plain; charset=windows-1252"
                + "\r\n\r\n\u0080\r\n--b--";

        try (var form = FORMS.read(post(MULTIPART, body))) {
            assertThat(form.first("n")).hasValue("€");
        }
    }

    @Test
    void readsWhatFollowsTheParameterCharsetInIt() throws Exception {
        var body = "--b\r\nContent-Disposition: form-data; name=\"_charset_\"\r\n\r\nwindows-1252\r\n"
                + "--b\r\nContent-Disposition: form-data; name=\"\u00e4\"\r\n\r\n\u0080\r\n--b--";

        try (var form = FORMS.read(post(MULTIPART, body, 1))) {
            assertThat(form.first("_charset_")).hasValue("windows-1252");
            assertThat(form.first("ä")).hasValue("€");
        }
    }

    @Test
    void refusesAParameterCharsetThatNamesNone() {
        var body = "--b\r\nContent-Disposition: form-data; name=\"_charset_\"\r\n\r\nklingon\r\n--b--";

        assertRefused(post(MULTIPART, body), 415, "_charset_: this charset is not known");
    }

    // ------------------------------------------------------------------------------------------ URL-encoded

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "a=1&b=2&a=3, a=1|b=2|a=3",
        "a, a=",
        "a=, a=",
        "=a, =a",
        "&&a=1&&, a=1",
        "a=b=c, a=b=c",
        "a+b=c+d%2Be, a b=c d+e",
        "a=1;b=2, a=1;b=2",
        "a=%e2%82%ac, a=€",
        "a=%, a=%",
        "a=%2, a=%2",
        "a=%zz, a=%zz",
        "a=%ff, a=\ufffd",
        "a=%26%3d, a=&="
    })
    void readsUrlEncodedParameters(String body, String expected) throws Exception {
        try (var form = FORMS.read(post(URL_ENCODED, body))) {
            var seen = new ArrayList<String>();
            form.parameters().forEach(parameter -> seen.add(parameter.name() + "=" + parameter.value()));

            assertThat(String.join("|", seen)).isEqualTo(expected);
        }
    }

    @Test
    void readsUrlEncodedParametersInTheCharsetOfTheType() throws Exception {
        try (var form = FORMS.read(post(URL_ENCODED + "; charset=windows-1252", "a=%80"))) {
            assertThat(form.first("a")).hasValue("€");
        }
    }

    // ------------------------------------------------------------------------------------------ what is no form

    @Test
    void aRequestWithoutABodyHasAnEmptyForm() throws Exception {
        for (var request : List.of(
                Request.builder("GET", "/?a=1").build(),
                post(URL_ENCODED, ""),
                post("application/json", ""),
                withoutType(""))) {
            try (var form = FORMS.read(request)) {
                assertThat(form.parameters()).isEmpty();
                assertThat(form.files()).isEmpty();
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"application/json", "text/plain", "multipart/mixed; boundary=b", "nonsense"})
    void refusesOtherTypes(String type) {
        assertRefused(
                post(type, "x"), 415, "no form: expected application/x-www-form-urlencoded or multipart/form-data");
    }

    @Test
    void refusesABodyWithoutAType() {
        assertRefused(withoutType("x"), 415, "no form");
    }

    @Test
    void refusesSeveralTypes() {
        var request = post(URL_ENCODED, "a=1");

        assertRefused(
                request.withHeaders(request.headers().adding(HeaderName.CONTENT_TYPE, "text/plain")),
                400,
                "several fields Content-Type");
    }

    @Test
    void refusesAnUnknownCharset() {
        assertRefused(post(URL_ENCODED + "; charset=klingon", "a=1"), 415, "charset is not known");
    }

    // ------------------------------------------------------------------------------------------ entry by entry

    @Test
    void handsOutEntriesAndSkipsWhatIsLeftUnread() throws Exception {
        var seen = new ArrayList<String>();

        FORMS.each(post(MULTIPART, UPLOAD, 3), part -> {
            seen.add(part.name() + " " + part.isFile() + " " + part.fileName().orElse("-") + " " + part.contentType());
            if (part.isFile()) {
                seen.add("" + part.content().read());
            }
        });

        assertThat(seen)
                .containsExactly(
                        "title false - text/plain",
                        "photo true a;b_.png image/png",
                        "137",
                        "title false - text/plain",
                        "empty true file application/octet-stream",
                        "-1");
    }

    @Test
    void anEntryEndsWithItsTurn() throws Exception {
        var parts = new ArrayList<FormPart>();

        FORMS.each(post(URL_ENCODED, "a=1&b=2"), parts::add);

        assertThat(parts).hasSize(2);
        assertThatThrownBy(() -> parts.getFirst().text()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aFileIsNoText() {
        assertThatThrownBy(() -> FORMS.each(post(MULTIPART, UPLOAD), FormPart::text))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("file photo");
    }

    private static Request withoutType(String body) {
        return Request.builder("POST", "/")
                .headers(Headers.EMPTY)
                .body(new java.io.ByteArrayInputStream(Multipart.bytes(body)), OptionalLong.empty())
                .build();
    }

    private static void assertRefused(Request request, int status, String reason) {
        assertThatThrownBy(() -> FORMS.read(request))
                .isInstanceOfSatisfying(
                        FormException.class, e -> assertThat(e.status().code()).isEqualTo(status))
                .hasMessageContaining(reason);
    }

    @Test
    void aFormThatCannotBeReadIsAnsweredByItsStatusWhenItIsLetPass() {
        var client = TestClient.of((request, respond) -> {
            try (var form =
                    FORMS.withLimits(FormLimits.defaults().withParameters(1)).read(request)) {
                return respond.with(Response.text(Status.OK, "" + form));
            }
        });

        assertThat(client.request("POST", "/")
                        .header("Content-Type", "text/plain")
                        .body("x")
                        .send()
                        .status()
                        .code())
                .isEqualTo(415);
        assertThat(client.request("POST", "/")
                        .form("a", "1", "b", "2")
                        .send()
                        .status()
                        .code())
                .isEqualTo(413);
    }
}
