package wai.tck;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static wai.tck.Replies.ok;
import static wai.tck.TckCase.serving;
import static wai.tck.TckCase.staged;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import wai.Bytes;
import wai.HeaderName;
import wai.Headers;
import wai.Request;
import wai.Response;
import wai.Status;
import wai.spi.Rule;

/// What a handler gives of the header fields of a request.
final class FieldCases {
    private static final String PREFIX = "x-tck-";

    private FieldCases() {}

    static List<TckCase> all() {
        return List.of(
                headers(),
                order(),
                contentTypePlace(),
                emptyFields(),
                nameCase(),
                manyFields(),
                knownFields(),
                cookies(),
                severalCookies(),
                whiteSpace(),
                bytes(),
                reserved());
    }

    private static TckCase headers() {
        TckCase.StagedApplication told = (request, respond, _) -> respond.with(ok(joined(request, "x-tck-multi")
                + " " + joined(request, "X-TCK-SINGLE")
                + " " + joined(request, "X-Tck-Empty")
                + " "
                + request.headers().first(HeaderName.of("X-Tck-Long"), "").length()));
        // who joins the fields of some names only, as Cookie, has them apart here
        TckCase.StagedApplication toldJoined = (request, respond, _) -> respond.with(ok("["
                + String.join(", ", request.headers().all(HeaderName.of("x-tck-multi"))) + "] "
                + joined(request, "X-TCK-SINGLE")
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
                        toldJoined,
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

    private static TckCase order() {
        return serving(
                        Rule.REQ_HEADERS,
                        "gives fields of different names in the order in which they were sent",
                        (request, respond) -> respond.with(ok(names(request).toLowerCase(Locale.ROOT))),
                        scene -> expectNames(scene, "x-tck-zeta x-tck-alpha x-tck-mid x-tck-alpha x-tck-beta"))
                .unless(Departure.REQUEST_FIELD_ORDER);
    }

    private static TckCase contentTypePlace() {
        return serving(
                        Rule.REQ_HEADERS,
                        "gives Content-Type where the client set it among other fields",
                        (request, respond) -> {
                            var names = new ArrayList<String>();
                            request.headers().forEach((name, _) -> names.add(name.lowerCase()));
                            names.removeIf(name -> !name.startsWith(PREFIX) && !name.equals("content-type"));
                            return respond.with(ok(String.join(" ", names)));
                        },
                        scene -> scene.ask(ClientRequest.of("GET", "/")
                                        .with("X-Tck-Before", "1")
                                        .with("Content-Type", "text/html")
                                        .with("X-Tck-Behind", "1"))
                                .hasStatus(200)
                                .hasBody("x-tck-before content-type x-tck-behind"))
                .unless(Departure.CONTENT_FIELDS_PLACE, Departure.REQUEST_FIELD_ORDER);
    }

    private static TckCase emptyFields() {
        return serving(
                        Rule.REQ_HEADERS,
                        "gives fields whose value is empty",
                        (request, respond) -> respond.with(ok(joined(request, "X-Tck-Full")
                                + request.headers().contains(HeaderName.of("X-Tck-Empty"))
                                + joined(request, "X-Tck-Empty"))),
                        scene -> scene.ask(ClientRequest.of("GET", "/")
                                        .with("X-Tck-Empty", "")
                                        .with("X-Tck-Full", "1"))
                                .hasStatus(200)
                                .hasBody("[1]true[]"))
                .unless(Departure.EMPTY_FIELDS);
    }

    private static TckCase nameCase() {
        return serving(
                        Rule.REQ_HEADERS,
                        "gives names in the case in which they were sent",
                        (request, respond) -> respond.with(ok(names(request))),
                        scene -> expectNames(scene, "X-TCK-UPPER"))
                .unless(Departure.REQUEST_NAME_CASE)
                .orElse(serving(
                        Rule.REQ_HEADERS,
                        "gives names in any case",
                        (request, respond) -> respond.with(ok(names(request).toLowerCase(Locale.ROOT))),
                        scene -> expectNames(scene, "x-tck-upper")));
    }

    /// The names of our own fields, in order of arrival.
    private static String names(Request request) {
        var names = new ArrayList<String>();
        request.headers().forEach((name, _) -> names.add(name.toString()));
        names.removeIf(name -> !name.toLowerCase(Locale.ROOT).startsWith(PREFIX));
        return String.join(" ", names);
    }

    private static void expectNames(Scene scene, String names) throws IOException {
        var request = ClientRequest.of("GET", "/");
        for (var name : names.split(" ", -1)) {
            request = request.with(name, "1");
        }
        scene.ask(request).hasStatus(200).hasBody(names);
    }

    private static TckCase manyFields() {
        return serving(
                Rule.REQ_HEADERS,
                "gives 60 fields with their values",
                (request, respond) -> {
                    var text = new StringBuilder();
                    for (int i = 0; i < 60; i++) {
                        text.append(joined(request, "X-Tck-" + i));
                    }
                    return respond.with(ok(text.toString()));
                },
                scene -> {
                    var request = ClientRequest.of("GET", "/");
                    var expected = new StringBuilder();
                    for (int i = 0; i < 60; i++) {
                        request = request.with("X-Tck-" + i, "value " + i);
                        expected.append("[value ").append(i).append(']');
                    }
                    scene.ask(request).hasStatus(200).hasBody(expected.toString());
                });
    }

    /// Names that gateways treat in their own way.
    private static TckCase knownFields() {
        var fields = Headers.builder()
                .add(HeaderName.of("Authorization"), "Basic dGNrOnRjaw==")
                .add(HeaderName.of("User-Agent"), "tck (\"quoted\"; a, b)")
                .add(HeaderName.of("Accept"), "text/html;q=0.9, */*;q=0.1")
                .add(HeaderName.of("Referer"), "http://tck.test/a%20b?c=d&e")
                .add(HeaderName.of("Accept-Language"), "en, *;q=0.5")
                .add(HeaderName.of("X-Forwarded-For"), "192.0.2.1")
                .build();
        return serving(
                Rule.REQ_HEADERS,
                "gives the fields that gateways know like all others",
                (request, respond) -> {
                    var text = new StringBuilder(joined(request, "Host")
                            + joined(request, "Content-Type")
                            + joined(request, "Content-Length"));
                    fields.forEach((name, _) -> text.append(joined(request, name.toString())));
                    request.body().readAllBytes();
                    return respond.with(ok(text.toString()));
                },
                scene -> {
                    var type = "Text/Plain; Charset=\"utf-8\"";
                    var request = ClientRequest.of("POST", "/")
                            .with("Host", "tck.test:8080")
                            .with("Content-Type", type)
                            .with(new ClientRequest.Content.Declared(3));
                    var expected = new StringBuilder("[tck.test:8080][" + type + "][3]");
                    for (int i = 0; i < fields.size(); i++) {
                        request = request.with(fields.name(i).toString(), fields.value(i));
                        expected.append('[').append(fields.value(i)).append(']');
                    }
                    var call = scene.send(request);
                    call.body().write("abc".getBytes(ISO_8859_1));
                    call.endBody(Headers.EMPTY);
                    Answer.of(call).hasStatus(200).hasBody(expected.toString());
                });
    }

    private static TckCase cookies() {
        var cookies = "a=1; b=\"two words\"; c=; d=x=y; a=%20%3B; __Host-e=" + "f".repeat(500);
        return serving(
                Rule.REQ_HEADERS,
                "gives the Cookie field as it was sent",
                (request, respond) -> respond.with(ok(joined(request, "Cookie"))),
                scene -> scene.ask(ClientRequest.of("GET", "/").with("Cookie", cookies))
                        .hasStatus(200)
                        .hasBody("[" + cookies + "]"));
    }

    private static TckCase severalCookies() {
        return severalCookies("gives several Cookie fields apart", "[a=1; b=2|c=3]")
                .unless(Departure.REQUEST_DUPLICATES, Departure.REQUEST_COOKIES, Departure.COOKIE_CRUMBS)
                .orElse(severalCookies("joins several Cookie fields by a semicolon", "[a=1; b=2; c=3]")
                        .unless(Departure.REQUEST_COOKIES));
    }

    private static TckCase severalCookies(String name, String expected) {
        return serving(
                Rule.REQ_HEADERS, name, (request, respond) -> respond.with(ok(joined(request, "Cookie"))), scene -> {
                    var request = ClientRequest.of("GET", "/")
                            .with("Cookie", "a=1; b=2")
                            .with("Cookie", "c=3");
                    scene.ask(request).hasStatus(200).hasBody(expected);
                });
    }

    private static TckCase whiteSpace() {
        return serving(
                        Rule.REQ_HEADERS,
                        "gives values without the white space around them and with that inside",
                        (request, respond) -> respond.with(ok(joined(request, "X-Tck-None")
                                + joined(request, "X-Tck-Much")
                                + joined(request, "X-Tck-Inside").replace('\t', ' ') // RFC 9110 §5.6.3: a blank will do
                                + joined(request, "X-Tck-Only"))),
                        scene -> scene.wire()
                                .send(scene.head(
                                        "GET / HTTP/1.1",
                                        "X-Tck-None:bare",
                                        "X-Tck-Much: \t  far away \t ",
                                        "X-Tck-Inside: a  b:c\td",
                                        "X-Tck-Only:  "))
                                .answer("GET")
                                .hasStatus(200)
                                .hasBody("[bare][far away][a  b:c d][]"))
                .unless(Departure.FIELD_WHITE_SPACE)
                .onTheWire();
    }

    private static TckCase bytes() {
        return staged(
                        Rule.REQ_HEADERS,
                        "gives bytes above U+007F in values one character each",
                        (request, respond, _) -> {
                            var value = request.headers().first(HeaderName.of("X-Tck-Bytes"), "");
                            return respond.with(
                                    Response.of(Status.OK, Headers.EMPTY, Bytes.of(value.getBytes(ISO_8859_1))));
                        },
                        scene -> {
                            var value = "caf\u00e9 \u00c3\u00a9 \u00ff\u0080!";
                            scene.ask(ClientRequest.of("GET", "/").with("X-Tck-Bytes", value))
                                    .hasStatus(200)
                                    .hasBody(value);
                        })
                .unless(Departure.FIELD_BYTES);
    }

    private static TckCase reserved() {
        return serving(
                        Rule.REQ_HEADERS,
                        "gives fields called Proxy, and names that differ in a hyphen and an underscore",
                        (request, respond) -> respond.with(ok(joined(request, "Proxy")
                                + joined(request, "X-Tck-Name")
                                + joined(request, "X_Tck_Name")
                                + joined(request, "X-Tck.Name")
                                + joined(request, "Content_Length"))),
                        scene -> scene.ask(ClientRequest.of("GET", "/")
                                        .with("Proxy", "http://evil.test")
                                        .with("X-Tck-Name", "hyphen")
                                        .with("X_Tck_Name", "underscore")
                                        .with("X-Tck.Name", "dot")
                                        .with("Content_Length", "7"))
                                .hasStatus(200)
                                .hasBody("[http://evil.test][hyphen][underscore][dot][7]"))
                .unless(Departure.REQUEST_RESERVED_FIELDS)
                .orElse(serving(
                        Rule.REQ_HEADERS,
                        "gives names beside those that somebody reserves, and takes none for the length of a body",
                        (request, respond) -> respond.with(ok(joined(request, "X-Tck-Name") + request.bodyLength())),
                        scene -> scene.ask(ClientRequest.of("GET", "/")
                                        .with("Proxy", "http://evil.test")
                                        .with("X-Tck-Name", "hyphen")
                                        .with("Content_Length", "7"))
                                .hasStatus(200)
                                .hasBody("[hyphen]OptionalLong[0]")));
    }
}
