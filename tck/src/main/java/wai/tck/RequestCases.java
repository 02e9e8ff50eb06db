package wai.tck;

import static java.nio.charset.StandardCharsets.UTF_8;
import static wai.tck.CaseFailure.expect;
import static wai.tck.CaseFailure.expectEqual;
import static wai.tck.Replies.ok;
import static wai.tck.Replies.refusal;
import static wai.tck.Replies.streaming;
import static wai.tck.TckCase.serving;
import static wai.tck.TckCase.staged;

import java.io.IOException;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import wai.Capability;
import wai.HeaderName;
import wai.Headers;
import wai.HttpVersion;
import wai.Query;
import wai.Request;
import wai.Status;
import wai.spi.Rule;

/// What a handler gives as a request; bodies have their own file.
final class RequestCases {
    /// What a handler may be able to do on other connections than the one of the client.
    private static final Set<Capability> PER_CONNECTION = Set.of(Capability.TLS_FACTS, Capability.HTTP_2);

    private RequestCases() {}

    static List<TckCase> all() {
        return List.of(
                method(),
                rawTarget(),
                emptyQuery(),
                path(),
                query(),
                headers(),
                facts(),
                version(),
                informational(Capability.EARLY_HINTS, Status.EARLY_HINTS),
                informational(Capability.INFORMATIONAL, Status.of(199)),
                lateInformational(),
                badInformational(),
                disconnect(),
                upgrades(),
                capabilities());
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
                        (request, respond) -> respond.with(ok(wai.PathSegments.decode(request.rawPath()) + " "
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
                (request, respond) -> {
                    var text = new StringBuilder();
                    for (var parameter : request.query()) {
                        text.append(parameter.name())
                                .append('=')
                                .append(parameter.value())
                                .append('|');
                    }
                    return respond.with(ok(text.toString()));
                },
                scene -> {
                    scene.get("/").hasBody("");
                    scene.get("/?a").hasBody("a=null|");
                    scene.get("/?a=").hasBody("a=|");
                    scene.get("/?b=2&a=1&b=%203+4&a").hasBody("b=2|a=1|b= 3 4|a=null|");
                    scene.get("/?a=1%262&c=d%3De").hasBody("a=1&2|c=d=e|");
                });
    }

    private static TckCase headers() {
        TckCase.StagedApplication told = (request, respond, _) -> respond.with(ok(joined(request, "x-tck-multi")
                + " " + joined(request, "X-TCK-SINGLE")
                + " " + joined(request, "X-Tck-Empty")
                + " "
                + request.headers().first(HeaderName.of("X-Tck-Long"), "").length()));
        return staged(
                        Rule.REQ_HEADERS,
                        "gives all fields with their values, duplicates in order, names without regard to case",
                        told,
                        scene -> expectFields(scene, "[one|two|one] [a, b] [] 3000"))
                .unless(Departure.REQUEST_DUPLICATES)
                .orElse(staged(
                        Rule.REQ_HEADERS,
                        "gives all fields with their values, duplicates joined in order",
                        told,
                        scene -> expectFields(scene, "[one, two, one] [a, b] [] 3000")));
    }

    private static void expectFields(Scene scene, String expected) throws IOException {
        scene.ask(ClientRequest.of("GET", "/")
                        .with("X-Tck-Multi", "one")
                        .with("X-Tck-Single", "a, b")
                        .with("x-tck-multi", "two")
                        .with("X-Tck-Empty", "")
                        .with("X-TCK-Multi", "one")
                        .with("X-Tck-Long", "v".repeat(3000)))
                .hasStatus(200)
                .hasBody(expected);
    }

    private static String joined(Request request, String name) {
        return "[" + String.join("|", request.headers().all(HeaderName.of(name))) + "]";
    }

    private static TckCase facts() {
        return staged(
                Rule.REQ_FACTS,
                "tells that the client came without TLS, from its address and in its version",
                (request, respond, scene) -> {
                    scene.note("secure", request.isSecure());
                    scene.note("remote address", request.remoteAddress());
                    return respond.with(ok(request.version().toString()));
                },
                scene -> {
                    var answer = scene.get("/").hasStatus(200).isWhole();
                    scene.expectNoted("secure", false);
                    scene.noted("remote address");
                    expect(
                            List.of(HttpVersion.HTTP_1_1.toString(), HttpVersion.HTTP_2.toString())
                                    .contains(answer.text()),
                            "version " + answer.text());
                });
    }

    private static TckCase version() {
        return staged(
                        Rule.REQ_FACTS,
                        "tells the version of the request line and the address of the socket",
                        (request, respond, scene) -> {
                            scene.note("address of " + request.version(), request.remoteAddress());
                            return respond.with(ok(request.version().toString()));
                        },
                        scene -> {
                            for (var version : List.of("HTTP/1.0", "HTTP/1.1")) {
                                var wire = scene.wire().send(scene.head("GET / " + version));
                                wire.answer("GET").hasStatus(200).hasBody(version);
                                scene.expectNoted("address of " + version, wire.localAddress());
                            }
                        })
                .onTheWire();
    }

    private static TckCase informational(Capability capability, Status status) {
        var link = HeaderName.LINK;
        TckCase.StagedApplication hinting = (request, respond, _) -> {
            request.sendInformational(status, Headers.of(link, "</a.css>; rel=preload"));
            request.sendInformational(status, Headers.of(link, "</b.css>; rel=preload", link, "</c.js>; rel=preload"));
            return respond.with(ok("final"));
        };
        return staged(
                        Rule.REQ_INFORMATIONAL,
                        "sends responses of status " + status.code() + " ahead of the final one",
                        hinting,
                        scene -> {
                            var answer = scene.get("/").hasStatus(200).hasBody("final");
                            var seen = answer.informational().stream()
                                    .map(head ->
                                            head.status() + " " + head.headers().all(link))
                                    .toList();
                            expectEqual(
                                    "informational responses",
                                    List.of(
                                            status.code() + " [</a.css>; rel=preload]",
                                            status.code() + " [</b.css>; rel=preload, </c.js>; rel=preload]"),
                                    seen);
                        })
                .needing(capability)
                .orElse(staged(
                        Rule.REQ_INFORMATIONAL,
                        "sends nothing of status " + status.code() + " where it cannot",
                        hinting,
                        scene -> {
                            var answer = scene.get("/").hasStatus(200).hasBody("final");
                            expect(answer.informational().isEmpty(), "an undeclared capability was used");
                        }));
    }

    private static TckCase lateInformational() {
        return staged(
                        Rule.REQ_LATE_INFORMATIONAL,
                        "refuses an informational response after the final one was begun",
                        (request, respond, scene) -> {
                            var received = respond.with(streaming(out -> {
                                out.writeUtf8("before ");
                                out.flush();
                                scene.note("inside", refusal(() -> request.sendEarlyHints(Headers.EMPTY)));
                                out.writeUtf8("after");
                            }));
                            scene.note("behind", refusal(() -> request.sendEarlyHints(Headers.EMPTY)));
                            return received;
                        },
                        scene -> {
                            scene.get("/").hasStatus(200).hasBody("before after");
                            expect(!"allowed".equals(scene.noted("inside")), "allowed inside the final response");
                            expect(!"allowed".equals(scene.noted("behind")), "allowed behind the final response");
                        })
                .needing(Capability.EARLY_HINTS);
    }

    private static TckCase badInformational() {
        return staged(
                Rule.REQ_LATE_INFORMATIONAL,
                "refuses 100, 101 and a final status as informational",
                (request, respond, scene) -> {
                    for (int code : new int[] {100, 101, 200}) {
                        scene.note(
                                "status " + code,
                                refusal(() -> request.sendInformational(Status.of(code), Headers.EMPTY)));
                    }
                    return respond.with(ok("final"));
                },
                scene -> {
                    var answer = scene.get("/").hasStatus(200).hasBody("final");
                    expect(answer.informational().isEmpty(), "a refused response was sent");
                    for (int code : new int[] {100, 101, 200}) {
                        scene.expectNoted("status " + code, "IllegalArgumentException");
                    }
                });
    }

    private static TckCase disconnect() {
        return staged(
                        Rule.REQ_DISCONNECT,
                        "runs onDisconnect when the client leaves during the exchange",
                        (request, respond, scene) -> {
                            request.onDisconnect(() -> scene.note("gone"));
                            scene.note("registered");
                            scene.noted("gone");
                            return respond.with(ok("nobody is there"));
                        },
                        scene -> {
                            var call = scene.send(ClientRequest.of("GET", "/"));
                            call.body().flush();
                            scene.noted("registered");
                            call.disconnect();
                            scene.noted("gone");
                        })
                .needing(Capability.DISCONNECT_SIGNAL);
    }

    private static TckCase upgrades() {
        return upgrades("gives the protocols of Upgrade when Connection names it", "[tck/1, other]")
                .unless(Departure.CONNECTION_FIELDS)
                .orElse(upgrades("gives no protocols where Upgrade does not arrive", "[]"));
    }

    private static TckCase upgrades(String name, String expected) {
        return serving(
                Rule.REQ_UPGRADES,
                name,
                (request, respond) -> respond.with(ok(request.upgrades().toString())),
                scene -> {
                    scene.get("/").hasBody("[]");
                    scene.ask(ClientRequest.of("GET", "/")
                                    .with("Connection", "keep-alive, Upgrade")
                                    .with("Upgrade", "Tck/1, other"))
                            .hasBody(expected);
                    scene.ask(ClientRequest.of("GET", "/").with("Upgrade", "tck/1"))
                            .hasBody("[]");
                });
    }

    private static TckCase capabilities() {
        return staged(
                Rule.REQ_CAPABILITIES,
                "supports what it declares, and nothing else",
                (request, respond, scene) -> {
                    var supported = EnumSet.noneOf(Capability.class);
                    for (var capability : Capability.values()) {
                        if (request.supports(capability)) {
                            supported.add(capability);
                        }
                    }
                    scene.note("supported", Set.copyOf(supported));
                    return respond.with(ok("asked"));
                },
                scene -> {
                    // the offer of an upgrade, as RAW may depend on it
                    scene.ask(ClientRequest.of("GET", "/")
                                    .with("Connection", "Upgrade")
                                    .with("Upgrade", "tck"))
                            .hasBody("asked");
                    var expected = new HashSet<Object>(scene.declared().capabilities());
                    var supported = new HashSet<Object>((Set<?>) scene.noted("supported"));
                    PER_CONNECTION.stream().filter(expected::remove).forEach(supported::remove);
                    expectEqual("capabilities", expected, supported);
                });
    }
}
