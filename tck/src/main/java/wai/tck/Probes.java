package wai.tck;

import static wai.tck.Probe.Manner.EXPECTING;
import static wai.tck.Probe.Manner.RAW;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import wai.Bytes;
import wai.Capability;
import wai.HeaderName;
import wai.Headers;

/// The requests of the differential run.
final class Probes {
    private static final Headers TRAILERS = Headers.of(HeaderName.of("X-Sum"), "42", HeaderName.of("X-Note"), "a, b");

    private Probes() {}

    /// All of them, always in the same order.
    static List<Probe> all() {
        return Stream.of(
                        targets(),
                        queries(),
                        methods(),
                        fields(),
                        bodies(),
                        expecting(),
                        statuses(),
                        responseFields(),
                        responseBodies(),
                        files(),
                        failures(),
                        special(),
                        middleware())
                .flatMap(probes -> probes)
                .toList();
    }

    private static Stream<Probe> targets() {
        var plain = Stream.of(
                        "/echo",
                        "/echo/",
                        "/echo/a",
                        "/echo/a/",
                        "/echo/a/b/c",
                        "/echo/a%20b",
                        "/echo/%41%7a",
                        "/echo/a+b",
                        "/echo/a;v=1",
                        "/echo/;v",
                        "/echo/a;x=1;y=2/b;z",
                        "/echo/~user",
                        "/echo/%7Euser",
                        "/echo/a,b",
                        "/echo/a=b",
                        "/echo/a:b",
                        "/echo/a@b",
                        "/echo/a&b",
                        "/echo/a$b",
                        "/echo/a!b",
                        "/echo/a*b",
                        "/echo/(a)",
                        "/echo/a'b",
                        "/echo/.hidden",
                        "/echo/a.b.c",
                        "/echo/...",
                        "/echo/%C3%A9",
                        "/echo/%c3%a9",
                        "/echo/%E2%82%AC",
                        "/echo/%F0%9F%98%80",
                        "/echo/a%2Bb",
                        "/echo/a%3Fb",
                        "/echo/a%23b",
                        "/echo/a%26b",
                        "/echo/a%3Db",
                        "/echo/" + "x".repeat(2000),
                        "/nowhere",
                        "/")
                .map(Probes::get);
        var odd = Stream.of(
                        "//",
                        "/echo//",
                        "/echo//a",
                        "//echo/a",
                        "/echo/a//b///c",
                        "/echo/a%2Fb",
                        "/echo/%2F",
                        "/echo/a%5Cb",
                        "/echo/%25",
                        "/echo/%2541",
                        "/echo/a%252Fb",
                        "/echo/.",
                        "/echo/..",
                        "/echo/./a",
                        "/echo/../echo/a",
                        "/echo/%2e%2e/a",
                        "/echo/%2E/a",
                        "/echo/a/..;/b",
                        "/echo/%3B",
                        "/echo/%0A",
                        "/echo/%09",
                        "/echo/%00",
                        "/echo/%7F",
                        "/echo/%FF",
                        "/echo/%C3",
                        "/echo/%E9t%E9")
                .map(target -> get(target).unless(Departure.TARGETS));
        return Stream.concat(plain, odd);
    }

    private static Stream<Probe> queries() {
        var plain = Stream.of(
                        "a",
                        "a=",
                        "a=1",
                        "=1",
                        "a=1&b=2",
                        "b=2&a=1&b=3",
                        "a&a=&a=1",
                        "a=b=c",
                        "a=1&&b=2",
                        "&",
                        "=",
                        "&=&",
                        "a=%20",
                        "a=+",
                        "a=%2B",
                        "a=1%262",
                        "a%3Db=1",
                        "%61=%62",
                        "a=%C3%A9",
                        "a=%E2%82%AC",
                        "a;b=1",
                        "a=/?",
                        "q=a/b/../c",
                        "q=http://x.test/?y",
                        "a[]=1&a[0]=2".replace("[", "%5B").replace("]", "%5D"),
                        "a=1&A=2",
                        "a=" + "v".repeat(3000),
                        "a=%25",
                        "a=%2541",
                        "x=~!*'()",
                        "a=:@$,")
                .map(query -> get("/echo?" + query));
        var odd = Stream.of("a=%FF", "a=%00", "a=%C3")
                .map(query -> get("/echo?" + query).unless(Departure.TARGETS));
        return Stream.of(plain, odd, Stream.of(get("/echo?"), get("/echo/a/?"), get("/?")))
                .flatMap(probes -> probes);
    }

    private static Stream<Probe> methods() {
        return Stream.of(
                        Stream.of("DELETE", "OPTIONS").map(method -> Probe.of(method, "/echo/method")),
                        Stream.of("POST", "PUT")
                                .map(method -> Probe.of(method, "/echo/method").sending(Bytes.EMPTY)),
                        Stream.of("PROPFIND", "REPORT", "QUERY", "get", "Brew", "M-SEARCH")
                                .map(method -> Probe.of(method, "/echo/method").unless(Departure.METHODS)),
                        Stream.of(Probe.of("PATCH", "/echo/method")
                                .sending(Bytes.utf8("patch"))
                                .unless(Departure.METHODS)),
                        Stream.of(
                                        "/bytes/0",
                                        "/bytes/1000",
                                        "/stream/1000/100",
                                        "/stream/1000/100?length",
                                        "/file/text.txt",
                                        "/file/missing.txt",
                                        "/status/204",
                                        "/status/404",
                                        "/fail/refused",
                                        "/nowhere")
                                .map(target -> Probe.of("HEAD", target)))
                .flatMap(probes -> probes);
    }

    private static Stream<Probe> fields() {
        var echo = get("/echo/fields");
        return Stream.of(
                echo,
                echo.with("X-One", "1"),
                echo.with("x-lower", "1").with("X-UPPER", "2").with("X-mIxEd", "3"),
                echo.with("X-B", "1").with("X-A", "2").with("X-B", "3").with("X-C", "4"),
                echo.with("Accept", "a/b").with("Accept", "c/d;q=0.5, */*"),
                echo.with("X-Empty", ""),
                echo.with("X-Blanks", "a   b"),
                echo.with("X-Tab", "a\tb"),
                echo.with("X-Quoted", "\"a, b\"; c=\"d\\\"e\""),
                echo.with("X-Long", "v".repeat(5000)),
                echo.with("X-Latin", "caf\u00e9"),
                echo.with("Cookie", "a=1; b=2"),
                echo.with("Cookie", "a=1").with("Cookie", "b=2; c=\"3\""),
                echo.with("Cookie", "a=1, 2"),
                echo.with("Authorization", "Basic dTpw"),
                echo.with("Referer", "http://probe.test/x?y").with("User-Agent", "probe/1 (a; b)"),
                echo.with("Accept-Encoding", "gzip, br").with("Accept-Language", "de, en;q=0.5"),
                echo.with("If-None-Match", "\"a\", W/\"b\"").with("If-Modified-Since", "Wed, 01 Jan 2025 00:00:00 GMT"),
                echo.with("Range", "bytes=0-1"),
                echo.with("Forwarded", "for=192.0.2.1;proto=https"),
                echo.with("X-Forwarded-For", "192.0.2.1, 192.0.2.2").with("X-Forwarded-Proto", "https"),
                echo.with("Origin", "null").with("Sec-Fetch-Mode", "cors"),
                echo.with("Content-Type", "text/plain; charset=utf-8"),
                echo.with("Cache-Control", "no-cache").with("Pragma", "no-cache"),
                echo.with("Date", "Thu, 02 Jan 2025 03:04:05 GMT"),
                echo.with("X-Under_Score", "1"),
                echo.with("Proxy", "http://evil.test/"),
                echo.with("X-Symbols!#$%&'*+.^`|~", "1"),
                echo.with("Connection", "Upgrade").with("Upgrade", "one/1, Two"),
                echo.with("Upgrade", "one").unless(Departure.UNNAMED_UPGRADE),
                echo.with("X-Method-Override", "PATCH"),
                manyFields(echo));
    }

    private static Probe manyFields(Probe echo) {
        var many = echo.request();
        for (int i = 0; i < 40; i++) {
            many = many.with("X-Field-" + i, "value " + i);
        }
        return new Probe(
                "GET /echo/fields with 40 fields",
                many,
                echo.body(),
                echo.trailers(),
                echo.manner(),
                echo.needs(),
                echo.dependsOn());
    }

    private static Stream<Probe> bodies() {
        var sizes = IntStream.of(0, 1, 2, 100, 1023, 1024, 4096, 8191, 8192, 8193, 16384, 65535, 65536, 65537, 200_000);
        var sized = sizes.mapToObj(size -> Bytes.of(Replies.noise(size)))
                .flatMap(body -> Stream.of("/read", "/mirror", "/ignore")
                        .flatMap(target -> Stream.of(
                                Probe.of("POST", target).sending(body),
                                Probe.of("PUT", target).chunked(body, Headers.EMPTY))));
        var form = Bytes.utf8("a=1&b=%C3%A9&c");
        var more = Stream.of(
                Probe.of("POST", "/echo/form")
                        .with("Content-Type", "application/x-www-form-urlencoded")
                        .sending(form),
                Probe.of("POST", "/echo/json")
                        .with("Content-Type", "application/json")
                        .sending(Bytes.utf8("{\"a\": 1}")),
                Probe.of("POST", "/echo/text").chunked(Bytes.utf8("chunked text"), Headers.EMPTY),
                Probe.of("GET", "/echo/body").sending(Bytes.utf8("a body of GET")),
                Probe.of("DELETE", "/echo/body").sending(Bytes.utf8("a body of DELETE")),
                Probe.of("POST", "/read")
                        .chunked(Bytes.utf8("with trailers"), TRAILERS)
                        .needing(Capability.REQUEST_TRAILERS)
                        .unless(Departure.TRAILER_SECTION),
                Probe.of("POST", "/read")
                        .chunked(Bytes.EMPTY, TRAILERS)
                        .needing(Capability.REQUEST_TRAILERS)
                        .unless(Departure.TRAILER_SECTION));
        return Stream.concat(sized, more);
    }

    private static Stream<Probe> expecting() {
        return Stream.of("/read", "/mirror", "/echo", "/ignore", "/status/403", "/fail/refused")
                .flatMap(target -> {
                    var probe = Probe.of("POST", target)
                            .with("Expect", "100-continue")
                            .in(EXPECTING)
                            .unless(Departure.OWN_CONTINUE);
                    return Stream.of(
                            probe.sending(Bytes.utf8("expected")),
                            probe.chunked(Bytes.utf8("expected"), Headers.EMPTY));
                });
    }

    private static Stream<Probe> statuses() {
        return IntStream.of(
                        200, 201, 202, 203, 204, 205, 206, 207, 226, 299, 300, 301, 302, 303, 304, 307, 308, 399, 400,
                        401, 402, 403, 404, 405, 406, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 418, 421, 422,
                        425, 426, 428, 429, 431, 451, 499, 500, 501, 502, 503, 504, 505, 511, 599)
                .mapToObj(code -> get("/status/" + code));
    }

    private static Stream<Probe> responseFields() {
        return Stream.concat(
                Stream.of(
                                "order",
                                "cookies",
                                "case",
                                "lists",
                                "empty",
                                "long",
                                "many",
                                "type",
                                "notype",
                                "dates",
                                "location",
                                "relative",
                                "auth",
                                "framing",
                                "cache",
                                "security",
                                "encoding",
                                "status")
                        .map(which -> get("/fields/" + which)),
                Stream.of(
                        get("/fields/latin1"),
                        get("/fields/server"),
                        get("/fields/reserved").unless(Departure.RESPONSE_RESERVED_FIELDS)));
    }

    private static Stream<Probe> responseBodies() {
        return Stream.of(
                        Stream.of("/bytes/0", "/bytes/1", "/bytes/8192", "/bytes/65536", "/bytes/300000")
                                .map(Probes::get),
                        Stream.of("0/1", "1/1", "100/1", "8192/8192", "100000/1000", "300000/65536")
                                .flatMap(size -> Stream.of("", "?length", "?flush", "?length&flush", "?empty&flush")
                                        .map(query -> get("/stream/" + size + query))),
                        Stream.of("100/10", "0/1").map(size -> get("/stream/" + size + "?trailers")
                                .with("TE", "trailers")
                                .needing(Capability.RESPONSE_TRAILERS)))
                .flatMap(probes -> probes);
    }

    private static Stream<Probe> files() {
        var text = get("/file/text.txt");
        var probes = new ArrayList<Probe>(List.of(
                text,
                get("/file/empty.bin"),
                get("/file/large.bin"),
                get("/file/missing.txt"),
                get("/file/"),
                get("/file/text.txt/203"),
                get("/file/text.txt/404"),
                get("/file/missing.txt/404"),
                Probe.of("POST", "/file/text.txt").with("Range", "bytes=0-3").unless(Departure.LENGTH_REQUIRED),
                get("/file/empty.bin").with("Range", "bytes=0-0"),
                get("/file/large.bin").with("Range", "bytes=100000-")));
        for (var range : List.of(
                "bytes=0-0",
                "bytes=0-9",
                "bytes=5-",
                "bytes=-5",
                "bytes=0-999",
                "bytes=36-",
                "bytes=37-",
                "bytes=99-100",
                "bytes=-0",
                "bytes=-999",
                "bytes=5-4",
                "bytes=a-b",
                "bytes=",
                "bytes",
                "lines=0-1",
                "bytes=0-1,3-4",
                "bytes=0-1, 90-99",
                "bytes=1-1,1-1,1-1",
                "bytes= 0-1 , 2-3 ")) {
            probes.add(text.with("Range", range));
        }
        var modified = "Thu, 02 Jan 2025 03:04:05 GMT";
        var later = "Fri, 03 Jan 2025 00:00:00 GMT";
        var earlier = "Wed, 01 Jan 2025 00:00:00 GMT";
        for (var date : List.of(modified, later, earlier, "yesterday")) {
            probes.add(text.with("If-Modified-Since", date));
            probes.add(text.with("If-Unmodified-Since", date));
            probes.add(text.with("If-Range", date).with("Range", "bytes=0-3"));
        }
        for (var tags : List.of("*", "\"no\"", "W/\"no\", \"neither\"", "no tag")) {
            probes.add(text.with("If-None-Match", tags));
            probes.add(text.with("If-Match", tags));
        }
        probes.add(text.with("If-Range", "\"no\"").with("Range", "bytes=0-3"));
        probes.add(Probe.of("HEAD", "/file/text.txt").with("If-Modified-Since", modified));
        probes.add(Probe.of("HEAD", "/file/text.txt").with("Range", "bytes=0-3"));
        return probes.stream();
    }

    private static Stream<Probe> failures() {
        return Stream.of(
                get("/fail/before"),
                get("/fail/error"),
                get("/fail/refused"),
                get("/fail/behind"),
                get("/fail/twice"),
                get("/fail/informational"),
                get("/fail/inside").unless(Departure.CUT_STREAM),
                get("/fail/short").unless(Departure.CUT_LENGTH),
                get("/fail/long").unless(Departure.CUT_LENGTH),
                Probe.of("POST", "/fail/before").sending(Bytes.utf8("unread")),
                Probe.of("HEAD", "/fail/before"),
                Probe.of("POST", "/fail/large").sending(Bytes.utf8("more than ten bytes")),
                Probe.of("POST", "/fail/large").chunked(Bytes.utf8("more than ten bytes"), Headers.EMPTY));
    }

    private static Stream<Probe> special() {
        var upgrade = get("/raw")
                .with("Connection", "Upgrade")
                .with("Upgrade", "probe")
                .in(RAW);
        return Stream.of(
                upgrade.needing(Capability.RAW),
                get("/raw"),
                get("/raw").with("Connection", "Upgrade").with("Upgrade", "other"),
                get("/informational/103").needing(Capability.EARLY_HINTS),
                get("/informational/102").needing(Capability.INFORMATIONAL),
                get("/informational/199").needing(Capability.INFORMATIONAL));
    }

    private static Stream<Probe> middleware() {
        var body = Bytes.utf8("a body that is looked into");
        return Stream.of(
                get("/mounted/echo/a"),
                get("/mounted/mounted/echo"),
                get("/echo?x").with("X-Request-Id", "42"),
                get("/nowhere").with("X-Request-Id", "42"),
                get("/bytes/100?tag=yes"),
                get("/bytes/100?tag=yes").with("If-None-Match", "\"100\""),
                get("/bytes/100?tag=yes").with("If-None-Match", "\"1\", \"100\""),
                get("/bytes/100?tag=yes").with("If-None-Match", "\"99\""),
                Probe.of("HEAD", "/bytes/100?tag=yes"),
                get("/nowhere").with("X-Shout", "yes"),
                get("/file/text.txt").with("X-Shout", "yes"),
                Probe.of("POST", "/mirror").with("X-Shout", "yes").sending(Bytes.utf8("streamed in small letters")),
                Probe.of("POST", "/mirror").with("X-Shout", "yes").chunked(Bytes.utf8("streamed"), Headers.EMPTY),
                Probe.of("POST", "/mirror").with("X-Peek", "yes").sending(body),
                Probe.of("POST", "/mirror").with("X-Peek", "yes").chunked(body, Headers.EMPTY),
                Probe.of("POST", "/echo").with("X-Peek", "yes").sending(body),
                get("/echo").with("X-Peek", "yes"),
                get("/raw").with("X-Peek", "yes"));
    }

    private static Probe get(String target) {
        return Probe.of("GET", target);
    }
}
