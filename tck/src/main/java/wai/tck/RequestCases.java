package wai.tck;

import static wai.tck.CaseFailure.expect;
import static wai.tck.CaseFailure.expectEqual;
import static wai.tck.Replies.ok;
import static wai.tck.Replies.refusal;
import static wai.tck.Replies.streaming;
import static wai.tck.TckCase.serving;
import static wai.tck.TckCase.staged;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import wai.Capability;
import wai.HeaderName;
import wai.Headers;
import wai.HttpVersion;
import wai.Status;
import wai.spi.Rule;

/// What a handler gives as a request; bodies have their own file.
final class RequestCases {
    /// What a handler may be able to do on other connections than the one of the client.
    private static Set<Capability> perConnection(Scene scene) {
        var others = EnumSet.of(Capability.TLS_FACTS, Capability.HTTP_2);
        if (scene.isSecure()) {
            others.remove(Capability.TLS_FACTS);
        }
        if (scene.speaksHttp2()) {
            others.remove(Capability.HTTP_2);
        }
        return others;
    }

    private RequestCases() {}

    static List<TckCase> all() {
        return List.of(
                facts(),
                version(),
                tlsFacts(),
                informational(Capability.EARLY_HINTS, Status.EARLY_HINTS),
                informational(Capability.INFORMATIONAL, Status.of(199)),
                lateInformational(),
                badInformational(),
                disconnect(),
                upgrades(),
                unnamedUpgrade(),
                capabilities());
    }

    private static TckCase facts() {
        return staged(
                Rule.REQ_FACTS,
                "tells whether the client came over TLS, from its address and in its version",
                (request, respond, scene) -> {
                    scene.note("secure", request.isSecure());
                    scene.note("remote address", shown(request.remoteAddress()));
                    return respond.with(ok(request.version().toString()));
                },
                scene -> {
                    var answer = scene.get("/").hasStatus(200).isWhole();
                    scene.expectNoted("secure", scene.isSecure());
                    scene.noted("remote address");
                    var versions = scene.speaksHttp2()
                            ? List.of(HttpVersion.HTTP_2.toString())
                            : List.of(HttpVersion.HTTP_1_1.toString(), HttpVersion.HTTP_2.toString());
                    expect(versions.contains(answer.text()), "version " + answer.text() + ", expected " + versions);
                });
    }

    private static TckCase version() {
        return staged(
                        Rule.REQ_FACTS,
                        "tells the version of the request line and the address of the socket",
                        (request, respond, scene) -> {
                            scene.note("address of " + request.version(), shown(request.remoteAddress()));
                            return respond.with(ok(request.version().toString()));
                        },
                        scene -> {
                            for (var version : List.of("HTTP/1.0", "HTTP/1.1")) {
                                var wire = scene.wire().send(scene.head("GET / " + version));
                                wire.answer("GET").hasStatus(200).hasBody(version);
                                scene.expectNoted("address of " + version, shown(wire.localAddress()));
                            }
                        })
                .onTheWire();
    }

    private static TckCase tlsFacts() {
        return staged(
                        Rule.REQ_FACTS,
                        "tells the session and the protocol that TLS agreed on",
                        (request, respond, scene) -> {
                            var connection = request.connection();
                            scene.note(
                                    "session",
                                    connection
                                            .tlsSession()
                                            .map(session -> session.getProtocol() + " " + session.getCipherSuite())
                                            .orElse("none"));
                            scene.note(
                                    "protocol", connection.applicationProtocol().orElse("none"));
                            scene.note("peer", connection.peerCertificates());
                            return respond.with(ok("told"));
                        },
                        scene -> {
                            scene.get("/").hasStatus(200).hasBody("told");
                            var session = scene.noted("session");
                            expect(session.matches("TLSv1\\.[23] TLS_[A-Z0-9_]+"), "session " + session);
                            scene.expectNoted("protocol", scene.speaksHttp2() ? "h2" : "http/1.1");
                            scene.expectNoted("peer", "[]");
                        })
                .needing(Capability.TLS_FACTS)
                .overTls();
    }

    /// An address as numbers, without a name that somebody looked up.
    private static String shown(SocketAddress address) {
        return address instanceof InetSocketAddress tcp && tcp.getAddress() != null
                ? tcp.getAddress().getHostAddress() + " port " + tcp.getPort()
                : address.toString();
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
        return upgrades("gives the protocols of Upgrade when Connection names it", "Tck/1, other", "[tck/1, other]")
                .unless(Departure.CONNECTION_FIELDS, Departure.EXTENDED_CONNECT)
                .orElse(upgrades("gives the one protocol that is offered", "Tck/1", "[tck/1]")
                        .unless(Departure.CONNECTION_FIELDS)
                        .orElse(upgrades("gives no protocols where Upgrade does not arrive", "Tck/1, other", "[]")));
    }

    private static TckCase upgrades(String name, String offered, String expected) {
        return serving(
                Rule.REQ_UPGRADES,
                name,
                (request, respond) -> respond.with(ok(request.upgrades().toString())),
                scene -> {
                    scene.get("/").hasBody("[]");
                    scene.ask(ClientRequest.of("GET", "/")
                                    .with("Connection", "keep-alive, Upgrade")
                                    .with("Upgrade", offered))
                            .hasBody(expected);
                });
    }

    private static TckCase unnamedUpgrade() {
        return serving(
                        Rule.REQ_UPGRADES,
                        "gives no protocols when Connection does not name Upgrade",
                        (request, respond) -> respond.with(ok(request.upgrades().toString())),
                        scene -> scene.ask(ClientRequest.of("GET", "/").with("Upgrade", "tck/1"))
                                .hasBody("[]"))
                .unless(Departure.UNNAMED_UPGRADE);
    }

    private static TckCase capabilities() {
        return staged(
                Rule.REQ_CAPABILITIES,
                "supports what it declares, and nothing else",
                (request, respond, scene) -> {
                    for (var capability : Capability.values()) {
                        scene.note(capability.name(), request.supports(capability));
                    }
                    return respond.with(ok("asked"));
                },
                scene -> {
                    // the offer of an upgrade, as RAW may depend on it
                    scene.ask(ClientRequest.of("GET", "/")
                                    .with("Connection", "Upgrade")
                                    .with("Upgrade", "tck"))
                            .hasBody("asked");
                    var expected = new HashSet<>(scene.declared().capabilities());
                    var supported = EnumSet.noneOf(Capability.class);
                    for (var capability : Capability.values()) {
                        if (Boolean.parseBoolean(scene.noted(capability.name()))) {
                            supported.add(capability);
                        }
                    }
                    perConnection(scene).stream().filter(expected::remove).forEach(supported::remove);
                    expectEqual("capabilities", expected, supported);
                });
    }
}
