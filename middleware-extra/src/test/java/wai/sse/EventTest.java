package wai.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventTest {
    @ParameterizedTest(name = "{0}")
    @MethodSource("events")
    void isWrittenInLines(String name, Event event, String lines) {
        assertThat(event.encode().utf8()).as(name).isEqualTo(lines);
        assertThat(event).hasToString(lines);
    }

    static List<Arguments> events() {
        return List.of(
                Arguments.of("data", Event.of("hi"), "data: hi\n\n"),
                Arguments.of("no data", Event.of(""), "data: \n\n"),
                Arguments.of("all", Event.of("hi").withName("n").withId("7"), "event: n\nid: 7\ndata: hi\n\n"),
                Arguments.of("forget the id", Event.of("x").withId(""), "id: \ndata: x\n\n"),
                Arguments.of("LF", Event.of("a\nb"), "data: a\ndata: b\n\n"),
                Arguments.of("CRLF", Event.of("a\r\nb"), "data: a\ndata: b\n\n"),
                Arguments.of("CR", Event.of("a\rb"), "data: a\ndata: b\n\n"),
                Arguments.of("ends", Event.of("\n\r\n\r"), "data: \ndata: \ndata: \ndata: \n\n"),
                Arguments.of("LF CR", Event.of("a\n\rb"), "data: a\ndata: \ndata: b\n\n"),
                Arguments.of("UTF-8", Event.of(" €\u2028"), "data:  €\u2028\n\n"),
                Arguments.of("a field in the data", Event.of("x\nid: 1"), "data: x\ndata: id: 1\n\n"),
                Arguments.of("comment", Event.comment("a\nb"), ": a\n: b\n\n"),
                Arguments.of("retry", Event.retry(Duration.ofMillis(1500)), "retry: 1500\n\n"),
                Arguments.of("the end", Event.END, ""));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"a\nb", "a\rb", "\n"})
    void refusesLineEndsInNamesAndIds(String text) {
        assertThatThrownBy(() -> Event.of("x").withName(text)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Event.of("x").withId(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesWhatBrowsersDrop() {
        assertThatThrownBy(() -> Event.of("x").withId("\0")).hasMessageContaining("NUL");
        assertThatThrownBy(() -> Event.retry(Duration.ofMillis(-1))).hasMessage("retry PT-0.001S: expected 0 or more");
        assertThatThrownBy(() -> Event.comment("x").withId("1")).hasMessageStartingWith("a comment has neither name");
    }

    @Test
    void tellsItsParts() {
        var event = Event.of("a\r\nb").withName("n").withId("7");

        assertThat(event.name()).hasValue("n");
        assertThat(event.id()).hasValue("7");
        assertThat(event.data()).hasValue("a\r\nb");
        assertThat(Event.of("x").name()).isEmpty();
        for (var other : List.of(Event.comment("c"), Event.retry(Duration.ZERO), Event.END)) {
            assertThat(other.data()).isEmpty();
        }
    }
}
