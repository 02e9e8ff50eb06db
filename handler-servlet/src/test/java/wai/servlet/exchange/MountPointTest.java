package wai.servlet.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What an application sees of a path below the place where a container mounts it.
class MountPointTest {
    @ParameterizedTest(name = "{0}{1}: {2} is {3}")
    @CsvSource(
            delimiter = '|',
            value = {
                "''     | /*      | /a/b                  | a,b",
                "''     | /       | /a/b                  | a,b",
                "''     | *.do    | /a/b.do               | a,b.do",
                "''     | /*      | /a/../b               | a,..,b",
                "/ctx   | /*      | /ctx/a%20b            | a b",
                "/ctx   | /*      | /ctx/a%2Fb/c          | a/b,c",
                "/ctx   | /app/*  | /ctx/app/x//y         | x,'',y",
                "/ctx   | /app/*  | /ctx/app/x;v=1        | x;v=1",
                "/ctx   | /app/*  | /ctx;v=1/app;w/x      | x",
                "/ctx   | /app/*  | /%63tx/%61pp/x        | x",
                "/ctx   | /app/*  | /ctx//app/x           | x",
                "/ctx   | /app/*  | /ctx/other/../app/x   | x",
                "/ctx   | /app/*  | /x/%2e%2e/ctx/./app/x | x",
                "/ctx   | /app/*  | /ctx/app/../../x      | ..,..,x",
                "/ctx   | /exact  | /ctx/exact            | ",
                "/a b   | /*      | /a%20b/c              | c",
                "/50%25 | /*      | /50%2525/c            | c",
            })
    void seesWhatIsBelowTheMountPoint(String context, String pattern, String path, String segments) {
        var seen = new MountPoint(context, pattern).below(path);

        assertThat(seen).hasValueSatisfying(list -> assertThat(String.join(",", list))
                .isEqualTo(segments == null ? "" : segments.replace("'", "")));
    }

    @ParameterizedTest(name = "{0} is not below /ctx/app")
    @CsvSource({"/", "/ctx", "/ctx/other", "/ctx/application/x", "/ctx%2Fapp/x", "/app/x", "*", "/ctx/app2/../x"})
    void seesNothingElsewhere(String path) {
        assertThat(new MountPoint("/ctx", "/app/*").below(path)).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"/ctx/app", "/ctx/app/"})
    void hasTheMountPointItselfAsRoot(String path) {
        assertThat(new MountPoint("/ctx", "/app/*").below(path)).contains(List.of());
    }

    @Test
    void keepsTheSlashAtTheEnd() {
        assertThat(new MountPoint("/ctx", "/app/*").below("/ctx/app/a/")).contains(List.of("a", ""));
    }
}
