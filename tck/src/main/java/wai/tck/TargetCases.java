package wai.tck;

import static java.nio.charset.StandardCharsets.UTF_8;
import static wai.tck.CaseFailure.expect;
import static wai.tck.CaseFailure.expectEqual;
import static wai.tck.Replies.ok;
import static wai.tck.TckCase.serving;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import wai.Capability;
import wai.PathSegments;
import wai.Query;
import wai.Request;
import wai.spi.Rule;

/// What a handler gives of the request line: method, path and query, raw and decoded.
final class TargetCases {
    private TargetCases() {}

    static List<TckCase> all() {
        return List.of(
                method(),
                rawTarget(),
                hardTargets(),
                emptyQuery(),
                longTarget(),
                absoluteForm(),
                asteriskForm(),
                path(),
                hardPaths(),
                joinedPath(),
                query(),
                hardQueries());
    }

    private static TckCase method() {
        return method(
                        "gives the method as it was sent, also an unknown one",
                        List.of("GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "PROPFIND", "Brew"))
                .unless(Departure.METHODS)
                .orElse(method(
                        "gives the common methods as they were sent",
                        List.of("GET", "POST", "PUT", "DELETE", "OPTIONS")));
    }

    private static TckCase method(String name, List<String> methods) {
        return serving(Rule.REQ_METHOD, name, (request, respond) -> respond.with(ok(request.method())), scene -> {
            for (var method : methods) {
                scene.ask(ClientRequest.of(method, "/")).hasStatus(200).hasBody(method);
            }
        });
    }

    private static TckCase rawTarget() {
        return targets(
                        "gives path and query as they were sent",
                        "/",
                        "/a%20b/%7e~/%c3%A9/x+y;v=1?q=%41+%2B&&r=a/b?c&q",
                        "/a//b/?=")
                .orElse(serving(
                        Rule.REQ_TARGET,
                        "gives a raw path and query that decode to the same",
                        (request, respond) -> respond.with(ok(PathSegments.decode(request.rawPath()) + " "
                                + Query.parse(request.rawQuery()).all("q"))),
                        scene -> scene.get("/a%20b/c?q=%41+%2B&q=2")
                                .hasStatus(200)
                                .hasBody("[a b, c] [A +, 2]")));
    }

    private static TckCase emptyQuery() {
        return targets("tells /? from /", "/?", "/", "/a/?", "/a?").unless(Departure.EMPTY_QUERY);
    }

    /// A case that asks for targets and expects them back, and the length of their paths.
    private static TckCase targets(String name, String... targets) {
        return serving(
                        Rule.REQ_TARGET,
                        name,
                        (request, respond) -> respond.with(
                                ok(request.rawPath().length() + " " + request.rawPath() + request.rawQuery())),
                        scene -> {
                            for (var target : targets) {
                                int path = target.indexOf('?') < 0 ? target.length() : target.indexOf('?');
                                scene.get(target).hasStatus(200).hasBody(path + " " + target);
                            }
                        })
                .needing(Capability.RAW_TARGET);
    }

    private static TckCase path() {
        var plain = Map.of("/", "", "/a/b", "a|b", "/a/", "a|", "/a+b/c%20d", "a+b|c d", "/%41/b%c3%a9", "A|b\u00e9");
        var all = new HashMap<>(plain);
        all.putAll(Map.of("/a//b", "a||b", "/a%2Fb/c", "a/b|c", "/%2561/x", "%61|x"));
        return path("decodes the segments of the path once and splits before it decodes", all)
                .unless(Departure.TARGETS)
                .orElse(path("decodes the segments of a plain path", plain));
    }

    private static TckCase path(String name, Map<String, String> expected) {
        return serving(
                Rule.REQ_PATH,
                name,
                (request, respond) -> respond.with(ok(String.join("|", request.path()))),
                scene -> {
                    for (var each : expected.entrySet()) {
                        var answer = scene.get(each.getKey()).hasStatus(200).isWhole();
                        expectEqual(each.getKey(), each.getValue(), new String(answer.bytes(), UTF_8));
                    }
                });
    }

    private static TckCase query() {
        return serving(
                Rule.REQ_QUERY,
                "gives the parameters in order with duplicates and tells ?a from ?a=",
                (request, respond) -> respond.with(ok(parameters(request))),
                scene -> {
                    scene.get("/").hasBody("");
                    scene.get("/?a").hasBody("a=null|");
                    scene.get("/?a=").hasBody("a=|");
                    scene.get("/?b=2&a=1&b=%203+4&a").hasBody("b=2|a=1|b= 3 4|a=null|");
                    scene.get("/?a=1%262&c=d%3De").hasBody("a=1&2|c=d=e|");
                });
    }

    private static TckCase hardQueries() {
        return serving(
                Rule.REQ_QUERY,
                "decodes parameters once, also those without a name or with several equals signs",
                (request, respond) -> respond.with(ok(parameters(request))),
                scene -> {
                    var expected = Map.of(
                            "/?=1&a=b=c", "=1|a=b=c|",
                            "/?a&&b;c=%3b", "a=null|b=null|c=;|",
                            "/?%2561=%252B", "%61=%2B|",
                            "/?q=%c3%a9&%E2%82%AC=", "q=\u00e9|\u20ac=|",
                            "/?url=http://a/b?c&x=/", "url=http://a/b?c|x=/|",
                            "/?a=%00%0d%0a", "a=\u0000\r\n|");
                    for (var each : expected.entrySet()) {
                        var answer = scene.get(each.getKey()).hasStatus(200).isWhole();
                        expectEqual(each.getKey(), each.getValue(), new String(answer.bytes(), UTF_8));
                    }
                    var many = "x=1&".repeat(500);
                    expect(
                            scene.get("/?" + many)
                                    .hasStatus(200)
                                    .isWhole()
                                    .text()
                                    .equals("x=1|".repeat(500)),
                            "500 parameters of one name did not arrive");
                });
    }

    private static String parameters(Request request) {
        return request.query().parameters().stream()
                .map(parameter -> parameter.name() + '=' + parameter.value() + '|')
                .collect(Collectors.joining());
    }

    private static TckCase hardTargets() {
        return targets(
                        "gives targets as they were sent that look odd, or that others would clean up",
                        "//a//b//",
                        "/a/../b/./c/..",
                        "/../../etc/passwd",
                        "/%2e%2e/%2E/a",
                        "/a%2Fb%2fc",
                        "/a%5Cb",
                        "/a%00b%0a%0D%7f",
                        "/a%FF%fe",
                        "/%25%2525%252F",
                        "/a;x=1/b;y;z=/c",
                        "/~a_b-c.d!$&'()*+,;=:@",
                        "/a?b?c/../d//e",
                        "/a?b=%zz&c=%")
                .unless(Departure.TARGETS);
    }

    private static TckCase longTarget() {
        return targets(
                "gives a path and a query of 2,000 characters each", "/" + "p".repeat(1999) + "?" + "q".repeat(1999));
    }

    private static TckCase absoluteForm() {
        return serving(
                        Rule.REQ_TARGET,
                        "gives path and query of a target in absolute form",
                        (request, respond) -> respond.with(ok(request.rawPath() + " " + request.rawQuery())),
                        scene -> {
                            scene.wire()
                                    .send(scene.head("GET http://tck.test/p%20q//?x=1%202 HTTP/1.1"))
                                    .answer("GET")
                                    .hasStatus(200)
                                    .hasBody("/p%20q// ?x=1%202");
                            scene.wire()
                                    .send(scene.head("GET http://tck.test?x HTTP/1.1"))
                                    .answer("GET")
                                    .hasStatus(200)
                                    .hasBody("/ ?x");
                        })
                .needing(Capability.RAW_TARGET)
                .unless(Departure.TARGETS)
                .onTheWire();
    }

    private static TckCase asteriskForm() {
        return serving(
                        Rule.REQ_TARGET,
                        "gives OPTIONS * to the application, with a raw path of * and no segments",
                        (request, respond) -> respond.with(ok(request.method() + " " + request.rawPath() + " "
                                + request.path().size())),
                        scene -> scene.wire()
                                .send(scene.head("OPTIONS * HTTP/1.1"))
                                .answer("OPTIONS")
                                .hasStatus(200)
                                .hasBody("OPTIONS * 0"))
                .unless(Departure.ASTERISK_FORM)
                .onTheWire()
                .orElse(serving(
                                Rule.REQ_TARGET,
                                "gives OPTIONS of everything to the application",
                                (request, respond) -> respond.with(ok(request.method() + " " + request.rawPath() + " "
                                        + request.path().size())),
                                scene -> scene.ask(ClientRequest.of("OPTIONS", "*"))
                                        .hasStatus(200)
                                        .hasBody("OPTIONS * 0"))
                        .unless(Departure.ASTERISK_FORM)
                        .listening());
    }

    private static TckCase hardPaths() {
        return path(
                        "decodes percent signs once, whatever they stand for, and resolves no dots",
                        Map.of(
                                "/a/../b/.", "a|..|b|.",
                                "/%2e%2e/a", "..|a",
                                "/%252F%2525", "%2F%25",
                                "//", "|",
                                "/a;x=1/b", "a;x=1|b",
                                "/%E2%82%AC", "\u20ac",
                                "/a%5Cb", "a\\b",
                                "/%FF", "\ufffd"))
                .unless(Departure.TARGETS);
    }

    /// Segments that go through the URI of a redirect and back are the same.
    private static TckCase joinedPath() {
        var segments = List.of("a b", "c/d", "%41", "\u00e9+", "..", "");
        return serving(
                        Rule.REQ_PATH,
                        "gives the segments back that were encoded into a path",
                        (request, respond) ->
                                respond.with(ok(Boolean.toString(request.path().equals(segments)))),
                        scene -> scene.get(PathSegments.encode(segments))
                                .hasStatus(200)
                                .hasBody("true"))
                .unless(Departure.TARGETS);
    }
}
