package wai.cgi.fastcgi;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import wai.cgi.fastcgi.FastCgiEvent.Head;
import wai.cgi.fastcgi.FastCgiEvent.Parameter;
import wai.cgi.fastcgi.FastCgiEvent.Signal;

class ParameterMemoTest {
    private final ParameterMemo memo = new ParameterMemo();

    @Test
    void givesTheParameterOfThePairThatCameBefore() {
        var first = read("SERVER_SOFTWARE", "nginx/1.24.0");

        var second = read("SERVER_SOFTWARE", "nginx/1.24.0");

        assertThat(second).isSameAs(first).isEqualTo(new Parameter("SERVER_SOFTWARE", "nginx/1.24.0"));
    }

    @Test
    void givesConnectionsWhatOthersReadBefore() throws FastCgiFault {
        var request = Records.join(Records.begin(1), Records.params(1, "SERVER_NAME", "localhost"));

        var first = heads(new FastCgiEngine(FastCgiLimits.DEFAULT, memo), request);
        var second = heads(new FastCgiEngine(FastCgiLimits.DEFAULT, memo), request);

        assertThat(second).isEqualTo(first);
        assertThat(second.getFirst().getFirst()).isSameAs(first.getFirst().getFirst());
    }

    @ParameterizedTest(name = "{0}={1}, then {2}={3}")
    @CsvSource({
        "REMOTE_PORT, 40000, REMOTE_PORT, 40001",
        "REMOTE_PORT, 40000, REMOTE_PORT, 4000",
        "REMOTE_PORT, 40000, REMOTE_PORT, ''",
        "SERVER_NAME, _X, SERVER_NAME_, X",
        "CONTENT_TYPE, text/plain, CONTENT_TYP, Etext/plain",
        "SERVER_ADDR, 10.0.0.1, REMOTE_ADDR, 10.0.0.1",
    })
    void readsAnotherPairAnew(String name1, String value1, String name2, String value2) {
        var _ = read(name1, value1);

        assertThat(read(name2, value2)).isEqualTo(new Parameter(name2, value2));
        assertThat(read(name1, value1)).isEqualTo(new Parameter(name1, value1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP_AUTHORIZATION=Basic dTpw",
                "HTTP_COOKIE=session=1",
                "HTTP_X_API_KEY=secret",
                "QUERY_STRING=token=1",
                "REQUEST_URI=/?token=1"
            })
    void keepsNoSecrets(String pair) {
        int equals = pair.indexOf('=');
        var first = read(pair.substring(0, equals), pair.substring(equals + 1));

        var second = read(pair.substring(0, equals), pair.substring(equals + 1));

        assertThat(second).isEqualTo(first).isNotSameAs(first);
    }

    @ParameterizedTest
    @ValueSource(strings = {"QUERY_STRING=", "REQUEST_URI=/path"})
    void keepsWhatHasNoQuery(String pair) {
        int equals = pair.indexOf('=');
        var first = read(pair.substring(0, equals), pair.substring(equals + 1));

        assertThat(read(pair.substring(0, equals), pair.substring(equals + 1))).isSameAs(first);
    }

    @Test
    void keepsPairsOfTheLongestLengthAndNoLongerOnes() {
        var longest = "v".repeat(ParameterMemo.LONGEST - "SERVER_NAME".length());

        assertThat(read("SERVER_NAME", longest)).isSameAs(read("SERVER_NAME", longest));
        assertThat(read("SERVER_NAME", longest + "v"))
                .isEqualTo(new Parameter("SERVER_NAME", longest + "v"))
                .isNotSameAs(read("SERVER_NAME", longest + "v"));
    }

    @Test
    void readsPairsThatAreTooShortToBeKept() {
        assertThat(read("A", "")).isEqualTo(new Parameter("A", ""));
        assertThat(read("HTTPS", "on")).isEqualTo(new Parameter("HTTPS", "on"));
        assertThat(read("HTTPS", "off")).isEqualTo(new Parameter("HTTPS", "off"));
    }

    @Test
    void readsMorePairsThanItHolds() {
        for (int round = 0; round < 2; round++) {
            for (int port = 0; port < 4 << ParameterMemo.PLACE_BITS; port++) {
                assertThat(read("REMOTE_PORT", "" + port)).isEqualTo(new Parameter("REMOTE_PORT", "" + port));
            }
        }
    }

    /// Names and values of few characters and of few lengths, so that pairs meet their like, in their places and cut
    /// between name and value elsewhere; `-Dseed=` takes the seed again.
    @RepeatedTest(20)
    void saysTheSameAsAMemoOfNothing() throws FastCgiFault {
        long seed = Long.getLong("seed", new Random().nextLong());
        var random = new Random(seed);
        var names = List.of("REMOTE_USER", "REMOTE_USERS", "SERVER_NAME", "HTTP_HOST", "HTTP_COOKIE", "QUERY_STRING");
        var engine = new FastCgiEngine(FastCgiLimits.DEFAULT, memo);

        for (int id = 1; id <= 300; id++) {
            var sent = new ArrayList<Parameter>();
            var flat = new ArrayList<String>();
            for (int i = random.nextInt(12); i > 0; i--) {
                var value = new StringBuilder();
                for (int length = random.nextInt(random.nextInt(30) == 0 ? 300 : 5); length > 0; length--) {
                    value.append(random.nextBoolean() ? 'S' : (char) random.nextInt(0xfe, 0x100));
                }
                var parameter = new Parameter(names.get(random.nextInt(names.size())), value.toString());
                sent.add(parameter);
                flat.add(parameter.name());
                flat.add(parameter.value());
            }
            var request = Records.join(Records.begin(id), Records.params(id, flat.toArray(String[]::new)));

            var seen = heads(engine, Records.join(request, Records.stdin(id, "")));
            engine.sendEnd(id, new RecordBuffer(0));

            assertThat(seen).as("seed %d", seed).containsExactly(sent);
        }
    }

    private Parameter read(String name, String value) {
        var bytes = Records.pairs(name, value);
        var pairs = new NameValues(bytes, bytes.length);
        assertThat(pairs.next()).isTrue();
        return memo.parameter(pairs);
    }

    /// The parameters of the requests in the bytes.
    private static List<List<Parameter>> heads(FastCgiEngine engine, byte[] bytes) throws FastCgiFault {
        var heads = new ArrayList<List<Parameter>>();
        var input = ByteBuffer.wrap(bytes);
        for (var event = engine.nextEvent(input); event != Signal.NEED_INPUT; event = engine.nextEvent(input)) {
            if (event instanceof Head(var _, var parameters)) {
                heads.add(parameters);
            }
        }
        return heads;
    }
}
