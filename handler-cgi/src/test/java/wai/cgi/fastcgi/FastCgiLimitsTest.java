package wai.cgi.fastcgi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static wai.cgi.fastcgi.Records.begin;
import static wai.cgi.fastcgi.Records.join;
import static wai.cgi.fastcgi.Records.pairs;
import static wai.cgi.fastcgi.Records.params;
import static wai.cgi.fastcgi.Records.record;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Every limit, at it and one past it, in every cut.
class FastCgiLimitsTest {
    /// A limit, and how to make a message that uses so much of it.
    record Limit(String name, FastCgiLimits limits, int most, IntFunction<byte[]> message, String refusal) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Limit> limits() {
        return List.of(
                new Limit(
                        "size of parameters, in one record",
                        new FastCgiLimits(1, 1, 200, 9),
                        200,
                        size -> join(begin(1), params(1, "A", "a".repeat(size - 6))),
                        "refused 1 PARAMETERS_TOO_LARGE 431"),
                new Limit(
                        "size of parameters, over two records",
                        new FastCgiLimits(1, 1, 200, 9),
                        200,
                        size -> {
                            var content = pairs("A", "a".repeat(size - 6));
                            return join(
                                    begin(1),
                                    record(4, 1, Arrays.copyOf(content, 120), 0),
                                    record(4, 1, Arrays.copyOfRange(content, 120, size), 0),
                                    record(4, 1, new byte[0], 0));
                        },
                        "refused 1 PARAMETERS_TOO_LARGE 431"),
                new Limit(
                        "count of parameters",
                        new FastCgiLimits(1, 1, 200, 3),
                        3,
                        count -> {
                            var all = new String[2 * count];
                            Arrays.fill(all, "A");
                            return join(begin(1), params(1, all));
                        },
                        "refused 1 TOO_MANY_PARAMETERS 431"),
                new Limit(
                        "requests at a time",
                        new FastCgiLimits(1, 2, 200, 3),
                        2,
                        FastCgiLimitsTest::requests,
                        "reply END_REQUEST 3 status 0 OVERLOADED"),
                new Limit(
                        "requests at a time, where that is one",
                        new FastCgiLimits(1, 1, 200, 3),
                        1,
                        FastCgiLimitsTest::requests,
                        "reply END_REQUEST 2 status 0 CANT_MPX_CONN"));
    }

    private static byte[] requests(int count) {
        var all = new byte[0];
        for (int id = 1; id <= count; id++) {
            all = join(all, begin(id));
        }
        return all;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("limits")
    void isTakenAtTheLimit(Limit limit) {
        var seen = Transcript.everySplit(limit.limits, limit.message.apply(limit.most));

        assertThat(seen).noneMatch(line -> line.startsWith("ref") || line.startsWith("rep"));
        assertThat(seen.getLast()).isEqualTo("closed");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("limits")
    void isRefusedOnePastTheLimit(Limit limit) {
        var seen = Transcript.everySplit(limit.limits, limit.message.apply(limit.most + 1));

        assertThat(seen).contains(limit.refusal).doesNotContain("head 1");
        assertThat(seen.getLast()).isEqualTo("closed");
    }

    @Test
    void refusesParametersWithoutWaitingForAllOfThem() {
        var seen = Transcript.of(
                FastCgiLimits.DEFAULT,
                join(begin(1), record(4, 1, new byte[0xffff], 0), record(4, 1, new byte[0xffff], 0)),
                new byte[] {1, 4, 0, 1, 0, 3, 0, 0}); // 2 bytes are left

        assertThat(seen).containsExactly("refused 1 PARAMETERS_TOO_LARGE 431", "fault TRUNCATED");
    }

    @Test
    void takesSixtyFourKibibytesOfParametersByDefault() {
        var value = "v".repeat(64 * 1024);
        var content = pairs("A", value);

        var seen = Transcript.of(
                FastCgiLimits.DEFAULT,
                join(
                        begin(1),
                        record(4, 1, Arrays.copyOf(content, 0xffff), 0),
                        record(4, 1, Arrays.copyOfRange(content, 0xffff, content.length), 0),
                        record(4, 1, new byte[0], 0)));

        assertThat(seen).containsExactly("head 1 A=" + value, "closed");
    }

    @ParameterizedTest
    @CsvSource({"1,1,0", "7,1,0", "1,9,1", "5,9,1", "2147483647,65535,1"})
    void tellsItsLimits(int connections, int requests, int multiplexes) {
        var question = record(9, 0, pairs("FCGI_MAX_CONNS", "", "FCGI_MAX_REQS", "", "FCGI_MPXS_CONNS", ""), 0);

        var seen = Transcript.of(new FastCgiLimits(connections, requests, 2, 1), question);

        long all = Math.min(Integer.MAX_VALUE, (long) connections * requests);
        assertThat(seen.getFirst())
                .isEqualTo("reply GET_VALUES_RESULT 0 FCGI_MAX_CONNS=" + connections + " FCGI_MAX_REQS=" + all
                        + " FCGI_MPXS_CONNS=" + multiplexes);
    }

    @ParameterizedTest
    @CsvSource({
        "0,1,2,1,connections 0: expected 1 to 2147483647",
        "1,0,2,1,requests 0: expected 1 to 65535",
        "1,65536,2,1,requests 65536: expected 1 to 65535",
        "1,1,1,1,parametersSize 1: expected 2 to 268435456",
        "1,1,268435457,1,parametersSize 268435457: expected 2 to 268435456",
        "1,1,2,0,parameterCount 0: expected 1 to 268435456"
    })
    void knowsItsRanges(int connections, int requests, int size, int count, String message) {
        assertThatThrownBy(() -> new FastCgiLimits(connections, requests, size, count))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
