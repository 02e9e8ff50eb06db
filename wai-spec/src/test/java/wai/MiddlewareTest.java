package wai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static wai.HeaderName.VIA;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import wai.spi.FramedResponse;
import wai.testing.Draw;
import wai.testing.Property;
import wai.testing.RecordingExchange;

class MiddlewareTest {
    private static final Middleware IDENTITY = inner -> inner;

    @Test
    void thenPutsTheSecondInsideTheFirst() throws Exception {
        var trace = new ArrayList<String>();

        run(tracing("a", trace).then(tracing("b", trace)).wrap(echo()), get("/"));

        assertThat(trace).containsExactly("a in", "b in", "b out", "a out");
    }

    @Test
    void thenBehavesAsWrappingTwiceAndIsAssociative() {
        Property.holds(draw -> {
            var a = middleware(draw);
            var b = middleware(draw);
            var c = middleware(draw);
            var request = get(draw.oneOf("/", "/x", "/y"));

            assertThat(run(a.then(b).wrap(echo()), request)).isEqualTo(run(a.wrap(b.wrap(echo())), request));
            assertThat(run(a.then(b).then(c).wrap(echo()), request))
                    .isEqualTo(run(a.then(b.then(c)).wrap(echo()), request));
            assertThat(run(IDENTITY.then(a).wrap(echo()), request))
                    .isEqualTo(run(a.then(IDENTITY).wrap(echo()), request))
                    .isEqualTo(run(a.wrap(echo()), request));
        });
    }

    static Stream<Arguments> identities() {
        return Stream.of(
                Arguments.of("wrap", IDENTITY),
                Arguments.of("onRequest", Middleware.onRequest(request -> request)),
                Arguments.of("onResponse", Middleware.onResponse(response -> response)),
                Arguments.of("when", stamp("a").when(_ -> false)),
                Arguments.of("own headers", Middleware.onResponse(r -> r.withHeaders(r.headers()))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("identities")
    void theIdentityChangesNoByte(String name, Middleware identity) throws Exception {
        var responses = List.of(
                Response.text(Status.OK, "hello"),
                Response.of(Status.NO_CONTENT, Headers.EMPTY, Bytes.EMPTY),
                Response.stream(Status.OK, Headers.of(VIA, "v"), out -> out.writeUtf8("streamed")),
                Response.raw(
                        Status.SWITCHING_PROTOCOLS, Headers.of(VIA, "v"), Response.text(Status.OK, "no"), _ -> {}));

        for (var response : responses) {
            Application application = (_, respond) -> respond.with(response);

            assertThat(run(identity.wrap(application), get("/"))).isEqualTo(run(application, get("/")));
        }
    }

    @Test
    void whenAsksOncePerRequestAndLetsTheOthersPass() throws Exception {
        var asked = new ArrayList<String>();
        var application = stamp("seen")
                .when(request -> {
                    asked.add(request.rawPath());
                    return request.rawPath().equals("/yes");
                })
                .wrap(echo());

        var yes = run(application, get("/yes"));
        var no = run(application, get("/no"));

        assertThat(asked).containsExactly("/yes", "/no");
        assertThat(yes.headers().all(VIA)).containsExactly("seen");
        assertThat(no.headers().all(VIA)).isEmpty();
    }

    @Test
    void onRequestChangesWhatTheApplicationSees() throws Exception {
        var application = Middleware.onRequest(request -> request.withPath(List.of("inner")))
                .wrap(echo());

        assertThat(run(application, get("/outer")).body()).isEqualTo("GET [inner] /outer");
    }

    @Test
    void onResponseChangesWhatIsSent() throws Exception {
        var application = Middleware.onResponse(response -> response.withStatus(Status.CREATED))
                .wrap(echo());

        assertThat(run(application, get("/")).status()).isEqualTo(Status.CREATED);
    }

    @Test
    void aMiddlewareMayAnswerByItself() throws Exception {
        Middleware refusing = _ -> (_, respond) -> respond.with(Response.text(Status.FORBIDDEN, "no"));

        assertThat(run(refusing.then(stamp("never")).wrap(echo()), get("/")).status())
                .isEqualTo(Status.FORBIDDEN);
    }

    @Test
    @SuppressWarnings("NullAway") // that is the test
    void refusesNullWhenItIsComposedAndNotAtTheFirstRequest() {
        assertThatNullPointerException().isThrownBy(() -> IDENTITY.then(null)).withMessage("inner");
        assertThatNullPointerException().isThrownBy(() -> IDENTITY.when(null)).withMessage("condition");
        assertThatNullPointerException()
                .isThrownBy(() -> Middleware.onRequest(null))
                .withMessage("change");
        assertThatNullPointerException()
                .isThrownBy(() -> Middleware.onResponse(null))
                .withMessage("change");
    }

    private static Middleware middleware(Draw draw) {
        var name = "m" + draw.number(0, 9);
        return switch (draw.number(0, 4)) {
            case 0 -> stamp(name);
            case 1 -> stamp(name).when(request -> request.rawPath().equals("/x"));
            case 2 -> Middleware.onRequest(request -> request.withMethod(name));
            case 3 ->
                Middleware.onRequest(request -> request.withPath(
                        Stream.concat(Stream.of(name), request.path().stream()).toList()));
            default -> Middleware.onResponse(response -> response.withHeader(VIA, name));
        };
    }

    private static Middleware stamp(String name) {
        return Middleware.onResponse(response -> response.adding(VIA, name));
    }

    private static Middleware tracing(String name, List<String> trace) {
        return inner -> (request, respond) -> {
            trace.add(name + " in");
            return inner.handle(request, response -> {
                trace.add(name + " out");
                return respond.with(response);
            });
        };
    }

    private static Application echo() {
        return (request, respond) -> respond.with(
                Response.text(Status.OK, request.method() + " " + request.path() + " " + request.rawPath()));
    }

    private static Request get(String target) {
        return Request.builder("GET", target).build();
    }

    private static Seen run(Application application, Request request) throws Exception {
        var exchange = RecordingExchange.quiet();
        exchange.run(application, request);
        return Seen.of(exchange.sent().getFirst(), exchange.body());
    }

    /// What a client can see of a response.
    private record Seen(Status status, Headers headers, long length, String body) {
        static Seen of(FramedResponse response, String body) {
            return new Seen(response.status(), response.headers(), response.length(), body);
        }
    }
}
