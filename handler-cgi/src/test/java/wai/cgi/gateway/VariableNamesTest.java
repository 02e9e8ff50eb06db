package wai.cgi.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import wai.cgi.gateway.VariableNames.Memo;

/// What is kept from one request to the next, and what is not; that it changes nothing else is in [VariablesTest].
class VariableNamesTest {
    private final Memo memo = new Memo();

    private static String[] names(int count, int length) {
        return IntStream.range(0, count)
                .mapToObj(i -> "N".repeat(length - 3) + (100 + i))
                .toArray(String[]::new);
    }

    private void isKept(String[] names) {
        assertThat(memo.of(names)).isNotNull().isSameAs(memo.of(names.clone()));
    }

    private void isNotKept(String[] names) {
        assertThat(memo.of(names)).isNotNull().isNotSameAs(memo.of(names.clone()));
    }

    @Test
    void keepsAsManyNamesAsItMayAndNoMore() {
        isKept(names(Memo.MOST_NAMES, 10));
        isNotKept(names(Memo.MOST_NAMES + 1, 10));
    }

    @Test
    void keepsNamesAsLongAsTheyMayBeAndNoLonger() {
        isKept(names(5, Memo.LONGEST_NAME));
        isNotKept(names(5, Memo.LONGEST_NAME + 1));
    }

    @Test
    void keepsTheNewerOfTwoThatShareAPlace() {
        var first = new String[] {"A", "C"};
        var second = new String[] {"B", "C"};

        var kept = memo.of(first);
        assertThat(kept).isNotNull().isSameAs(memo.of(first));
        assertThat(memo.of(second)).isNotNull().isNotSameAs(kept).isSameAs(memo.of(second));

        assertThat(memo.of(first)).isNotNull().isNotSameAs(kept);
    }

    @Test
    void namesThatComeTwiceAreNone() {
        assertThat(memo.of(new String[] {"A", "A"})).isNull();
        assertThat(memo.of(new String[] {"A", "A"})).isNull();
    }
}
