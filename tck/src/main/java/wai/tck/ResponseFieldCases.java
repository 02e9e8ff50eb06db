package wai.tck;

import static wai.tck.CaseFailure.expect;
import static wai.tck.CaseFailure.expectEqual;
import static wai.tck.Replies.ok;
import static wai.tck.TckCase.serving;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import wai.Bytes;
import wai.HeaderName;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.spi.Rule;

/// What a handler does with the status line and the header fields of a response.
final class ResponseFieldCases {
    private static final HeaderName LOCATION = HeaderName.LOCATION;
    private static final String PREFIX = "x-tck-";
    /// What is to be generated (RFC 9110 §5.6.7).
    private static final String DATE =
            "(Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT";

    private static final String LONG_AGO = "Sun, 06 Nov 1994 08:49:37 GMT";

    private ResponseFieldCases() {}

    static List<TckCase> all() {
        return List.of(
                reason(),
                headers(),
                order(),
                contentTypePlace(),
                emptyFields(),
                nameCase(),
                manyFields(),
                bytes(),
                locations(),
                contentType(),
                reserved(),
                date(),
                ownDate());
    }

    private static TckCase reason() {
        return serving(
                        Rule.RSP_STATUS,
                        "sends the reason phrase of the application to a client of HTTP/1.1",
                        (request, respond) -> respond.with(ok("reason")
                                .withStatus(new Status(
                                        Integer.parseInt(request.path().getFirst()),
                                        request.path().getLast()))),
                        scene -> {
                            for (var line :
                                    List.of("200 All is well", "404 ", "299 Nearly", "500 Oh, (no) \"really\"?")) {
                                var target = "/" + line.substring(0, 3) + "/"
                                        + line.substring(4)
                                                .replace(" ", "%20")
                                                .replace("\"", "%22")
                                                .replace("?", "%3F");
                                var wire = scene.wire().send(scene.head("GET " + target + " HTTP/1.1"));
                                expectEqual("status line", "HTTP/1.1 " + line, wire.readLine());
                            }
                        })
                .unless(Departure.REASON_PHRASE)
                .onTheWire();
    }

    private static TckCase headers() {
        var longValue = "v".repeat(4000);
        var fields = Headers.builder()
                .add(HeaderName.SET_COOKIE, "a=1; Path=/")
                .add(HeaderName.of("X-Tck-First"), "one")
                .add(HeaderName.SET_COOKIE, "b=2, really")
                .add(HeaderName.of("X-Tck-Second"), "zero")
                .add(HeaderName.of("X-Tck-First"), "two, \"three\"")
                .add(HeaderName.of("X-Tck-Second"), "a  b\tc: d;e=f")
                .add(HeaderName.SET_COOKIE, "a=3")
                .add(HeaderName.of("X-Tck-Long"), longValue)
                .build();
        return serving(
                        Rule.RSP_HEADERS,
                        "sends all fields with their values, duplicates in order",
                        (_, respond) -> respond.with(Response.of(Status.OK, fields, Bytes.utf8("fields"))),
                        scene -> scene.get("/")
                                .hasField("Set-Cookie", "a=1; Path=/", "b=2, really", "a=3")
                                .hasField("X-Tck-First", "one", "two, \"three\"")
                                .hasField("X-Tck-Second", "zero", "a  b\tc: d;e=f")
                                .hasField("X-Tck-Long", longValue)
                                .hasBody("fields"))
                .unless(Departure.RESPONSE_DUPLICATES)
                .orElse(serving(
                        Rule.RSP_HEADERS,
                        "sends all fields with their values, duplicates joined in order",
                        (_, respond) -> respond.with(Response.of(Status.OK, fields, Bytes.utf8("fields"))),
                        scene -> {
                            var answer = scene.get("/")
                                    .hasField("Set-Cookie", "a=1; Path=/", "b=2, really", "a=3")
                                    .hasField("X-Tck-Long", longValue)
                                    .hasBody("fields");
                            expectEqual(
                                    "joined", "one, two, \"three\"", String.join(", ", answer.values("X-Tck-First")));
                            expectEqual(
                                    "joined", "zero, a  b\tc: d;e=f", String.join(", ", answer.values("X-Tck-Second")));
                        }));
    }

    private static TckCase order() {
        var names = List.of("x-tck-zeta", "x-tck-alpha", "x-tck-mid", "x-tck-alpha", "x-tck-beta");
        return naming("sends fields of different names in the order of the application", names, names(names), true)
                .unless(Departure.RESPONSE_FIELD_ORDER);
    }

    private static TckCase nameCase() {
        var names = List.of("X-TCK-UPPER");
        return naming("sends names in the case of the application", names, "X-TCK-UPPER", false)
                .unless(Departure.RESPONSE_NAME_CASE)
                .orElse(naming("sends names in any case", names, "x-tck-upper", true));
    }

    private static TckCase contentTypePlace() {
        var fields = Headers.of(
                HeaderName.of("X-Tck-Before"),
                "1",
                HeaderName.CONTENT_TYPE,
                "text/html",
                HeaderName.of("X-Tck-Behind"),
                "1");
        return serving(
                        Rule.RSP_HEADERS,
                        "sends Content-Type where the application set it among other fields",
                        (_, respond) -> respond.with(Response.of(Status.OK, fields, Bytes.utf8("places"))),
                        scene -> {
                            var seen = new ArrayList<String>();
                            var answer = scene.get("/").hasStatus(200).hasBody("places");
                            answer.head().headers().forEach((each, _) -> seen.add(each.lowerCase()));
                            seen.removeIf(each -> !each.startsWith(PREFIX) && !each.equals("content-type"));
                            expectEqual("names", "x-tck-before content-type x-tck-behind", names(seen));
                        })
                .unless(Departure.CONTENT_FIELDS_PLACE, Departure.RESPONSE_FIELD_ORDER);
    }

    private static TckCase emptyFields() {
        var fields = Headers.of(HeaderName.of("X-Tck-Empty"), "", HeaderName.of("X-Tck-Full"), "1");
        return serving(
                        Rule.RSP_HEADERS,
                        "sends fields whose value is empty",
                        (_, respond) -> respond.with(Response.of(Status.OK, fields, Bytes.utf8("empty"))),
                        scene -> scene.get("/")
                                .hasField("X-Tck-Empty", "")
                                .hasField("X-Tck-Full", "1")
                                .hasBody("empty"))
                .unless(Departure.EMPTY_FIELDS);
    }

    private static TckCase naming(String name, List<String> names, String expected, boolean anyCase) {
        var fields = Headers.builder();
        names.forEach(each -> fields.add(HeaderName.of(each), "1"));
        var headers = fields.build();
        return serving(
                Rule.RSP_HEADERS,
                name,
                (_, respond) -> respond.with(Response.of(Status.OK, headers, Bytes.utf8("names"))),
                scene -> {
                    var seen = new ArrayList<String>();
                    var answer = scene.get("/").hasStatus(200).hasBody("names");
                    answer.head().headers().forEach((each, _) -> seen.add(each.toString()));
                    seen.removeIf(each -> !each.toLowerCase(Locale.ROOT).startsWith(PREFIX));
                    var text = names(seen);
                    expectEqual("names", expected, anyCase ? text.toLowerCase(Locale.ROOT) : text);
                });
    }

    private static String names(List<String> names) {
        return String.join(" ", names);
    }

    private static TckCase manyFields() {
        var fields = Headers.builder();
        for (int i = 0; i < 60; i++) {
            fields.add(HeaderName.of("X-Tck-" + i), "value " + i);
        }
        var headers = fields.build();
        return serving(
                Rule.RSP_HEADERS,
                "sends 60 fields with their values",
                (_, respond) -> respond.with(Response.of(Status.OK, headers, Bytes.utf8("many"))),
                scene -> {
                    var answer = scene.get("/").hasStatus(200).hasBody("many");
                    for (int i = 0; i < 60; i++) {
                        answer.hasField("X-Tck-" + i, "value " + i);
                    }
                });
    }

    private static TckCase bytes() {
        var value = "caf\u00e9 \u00c3\u00a9 \u00ff!";
        return serving(
                        Rule.RSP_HEADERS,
                        "sends characters from U+0080 to U+00FF in values as one byte each",
                        (_, respond) -> respond.with(ok("bytes").withHeader(HeaderName.of("X-Tck-Bytes"), value)),
                        scene -> scene.get("/").hasField("X-Tck-Bytes", value).hasBody("bytes"))
                .unless(Departure.FIELD_BYTES);
    }

    private static TckCase locations() {
        var locations = List.of("/b%20c?d=e&f#g", "http://other.test/", "//other.test/x", "../up", "?only");
        return serving(
                Rule.RSP_HEADERS,
                "sends Location as it is and follows it not itself",
                (request, respond) -> respond.with(Response.text(
                                Status.of(Integer.parseInt(request.path().getFirst())), "at " + request.rawPath())
                        .withHeader(
                                LOCATION,
                                locations.get(Integer.parseInt(request.path().getLast())))),
                scene -> {
                    for (int status : new int[] {201, 302, 307}) {
                        for (int i = 0; i < locations.size(); i++) {
                            scene.get("/" + status + "/" + i)
                                    .hasStatus(status)
                                    .hasField("Location", locations.get(i))
                                    .hasBody("at /" + status + "/" + i);
                        }
                    }
                });
    }

    private static TckCase contentType() {
        var types = List.of(
                "text/html",
                "text/plain; charset=utf-8",
                "Text/HTML; Charset=\"UTF-8\"",
                "text/plain;charset=us-ascii;x=y",
                "application/json");
        return serving(
                        Rule.RSP_HEADERS,
                        "sends Content-Type as it is, and none where there is none",
                        (request, respond) -> respond.with(typed(types, request.path())),
                        scene -> {
                            for (int i = 0; i < types.size(); i++) {
                                scene.get("/" + i)
                                        .hasField("Content-Type", types.get(i))
                                        .hasBody("typed");
                            }
                            scene.get("/none").hasNo("Content-Type").hasBody("typed");
                        })
                .unless(Departure.CONTENT_TYPE_TEXT)
                .orElse(serving(
                        Rule.RSP_HEADERS,
                        "sends a Content-Type that means the same",
                        (request, respond) -> respond.with(typed(types, request.path())),
                        scene -> {
                            for (int i = 0; i < types.size(); i++) {
                                expectSameType(scene, "/" + i, types.get(i));
                            }
                        }));
    }

    private static Response typed(List<String> types, List<String> path) {
        var response = Response.of(Status.OK, Headers.EMPTY, Bytes.utf8("typed"));
        return path.contains("none")
                ? response
                : response.withHeader(HeaderName.CONTENT_TYPE, types.get(Integer.parseInt(path.getFirst())));
    }

    private static void expectSameType(Scene scene, String target, String type) throws IOException {
        var answer = scene.get(target).hasStatus(200).hasBody("typed");
        var values = answer.values("Content-Type");
        expect(values.size() == 1, "Content-Type " + values + "\n" + answer.shown());
        var seen = parameters(values.getFirst());
        for (var part : parameters(type)) {
            expect(seen.contains(part), "Content-Type " + values + " lacks \"" + part + "\" of \"" + type + "\"");
        }
        expectEqual("media type", parameters(type).getFirst(), seen.getFirst());
    }

    /// The media type and its parameters without white space and quotes, in lower case.
    private static List<String> parameters(String type) {
        return List.of(type.toLowerCase(Locale.ROOT).replaceAll("[ \t\"]", "").split(";", -1));
    }

    private static TckCase reserved() {
        return serving(
                        Rule.RSP_HEADERS,
                        "sends a field called Status, which changes nothing",
                        (_, respond) -> respond.with(ok("fine").withHeader(HeaderName.of("Status"), "404 Not me")),
                        scene -> scene.get("/")
                                .hasStatus(200)
                                .hasField("Status", "404 Not me")
                                .hasBody("fine"))
                .unless(Departure.RESPONSE_RESERVED_FIELDS)
                .orElse(serving(
                        Rule.RSP_HEADERS,
                        "keeps the status whatever a field called Status says",
                        (_, respond) -> respond.with(ok("fine").withHeader(HeaderName.of("Status"), "404 Not me")),
                        scene -> scene.get("/").hasStatus(200).hasBody("fine")));
    }

    private static TckCase date() {
        return serving(
                        Rule.RSP_DATE,
                        "sends one Date that is an HTTP date",
                        (request, respond) -> respond.with(
                                request.path().contains("stream")
                                        ? Replies.streaming(out -> out.writeUtf8("dated"))
                                        : ok("dated")),
                        scene -> {
                            for (var target : List.of("/memory", "/stream")) {
                                var answer = scene.get(target).hasStatus(200).hasBody("dated");
                                answer.holds(
                                        answer.values("Date").size() == 1
                                                && answer.values("Date")
                                                        .getFirst()
                                                        .matches(DATE),
                                        "Date " + answer.values("Date"));
                            }
                        })
                .unless(Departure.DATE);
    }

    private static TckCase ownDate() {
        return serving(
                        Rule.RSP_DATE,
                        "sends the Date of the application and no second one",
                        (_, respond) -> respond.with(ok("dated").withHeader(HeaderName.DATE, LONG_AGO)),
                        scene -> scene.get("/").hasField("Date", LONG_AGO).hasBody("dated"))
                .unless(Departure.DATE)
                .orElse(serving(
                        Rule.RSP_DATE,
                        "sends no two Date fields",
                        (_, respond) -> respond.with(ok("dated").withHeader(HeaderName.DATE, LONG_AGO)),
                        scene -> {
                            var answer = scene.get("/").hasStatus(200).hasBody("dated");
                            answer.holds(answer.values("Date").size() <= 1, "Date " + answer.values("Date"));
                        }));
    }
}
