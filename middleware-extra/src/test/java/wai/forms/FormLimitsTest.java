package wai.forms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static wai.forms.Multipart.post;

import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Each limit, at it and one past it, however the bytes arrive.
class FormLimitsTest {
    private static final String URL_ENCODED = "application/x-www-form-urlencoded";
    private static final String MULTIPART = "multipart/form-data; boundary=b";

    private static Arguments limit(
            String name, UnaryOperator<FormLimits> limit, String type, String fits, String over, String reason) {
        return Arguments.of(name, limit.apply(FormLimits.defaults()), type, fits, over, reason);
    }

    static List<Arguments> limits() {
        return List.of(
                limit(
                        "name",
                        limits -> limits.withNameBytes(3),
                        MULTIPART,
                        parameter("äx", ""),
                        parameter("äxx", ""),
                        "the name of an entry of the form has more than 3 bytes"),
                limit(
                        "name, URL-encoded",
                        limits -> limits.withNameBytes(2),
                        URL_ENCODED,
                        "%61b=1",
                        "abc=1",
                        "the name of an entry of the form has more than 2 bytes"),
                limit(
                        "name of a file",
                        limits -> limits.withFileNameBytes(3),
                        MULTIPART,
                        file("f", "abc", ""),
                        file("f", "abcd", ""),
                        "the name of a file has more than 3 bytes"),
                limit(
                        "parameters",
                        limits -> limits.withParameters(2),
                        MULTIPART,
                        parameter("a", "").repeat(2),
                        parameter("a", "").repeat(3),
                        "the form has more than 2 parameters"),
                limit(
                        "parameters, URL-encoded",
                        limits -> limits.withParameters(2),
                        URL_ENCODED,
                        "a&b&&",
                        "a&b&c",
                        "the form has more than 2 parameters"),
                limit(
                        "no parameters",
                        limits -> limits.withParameters(0),
                        MULTIPART,
                        file("f", "f", "x"),
                        parameter("a", ""),
                        "the form has more than 0 parameters"),
                limit(
                        "bytes of parameters",
                        limits -> limits.withParameterBytes(5),
                        MULTIPART,
                        parameter("a", "bc") + file("f", "f", "a long one") + parameter("d", "e"),
                        parameter("a", "bc") + parameter("d", "ef"),
                        "the form has more than 5 bytes of parameters"),
                limit(
                        "bytes of parameters, URL-encoded",
                        limits -> limits.withParameterBytes(5),
                        URL_ENCODED,
                        "a=%41",
                        "a=%41b",
                        "the form has more than 5 bytes of parameters"),
                limit(
                        "files",
                        limits -> limits.withFiles(1),
                        MULTIPART,
                        file("f", "a", "x") + file("g", "", ""),
                        file("f", "a", "x") + file("g", "b", ""),
                        "the form has more than 1 files"),
                limit(
                        "files without names",
                        limits -> limits.withFiles(1),
                        MULTIPART,
                        file("f", "", "x"),
                        file("f", "", "x").repeat(2),
                        "the form has more than 1 files"),
                limit(
                        "no files",
                        limits -> limits.withFiles(0),
                        MULTIPART,
                        file("f", "", ""),
                        file("f", "a", ""),
                        "the form has more than 0 files"),
                limit(
                        "size of a file",
                        limits -> limits.withFileBytes(4),
                        MULTIPART,
                        file("f", "a", "\r\n-x").repeat(2),
                        file("f", "a", "\r\n--x"),
                        "a file has more than 4 bytes"),
                limit(
                        "size of all files",
                        limits -> limits.withTotalFileBytes(4),
                        MULTIPART,
                        file("f", "a", "xx").repeat(2),
                        file("f", "a", "xx") + file("f", "a", "xxx"),
                        "the form has more than 4 bytes of files"),
                limit(
                        "header lines",
                        limits -> limits.withHeaderLines(1),
                        MULTIPART,
                        parameter("a", ""),
                        parameter("a\r\nA: b", ""),
                        "a part has more than 1 header lines"),
                limit(
                        "header line",
                        limits -> limits.withHeaderLineBytes(64),
                        MULTIPART,
                        parameter("a".repeat(25), ""),
                        parameter("a".repeat(26), ""),
                        "a header line of a part is longer than 64 bytes"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("limits")
    void takesWhatIsAtTheLimitAndRefusesOneMore(
            String name, FormLimits limits, String type, String fits, String over, String reason) throws Exception {
        var forms = Forms.defaults().withLimits(limits).withFileStore(FileStore.memory());
        var end = type.equals(MULTIPART) ? "--b--\r\n" : "";

        for (int pieces : List.of(1, 2, 5, 100_000)) {
            forms.read(post(type, fits + end, pieces)).close();
            assertThatThrownBy(() -> forms.read(post(type, over + end, pieces)))
                    .as("%s in pieces of %s", name, pieces)
                    .isInstanceOfSatisfying(FormException.class, e -> {
                        assertThat(e.status().code()).isEqualTo(413);
                        assertThat(e.response().status().code()).isEqualTo(413);
                    })
                    .hasMessage(reason);
        }
    }

    @Test
    void aSmallParameterIsNotTooLargeBecauseALargeFileCameWithIt() throws Exception {
        var forms = Forms.defaults()
                .withLimits(FormLimits.defaults().withParameterBytes(10))
                .withFileStore(FileStore.memory());
        var body = parameter("a", "1") + file("f", "f", "x".repeat(10_000)) + parameter("b", "2") + "--b--";

        try (var form = forms.read(post(MULTIPART, body))) {
            assertThat(form.first("b")).hasValue("2");
        }
    }

    @Test
    void whatIsSkippedCountsToo() {
        var forms = Forms.defaults().withLimits(FormLimits.defaults().withFileBytes(10));
        var body = file("f", "f", "x".repeat(11)) + "--b--";

        assertThatThrownBy(() -> forms.each(post(MULTIPART, body), part -> {})).isInstanceOf(FormException.class);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("outOfRange")
    void refusesALimitOutOfItsRange(String message, UnaryOperator<FormLimits> limit) {
        assertThatThrownBy(() -> limit.apply(FormLimits.defaults()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    static List<Arguments> outOfRange() {
        return List.of(
                out("name bytes 0: expected 1 or more", limits -> limits.withNameBytes(0)),
                out("file name bytes 0: expected 1 or more", limits -> limits.withFileNameBytes(0)),
                out("parameters -1: expected 0 or more", limits -> limits.withParameters(-1)),
                out("parameter bytes -1: expected 0 or more", limits -> limits.withParameterBytes(-1)),
                out("files -1: expected 0 or more", limits -> limits.withFiles(-1)),
                out("file bytes -1: expected 0 or more", limits -> limits.withFileBytes(-1)),
                out("total file bytes -1: expected 0 or more", limits -> limits.withTotalFileBytes(-1)),
                out("header lines 0: expected 1 or more", limits -> limits.withHeaderLines(0)),
                out("header line bytes 63: expected 64 to 1048576", limits -> limits.withHeaderLineBytes(63)),
                out(
                        "header line bytes 1048577: expected 64 to 1048576",
                        limits -> limits.withHeaderLineBytes(1048577)));
    }

    private static Arguments out(String message, UnaryOperator<FormLimits> limit) {
        return Arguments.of(message, limit);
    }

    @Test
    void keepsTheOtherLimits() {
        var limits = FormLimits.defaults()
                .withNameBytes(1)
                .withFileNameBytes(2)
                .withParameters(3)
                .withParameterBytes(4)
                .withFiles(5)
                .withFileBytes(6)
                .withTotalFileBytes(7)
                .withHeaderLines(8)
                .withHeaderLineBytes(99);

        assertThat(List.of(
                        limits.nameBytes(),
                        limits.fileNameBytes(),
                        limits.parameters(),
                        limits.parameterBytes(),
                        limits.files(),
                        (int) limits.fileBytes(),
                        (int) limits.totalFileBytes(),
                        limits.headerLines(),
                        limits.headerLineBytes()))
                .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 99);
    }

    private static String parameter(String name, String value) {
        return Multipart.utf8(
                "--b\r\nContent-Disposition: form-data; name=" + quoted(name) + "\r\n\r\n" + value + "\r\n");
    }

    private static String quoted(String name) {
        return name.contains("\r") ? name : "\"" + name + "\"";
    }

    private static String file(String name, String fileName, String content) {
        return "--b\r\nContent-Disposition: form-data; name=" + name + "; filename=\"" + fileName + "\"\r\n\r\n"
                + content + "\r\n";
    }
}
