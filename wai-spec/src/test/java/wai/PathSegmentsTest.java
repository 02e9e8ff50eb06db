package wai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import wai.testing.Property;

class PathSegmentsTest {
    static Stream<Arguments> paths() {
        return Stream.of(
                Arguments.of("", List.of()),
                Arguments.of("/", List.of()),
                Arguments.of("/a", List.of("a")),
                Arguments.of("/a/", List.of("a", "")),
                Arguments.of("//", List.of("", "")),
                Arguments.of("//a", List.of("", "a")),
                Arguments.of("/a//b", List.of("a", "", "b")),
                Arguments.of("/a%2Fb/c", List.of("a/b", "c")),
                Arguments.of("/%2f", List.of("/")),
                Arguments.of("/%2561", List.of("%61")),
                Arguments.of("/a+b", List.of("a+b")),
                Arguments.of("/a%2Bb%20c", List.of("a+b c")),
                Arguments.of("/%C3%A4/%e2%82%ac", List.of("ä", "€")),
                Arguments.of("/%", List.of("%")),
                Arguments.of("/%4/%4", List.of("%4", "%4")),
                Arguments.of("/%zz%4", List.of("%zz%4")),
                Arguments.of("/%C3/%A4", List.of("\uFFFD", "\uFFFD")),
                Arguments.of("/a%FFb", List.of("a\uFFFDb")),
                Arguments.of("/%00", List.of("\u0000")),
                Arguments.of("/./../..%2F", List.of(".", "..", "../")),
                Arguments.of("/a;v=1,2", List.of("a;v=1,2")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("paths")
    void splitsFirstAndDecodesOnce(String raw, List<String> expected) {
        assertThat(PathSegments.decode(raw)).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"*", "example.org:443", "http://example.org/a"})
    void aTargetThatIsNoPathHasNoSegments(String target) {
        assertThat(PathSegments.decode(target)).isEmpty();
    }

    @Test
    void readsBackWhatItEncoded() {
        Property.holds(draw -> {
            var segments = draw.list(5, () -> draw.text(4));
            if (segments.equals(List.of(""))) {
                segments.clear(); // the one list that no path stands for
            }

            var path = PathSegments.encode(segments);

            assertThat(PathSegments.decode(path)).isEqualTo(segments);
            assertThat(path).startsWith("/").matches("[A-Za-z0-9._~!$&'()*+,;=:@%/-]+");
        });
    }

    @Test
    void decodesAnythingWithoutFailing() {
        Property.holds(draw -> {
            var segments = PathSegments.decode("/" + draw.text(12));

            if (!segments.equals(List.of(""))) {
                assertThat(PathSegments.decode(PathSegments.encode(segments))).isEqualTo(segments);
            }
        });
    }

    @Test
    void keepsWhatASegmentMayHoldAndEncodesTheRest() {
        assertThat(PathSegments.encode(List.of("a/b", "!$&'()*+,;=:@", "?#[]% ", "ä", "")))
                .isEqualTo("/a%2Fb/!$&'()*+,;=:@/%3F%23%5B%5D%25%20/%C3%A4/");
        assertThat(PathSegments.encode(List.of())).isEqualTo("/");
        assertThat(PathSegments.encode(List.of(""))).isEqualTo("/");
    }

    @Test
    void answersAListThatCannotBeChanged() {
        var segments = PathSegments.decode("/a/b");

        assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> segments.add("c"));
    }
}
