package wai.warp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import wai.Application;
import wai.Bytes;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.warp.http1.RequestVectors;
import wai.warp.http1.RequestVectors.Vector;
import wai.warp.settings.WarpSettings;

/// Vectors of every topic over a socket, one byte a write: the application sees the requests that the engine reports,
/// and no others, and the client gets their answers.
class WarpByteByByteTest {
    private static final int VECTORS_OF_A_TOPIC = 10;
    private static final int LONGEST = 400;
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 (\\d{3}) ");

    private final Resources before = Resources.now();
    private final ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();
    private final Application application = (request, respond) -> {
        var body = new String(request.body().readAllBytes(), ISO_8859_1);
        seen.add(request.method() + " " + request.rawPath() + request.rawQuery() + " " + body);
        return respond.with(Response.of(Status.OK, Headers.EMPTY, Bytes.EMPTY));
    };

    @AfterEach
    void everythingIsGivenBack() {
        before.awaitReturn();
    }

    @ParameterizedTest
    @MethodSource("topics")
    void theApplicationSeesWhatTheBytesSay(String topic) throws IOException {
        try (var server = Warp.start(WarpSettings.defaults().withPort(0), application)) {
            for (var vector : selection(topic)) {
                seen.clear();

                var answers = answers(server, vector.input());

                assertThat(answers).as(vector.name()).isEqualTo(expectedAnswers(vector));
                assertThat(seen).as(vector.name()).containsExactlyElementsOf(expectedRequests(vector));
            }
            Resources.awaitNoConnection(server);
        }
    }

    static List<String> topics() {
        return RequestVectors.topics().stream()
                .filter(topic -> !topic.equals("limits")) // they need limits of their own
                .toList();
    }

    /// Some vectors, spread over the topic.
    private static List<Vector> selection(String topic) {
        var all = RequestVectors.of(topic).stream()
                .filter(vector -> vector.input().length() <= LONGEST)
                .toList();
        int step = Math.max(1, all.size() / VECTORS_OF_A_TOPIC);
        var some = new ArrayList<Vector>();
        for (int i = 0; i < all.size(); i += step) {
            some.add(all.get(i));
        }
        return some;
    }

    /// The status codes of the final responses.
    private static List<String> answers(WarpServer server, String bytes) throws IOException {
        try (var client = WireClient.of(server)) {
            for (int i = 0; i < bytes.length(); i++) {
                client.sendInVain(bytes.substring(i, i + 1)); // the server may have refused and closed
            }
            client.endInVain();
            return STATUS.matcher(client.rest())
                    .results()
                    .map(match -> match.group(1))
                    .filter(status -> !status.equals("100"))
                    .toList();
        }
    }

    private static List<String> expectedAnswers(Vector vector) {
        return vector.expected().stream()
                .filter(line -> line.equals("end") || line.startsWith("fault"))
                .map(line -> line.equals("end") ? "200" : line.substring(line.length() - 3))
                .toList();
    }

    private static List<String> expectedRequests(Vector vector) {
        var requests = new ArrayList<String>();
        var line = "";
        var data = "";
        for (var fact : vector.expected()) {
            if (fact.equals("end")) {
                requests.add(line + " " + data);
                line = "";
                data = "";
            } else if (fact.startsWith("data ")) {
                data = unescaped(fact.substring("data \"".length(), fact.length() - 1));
            } else if (line.isEmpty() && !fact.startsWith("| ")) {
                line = fact.replaceFirst(" HTTP/1\\.[01].*", "");
            }
        }
        return requests;
    }

    /// The bytes of a body in which the transcript has escaped what is not visible.
    private static String unescaped(String text) {
        return Pattern.compile("\\\\(?:x([0-9a-f]{2})|([rnt]))")
                .matcher(text)
                .replaceAll(match -> Matcher.quoteReplacement(
                        match.group(1) == null
                                ? Character.toString("\r\n\t".charAt("rnt".indexOf(match.group(2))))
                                : Character.toString(Integer.parseInt(match.group(1), 16))));
    }
}
