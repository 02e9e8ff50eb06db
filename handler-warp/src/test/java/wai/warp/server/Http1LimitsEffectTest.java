package wai.warp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import wai.Application;
import wai.Bytes;
import wai.warp.settings.Limits;

/// What each limit of the settings does at its value, and one past it.
class Http1LimitsEffectTest {
    private static final Application ECHO = (request, respond) ->
            respond.with(Conversation.HI.withBody(Bytes.of(request.body().readAllBytes())));

    static Stream<Arguments> limits() {
        return Stream.of(
                limit("target", limits -> limits.withTargetBytes(20), get("/" + "x".repeat(19), ""), 200),
                limit("target", limits -> limits.withTargetBytes(20), get("/" + "x".repeat(20), ""), 414),
                limit("head", limits -> limits.withHeadBytes(64), get("/", "A: " + "x".repeat(48) + "\r\n"), 200),
                limit("head", limits -> limits.withHeadBytes(64), get("/", "A: " + "x".repeat(49) + "\r\n"), 431),
                limit("fields", limits -> limits.withFields(3), get("/", "A: b\r\n".repeat(2)), 200),
                limit("fields", limits -> limits.withFields(3), get("/", "A: b\r\n".repeat(3)), 431),
                limit("body", limits -> limits.withBodyBytes(5), post(5), 200),
                limit("body", limits -> limits.withBodyBytes(5), post(6), 413),
                limit("trailer", limits -> limits.withHeadBytes(64), trailer(57), 200),
                limit("trailer", limits -> limits.withHeadBytes(64), trailer(58), 431));
    }

    private static Arguments limit(String name, UnaryOperator<Limits> change, String request, int status) {
        return arguments(name, change, request, status);
    }

    private static String get(String target, String fields) {
        return "GET " + target + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
    }

    private static String post(int length) {
        return "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + length + "\r\n\r\n" + "x".repeat(length);
    }

    private static String trailer(int length) {
        return "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: " + "x".repeat(length)
                + "\r\n\r\n";
    }

    @ParameterizedTest(name = "{0}: {3}")
    @MethodSource("limits")
    void holds(String name, UnaryOperator<Limits> change, String request, int status) {
        try (var talk = Conversation.with(settings -> settings.withLimits(change.apply(Limits.defaults())), ECHO)) {
            var received = talk.exchange(request);

            assertThat(received).as(name).startsWith("HTTP/1.1 " + status + " ");
        }
    }
}
