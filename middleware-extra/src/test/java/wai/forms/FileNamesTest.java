package wai.forms;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FileNamesTest {
    @ParameterizedTest(name = "{0} becomes {1}")
    @MethodSource("names")
    void makesNamesHarmless(String sent, String name) {
        assertThat(FileNames.safe(sent)).isEqualTo(name);
    }

    static java.util.List<Arguments> names() {
        return java.util.List.of(
                Arguments.of("photo.jpg", "photo.jpg"),
                Arguments.of("Übung 1 (β).txt", "Übung 1 (β).txt"),
                Arguments.of("../../etc/passwd", "passwd"),
                Arguments.of("C:\\Users\\me\\a.txt", "a.txt"),
                Arguments.of("a/b\\c/d.txt", "d.txt"),
                Arguments.of("folder/", "file"),
                Arguments.of("", "file"),
                Arguments.of(".", "file"),
                Arguments.of("..", "file"),
                Arguments.of(". . .", "file"),
                Arguments.of(".htaccess", "htaccess"),
                Arguments.of("name. ", "name"),
                Arguments.of("a\u0000.jsp\n.txt", "a.jsp.txt"),
                Arguments.of("gpj\u202Etxt.exe", "gpjtxt.exe"),
                Arguments.of("a:b|c?d*e\"f<g>h", "a_b_c_d_e_f_g_h"));
    }
}
