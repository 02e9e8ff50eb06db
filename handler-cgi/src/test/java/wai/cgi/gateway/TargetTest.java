package wai.cgi.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetTest {
    /// What servers say of one request, as they were seen to do with usual configurations.
    @ParameterizedTest(name = "{0}: {1} by {2} and {3}")
    @CsvSource({
        "Apache CGI,               /app/a%20b?x=1, /app,     /a b,      a b",
        "lighttpd,                 /app/a%20b?x=1, /app,     /a b,      a b",
        "Apache proxy,             /app/a%20b?x=1, /app/a b, '',        app|a b",
        "nginx with SCRIPT_NAME,   /app/a%20b?x=1, /app/a b, /app/a b,  app|a b",
        "nginx without,            /app/a%20b?x=1, '',       '',        app|a b",
        "the root of a site,       /a%2Fb/c,       '',       /a/b/c,    a/b|c",
        "an encoded mount,         /m%C3%A4p/x,    /m\u00c3\u00a4p, /x, x",
        "a mount with a slash,     /app/x,         /app/,    /x,        x",
        "merged slashes,           //app//x,       /app,     /x,        |x",
        "a mount that is no part,  /apple/x,       /app,     /x,        apple|x",
        "a rewritten request,      /pretty/x,      /app.cgi, /x,        pretty|x",
        "a mount in a segment,     /app%2Fx/y,     /app,     /x/y,      app/x|y",
    })
    void findsTheMountInTheRawPath(String server, String uri, String script, String info, String segments)
            throws GatewayFault {
        var target = Target.of(variables(uri, script, info), Optional.empty(), false);

        assertThat(target.raw()).as(server).isEqualTo(uri);
        assertThat(target.segments()).as(server).containsExactly(segments.split("\\|", -1));
    }

    @Test
    void takesAWholePathForTheMountWhereTheProtocolDemandsTheName() throws GatewayFault {
        var variables = variables("/app", "/app", "");

        assertThat(Target.of(variables, Optional.empty(), true).segments()).isEmpty();
        assertThat(Target.of(variables, Optional.empty(), false).segments()).containsExactly("app");
    }

    @ParameterizedTest(name = "{0} below {1}: {2}")
    @CsvSource({
        "/shop/a%20b, /shop, a b",
        "/shop/,      /shop, -",
        "/shop,       /shop, -",
        "/shop?x,     /shop, -",
        "/a/b,        '',    a|b",
        "/,           '',    -",
    })
    void takesTheMountOfTheSettings(String uri, String mount, String segments) throws GatewayFault {
        var target = Target.of(variables(uri, "/elsewhere", "/x"), Optional.of(mount), true);

        assertThat(target.segments()).isEqualTo(segments.equals("-") ? List.of() : List.of(segments.split("\\|", -1)));
    }

    @ParameterizedTest
    @CsvSource({"/shopping", "/", "/SHOP", "/%73hop", "*"})
    void findsNothingOutsideOfTheMount(String uri) {
        assertThatThrownBy(() -> Target.of(variables(uri, "", ""), Optional.of("/shop"), false))
                .isInstanceOfSatisfying(
                        GatewayFault.class,
                        fault -> assertThat(fault.status().code()).isEqualTo(404))
                .hasMessage("nothing is at " + uri + ": the application is below /shop");
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({
        "http://example.org/a?b,   /a?b",
        "HTTPS://example.org,      /",
        "https://example.org?b,    /?b",
        "?b,                       /?b",
        "*,                        *",
        "//a//b,                   //a//b",
        "/http://x,                /http://x",
    })
    void takesPathAndQueryOfAnAbsoluteTarget(String uri, String raw) throws GatewayFault {
        assertThat(Target.of(variables(uri, "", ""), Optional.empty(), false).raw())
                .isEqualTo(raw);
    }

    @ParameterizedTest(name = "{0}, {1} and {2} are {3}")
    @CsvSource({
        "/app, /a b,               '',    /app/a%20b",
        "/app, '',                 x=1,   /app?x=1",
        "'',   '',                 '',    /",
        "'',   '',                 x,     /?x",
        "'',   /\u00c3\u00a4%+?#;, '',    /%C3%A4%25+%3F%23;",
    })
    void encodesTheTargetAnewWhereItIsNotTold(String script, String info, String query, String raw)
            throws GatewayFault {
        var variables = new LinkedHashMap<String, String>();
        variables.put("SCRIPT_NAME", script);
        variables.put("PATH_INFO", info);
        variables.put("QUERY_STRING", query);

        assertThat(Target.of(of(variables), Optional.empty(), true).raw()).isEqualTo(raw);
    }

    private static Variables of(Map<String, String> variables) throws GatewayFault {
        var builder = Variables.builder();
        for (var each : variables.entrySet()) {
            builder.add(each.getKey(), each.getValue());
        }
        return builder.build();
    }

    private static Variables variables(String uri, String script, String info) throws GatewayFault {
        var variables = new LinkedHashMap<String, String>();
        variables.put("REQUEST_URI", uri);
        variables.put("SCRIPT_NAME", script);
        variables.put("PATH_INFO", info);
        return of(variables);
    }
}
