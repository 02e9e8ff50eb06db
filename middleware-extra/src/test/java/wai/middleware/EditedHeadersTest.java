package wai.middleware;

import static org.assertj.core.api.Assertions.assertThat;
import static wai.HeaderName.ACCEPT;
import static wai.HeaderName.ALT_SVC;
import static wai.HeaderName.SERVER;
import static wai.HeaderName.SET_COOKIE;
import static wai.HeaderName.VARY;
import static wai.Status.OK;

import java.util.ArrayList;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import wai.Application;
import wai.Body;
import wai.Capability;
import wai.HeaderName;
import wai.Headers;
import wai.Middleware;
import wai.Request;
import wai.Response;
import wai.Status;
import wai.shelf.Bodies;
import wai.shelf.RecordingExchange;
import wai.test.TestClient;

/// [AddHeaders], [StripHeaders] and [CombineHeaders].
class EditedHeadersTest {
    private static final HeaderName POWER = HeaderName.of("X-Powered-By");

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void addsToEveryKindOfBody(Bodies body) {
        var application = AddHeaders.of(Headers.of(POWER, "tea")).wrap(body.application());

        var response = TestClient.of(application).without(Capability.RAW).get("/");

        assertThat(response.headers().all(POWER)).containsExactly("tea");
        assertThat(response.text()).isEqualTo(Bodies.TEXT);
    }

    @Test
    void appendsBehindWhatIsThere() {
        var application = AddHeaders.of(Headers.of(SET_COOKIE, "b=2"))
                .wrap(Bodies.answering(Response.text(OK, "").withHeader(SET_COOKIE, "a=1")));

        var response = TestClient.of(application).get("/");

        assertThat(response.headers().all(SET_COOKIE)).containsExactly("a=1", "b=2");
    }

    @Test
    void leavesToTheApplicationWhatItSetItself() {
        var client = TestClient.of(Samples.addHeaders(Bodies.BYTES.application()));
        var own = TestClient.of(
                Samples.addHeaders(Bodies.answering(Response.text(OK, "").withHeader(SERVER, "own"))));

        assertThat(client.get("/").headers().all(SERVER)).containsExactly("shop");
        assertThat(own.get("/").headers().all(SERVER)).containsExactly("own");
    }

    @Test
    void looksAtHeadAndFallbackOfARawResponseApart() {
        var fallback = Response.text(OK, "").withHeader(SERVER, "own");
        var raw = Response.raw(Status.SWITCHING_PROTOCOLS, Headers.EMPTY, fallback, _ -> {});
        var seen = new ArrayList<Response>();

        TestClient.of(Bodies.answering(raw))
                .without(Capability.RAW)
                .withMiddleware(AddHeaders.unlessSet(Headers.of(SERVER, "shop")))
                .withMiddleware(Middleware.onResponse(response -> {
                    seen.add(response);
                    return response;
                }))
                .get("/");

        assertThat(seen.getFirst().headers().all(SERVER)).containsExactly("shop");
        assertThat(seen.getFirst().body()).isInstanceOfSatisfying(Body.Raw.class, body -> assertThat(
                        body.fallback().headers().all(SERVER))
                .containsExactly("own"));
    }

    @Test
    void takesFieldsFromResponses() {
        var response = Response.text(OK, "hi").withHeader(SERVER, "x").withHeader(POWER, "y");

        var seen =
                TestClient.of(Samples.stripHeaders(Bodies.answering(response))).get("/");

        assertThat(seen.headers().contains(SERVER)).isFalse();
        assertThat(seen.headers().contains(POWER)).isFalse();
        assertThat(seen.text()).isEqualTo("hi");
    }

    @Test
    void takesFieldsFromRequests() {
        var client = TestClient.of(Samples.stripHeaders(Bodies.telling()));

        var seen = client.request("GET", "/")
                .header("X-Authenticated-User", "root")
                .header("X-Other", "stays")
                .send();

        assertThat(seen.text()).contains("x-other: stays").doesNotContain("root");
    }

    @Test
    void joinsListsOfRequestsWhereTheFirstOneStood() {
        assertThat(combined(Headers.builder()
                        .add(ACCEPT, "text/html,, ")
                        .add(POWER, "1")
                        .add(ACCEPT, " , text/csv;q=0.5")
                        .build()))
                .isEqualTo(Headers.builder()
                        .add(ACCEPT, "text/html, text/csv;q=0.5")
                        .add(POWER, "1")
                        .build());
    }

    @Test
    void leavesFieldsAloneThatAreNoLists() {
        var headers = Headers.builder()
                .add(SET_COOKIE, "a")
                .add(SET_COOKIE, "b")
                .add(POWER, "1")
                .add(POWER, "2");

        var same = headers.build();

        assertThat(combined(same)).isEqualTo(same);
    }

    @Test
    void keepsAloneWhatSaysEverything() {
        assertThat(combined(Headers.of(VARY, "Accept", VARY, "*"))).isEqualTo(Headers.of(VARY, "*"));
        assertThat(combined(Headers.of(ALT_SVC, "clear", ALT_SVC, "h3=\":1\"")))
                .isEqualTo(Headers.of(ALT_SVC, "clear"));
    }

    @Test
    void joinsResponsesOnlyWhenAsked() {
        var response = Response.text(OK, "").adding(VARY, "Accept").adding(VARY, "Cookie");
        Application application = Bodies.answering(response);

        var requests = TestClient.of(Samples.combineHeaders(application)).get("/");
        var responses =
                TestClient.of(CombineHeaders.ofResponses().wrap(application)).get("/");
        var chosen = TestClient.of(CombineHeaders.ofResponses(Set.of(POWER)).wrap(application))
                .get("/");

        assertThat(requests.headers().all(VARY)).hasSize(2);
        assertThat(responses.headers().all(VARY)).containsExactly("Accept, Cookie");
        assertThat(chosen.headers().all(VARY)).hasSize(2);
    }

    private static Headers combined(Headers headers) {
        var seen = new AtomicReference<Headers>();
        Application application = (request, respond) -> {
            seen.set(request.headers());
            return respond.with(Response.text(OK, ""));
        };
        var exchange = new RecordingExchange();
        try {
            exchange.serve(
                    CombineHeaders.ofRequests().wrap(application),
                    Request.builder("GET", "/").headers(headers).build());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        return seen.get();
    }
}
