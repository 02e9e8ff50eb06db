package wai.warp.http1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every limit, at it and one past it, in every cut.
class Http1LimitsTest {
    private static final String HOST = "Host: x\r\n";

    /// A limit, and how to make a message that uses so much of it.
    record Limit(String name, Http1Limits limits, int most, Function<Integer, String> message, String fault) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Limit> limits() {
        var chunked = "POST / HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n";
        return List.of(
                new Limit(
                        "method",
                        new Http1Limits(5, 20, 100, 9, 9, 9, 99),
                        5,
                        size -> "M".repeat(size) + " / HTTP/1.1\r\n" + HOST + "\r\n",
                        "METHOD_TOO_LONG 501"),
                new Limit(
                        "target",
                        new Http1Limits(20, 30, 100, 9, 9, 9, 99),
                        30,
                        size -> "GET /" + "a".repeat(size - 1) + " HTTP/1.1\r\n" + HOST + "\r\n",
                        "TARGET_TOO_LONG 414"),
                new Limit(
                        "target of the longest method",
                        new Http1Limits(3, 30, 100, 9, 9, 9, 99),
                        30,
                        size -> "GET /" + "a".repeat(size - 1) + " HTTP/1.1\r\n" + HOST + "\r\n",
                        "TARGET_TOO_LONG 414"),
                new Limit(
                        "header, in one field",
                        new Http1Limits(9, 9, 60, 9, 9, 9, 99),
                        60,
                        size -> "GET / HTTP/1.1\r\n" + HOST + "A: " + "a".repeat(size - HOST.length() - 7) + "\r\n\r\n",
                        "FIELDS_TOO_LARGE 431"),
                new Limit(
                        "header, in many fields",
                        new Http1Limits(9, 9, 60, 99, 9, 9, 99),
                        60,
                        size -> "GET / HTTP/1.1\r\nHost: " + "x".repeat(size - 52) + "\r\n" + "A: 1\r\n".repeat(7)
                                + "\r\n",
                        "FIELDS_TOO_LARGE 431"),
                new Limit(
                        "number of fields",
                        new Http1Limits(9, 9, 999, 5, 9, 9, 99),
                        5,
                        size -> "GET / HTTP/1.1\r\n" + HOST + "A: 1\r\n".repeat(size - 1) + "\r\n",
                        "FIELDS_TOO_LARGE 431"),
                new Limit(
                        "body with Content-Length",
                        new Http1Limits(9, 9, 99, 9, 10, 9, 99),
                        10,
                        size -> "POST / HTTP/1.1\r\n" + HOST + "Content-Length: " + size + "\r\n\r\n"
                                + "b".repeat(size),
                        "BODY_TOO_LARGE 413"),
                new Limit(
                        "body in chunks",
                        new Http1Limits(9, 9, 99, 9, 10, 9, 99),
                        10,
                        size -> chunked + "6\r\nhello!\r\n" + (size - 6) + "\r\n" + "b".repeat(size - 6)
                                + "\r\n0\r\n\r\n",
                        "BODY_TOO_LARGE 413"),
                new Limit(
                        "chunk line",
                        new Http1Limits(9, 9, 99, 9, 99, 20, 99),
                        20,
                        size -> chunked + "5;" + "e".repeat(size - 2) + "\r\nhello\r\n0\r\n\r\n",
                        "BAD_CHUNK 400"),
                new Limit(
                        "line of the last chunk",
                        new Http1Limits(9, 9, 99, 9, 99, 20, 99),
                        20,
                        size -> chunked + "0".repeat(size) + "\r\n\r\n",
                        "BAD_CHUNK 400"),
                new Limit(
                        "trailers",
                        new Http1Limits(9, 9, 99, 9, 99, 9, 40),
                        40,
                        size -> chunked + "0\r\nA: 1\r\nB: " + "b".repeat(size - 13) + "\r\n\r\n",
                        "FIELDS_TOO_LARGE 431"),
                new Limit(
                        "number of trailer fields",
                        new Http1Limits(9, 9, 99, 4, 99, 9, 99),
                        4,
                        size -> chunked + "0\r\n" + "A: 1\r\n".repeat(size) + "\r\n",
                        "FIELDS_TOO_LARGE 431"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("limits")
    void whatIsAtTheLimitPasses(Limit limit) {
        var message = Wire.bytes(limit.message.apply(limit.most));

        var transcript = EverySplit.transcript(limit.limits, message);

        assertThat(transcript).contains("end").endsWith("closed");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("limits")
    void whatIsOnePastTheLimitFaults(Limit limit) {
        var message = Wire.bytes(limit.message.apply(limit.most + 1));

        var transcript = EverySplit.transcript(limit.limits, message);

        assertThat(transcript).doesNotContain("end").endsWith("fault " + limit.fault);
    }

    @Test
    void aLineWithoutEndFaultsAsSoonAsItIsTooLong() {
        var limits = new Http1Limits(5, 10, 20, 9, 9, 9, 9);

        var method = Wire.transcript(limits, Wire.bytes("M".repeat(500)));
        var target = Wire.transcript(limits, Wire.bytes("GET /" + "a".repeat(500)));
        var version = Wire.transcript(limits, Wire.bytes("GET / HTTP/1.1" + "1".repeat(500)));
        var name = Wire.transcript(limits, Wire.bytes("GET / HTTP/1.1\r\n" + "A".repeat(500)));

        assertThat(method).containsExactly("fault METHOD_TOO_LONG 501");
        assertThat(target).containsExactly("fault TARGET_TOO_LONG 414");
        assertThat(version).containsExactly("fault BAD_REQUEST_LINE 400");
        assertThat(name).containsExactly("fault FIELDS_TOO_LARGE 431");
    }

    @Test
    void theDefaultsArePassedAndNotPassed() {
        var limits = Http1Limits.DEFAULT;

        var atTarget = Wire.transcript(limits, Wire.bytes("GET /" + "a".repeat(8191) + " HTTP/1.0\r\n\r\n"));
        var pastTarget = Wire.transcript(limits, Wire.bytes("GET /" + "a".repeat(8192) + " HTTP/1.0\r\n\r\n"));
        var atFields = Wire.transcript(limits, Wire.bytes("GET / HTTP/1.0\r\n" + "A: 1\r\n".repeat(128) + "\r\n"));
        var pastFields = Wire.transcript(limits, Wire.bytes("GET / HTTP/1.0\r\n" + "A: 1\r\n".repeat(129) + "\r\n"));
        var atHeader = Wire.transcript(limits, Wire.bytes("GET / HTTP/1.0\r\nA:" + "1".repeat(65530) + "\r\n\r\n"));
        var pastHeader = Wire.transcript(limits, Wire.bytes("GET / HTTP/1.0\r\nA:" + "1".repeat(65531) + "\r\n\r\n"));

        assertThat(List.of(atTarget, atFields, atHeader))
                .allSatisfy(lines -> assertThat(lines).endsWith("end"));
        assertThat(pastTarget).containsExactly("fault TARGET_TOO_LONG 414");
        assertThat(pastFields).containsExactly("fault FIELDS_TOO_LARGE 431");
        assertThat(pastHeader).containsExactly("fault FIELDS_TOO_LARGE 431");
    }

    @Test
    void aBufferOfTheLargestInputHoldsTheLargestHead() {
        var limits = new Http1Limits(5, 10, 20, 9, 9, 9, 9);
        var head = "GETTT /234567890 HTTP/1.1\r\nHost: 7890123456\r\n\r\n";

        var transcript = Wire.transcript(limits, Wire.bytes(head));

        assertThat(transcript).endsWith("closed");
        assertThat(limits.largestInput()).isEqualTo(head.length());
    }

    @Test
    void refusesLimitsOutOfRange() {
        assertThatThrownBy(() -> new Http1Limits(0, 1, 2, 0, 0, 1, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("methodSize 0: expected 1 to 268435456");
        assertThatThrownBy(() -> new Http1Limits(1, 1, 2, 0, -1, 1, 2)).hasMessageStartingWith("bodySize -1");
        assertThatThrownBy(() -> new Http1Limits(1, 1, (1 << 28) + 1, 0, 0, 1, 2))
                .hasMessageStartingWith("headerSize");
        assertThat(new Http1Limits(1 << 28, 1 << 28, 1 << 28, 0, 0, 1, 2).largestInput())
                .isPositive();
    }
}
