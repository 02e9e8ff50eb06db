package wai.cgi.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import wai.Response;
import wai.Status;
import wai.cgi.settings.CgiSettings;

class VariablesTest {
    private final Gateway gateway =
            Gateway.ofServer((_, respond) -> respond.with(Response.text(Status.OK, "fine")), CgiSettings.defaults());

    @Test
    void areWhatCameInItsOrder() throws GatewayFault {
        var variables = gateway.variables(
                new String[] {"REQUEST_URI", "HTTP_HOST", "PATH_INFO", "HTTP_ACCEPT"},
                new String[] {"/x", "a.example", "", "*/*"});

        assertThat(variables.asMap())
                .containsExactly(
                        Map.entry("REQUEST_URI", "/x"),
                        Map.entry("HTTP_HOST", "a.example"),
                        Map.entry("PATH_INFO", ""),
                        Map.entry("HTTP_ACCEPT", "*/*"));
        assertThat(variables.get("HTTP_HOST")).isEqualTo("a.example");
        assertThat(variables.has("PATH_INFO")).isFalse();
        assertThat(variables.get("NONE")).isEmpty();
        assertThat(variables.asMap().get(null)).isNull();
        assertThat(variables.asMap()).doesNotContainKey("NONE").doesNotContainKey(null);
        assertThat(fields(variables)).containsExactly("HTTP_HOST=a.example", "HTTP_ACCEPT=*/*");
    }

    @Test
    void cannotBeChanged() throws GatewayFault {
        var variables =
                gateway.variables(new String[] {"A"}, new String[] {"1"}).asMap();

        assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> variables.put("A", "2"));
        assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> variables.remove("A"));
        assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(variables::clear);
        assertThat(variables).containsExactly(Map.entry("A", "1"));
    }

    @Test
    void ofTwoRequestsWithTheSameNamesHaveTheirOwnValues() throws GatewayFault {
        var names = new String[] {"REMOTE_PORT", "HTTP_HOST"};

        var first = gateway.variables(names.clone(), new String[] {"1", "one"});
        var second = gateway.variables(names.clone(), new String[] {"2", "two"});

        assertThat(first.asMap()).containsExactly(Map.entry("REMOTE_PORT", "1"), Map.entry("HTTP_HOST", "one"));
        assertThat(second.asMap()).containsExactly(Map.entry("REMOTE_PORT", "2"), Map.entry("HTTP_HOST", "two"));
    }

    @Test
    void takeNoOtherLengthBesideTheirOwn() {
        assertThatExceptionOfType(GatewayFault.class)
                .isThrownBy(() ->
                        gateway.variables(new String[] {"CONTENT_LENGTH", "CONTENT_LENGTH"}, new String[] {"1", "2"}))
                .withMessageContaining("CONTENT_LENGTH is \"1\" and \"2\"");
    }

    /// Few names, in an order that is often the one of the request before, some of them twice; `-Dseed=` takes the seed
    /// again.
    @RepeatedTest(20)
    void areTheSameAsWhenTheyAreAddedOneByOne() throws GatewayFault {
        long seed = Long.getLong("seed", new Random().nextLong());
        var random = new Random(seed);
        var all = List.of("A", "B", "HTTP_HOST", "HTTP_COOKIE", "HTTP_ACCEPT", "PATH_INFO", "SERVER_NAME");
        var names = new String[0];

        for (int i = 0; i < 300; i++) {
            if (random.nextInt(3) == 0) {
                names = random.ints(random.nextInt(8), 0, all.size())
                        .mapToObj(all::get)
                        .toArray(String[]::new);
            }
            var values =
                    random.ints(names.length, 0, 4).mapToObj(Integer::toString).toArray(String[]::new);

            var seen = gateway.variables(names.clone(), values.clone());

            var expected = Variables.of(names, values);
            assertThat(List.copyOf(seen.asMap().entrySet()))
                    .as("seed %d", seed)
                    .isEqualTo(List.copyOf(expected.asMap().entrySet()));
            assertThat(seen.asMap()).as("seed %d", seed).isEqualTo(expected.asMap());
            assertThat(fields(seen)).as("seed %d", seed).isEqualTo(fields(expected));
        }
    }

    private static List<String> fields(Variables variables) {
        var fields = new ArrayList<String>();
        variables.forEachField((name, value) -> fields.add(name + "=" + value));
        return fields;
    }
}
