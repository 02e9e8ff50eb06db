package wai.lint;

import static org.assertj.core.api.Assertions.assertThat;
import static wai.HeaderName.CONTENT_LENGTH;
import static wai.HeaderName.CONTENT_TYPE;
import static wai.HeaderName.ETAG;
import static wai.HeaderName.SET_COOKIE;
import static wai.Status.INTERNAL_SERVER_ERROR;
import static wai.Status.NOT_FOUND;
import static wai.Status.NOT_MODIFIED;
import static wai.Status.OK;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import wai.Application;
import wai.Body;
import wai.BodySink;
import wai.Bytes;
import wai.Capability;
import wai.Headers;
import wai.Middleware;
import wai.Request;
import wai.Response;
import wai.Status;
import wai.StreamingBody;
import wai.shelf.RecordingExchange;
import wai.spi.ContractViolation;
import wai.spi.Rule;

/// Who is blamed, in a stack of several layers.
class LintLayersTest {
    private static final Headers TEXT = Headers.of(CONTENT_TYPE, "text/plain");
    private static final Response HELLO = Response.of(OK, TEXT, Bytes.utf8("hello"));

    private final List<Lint.Finding> findings = new ArrayList<>();
    private final Lint lint = Lint.collecting(findings::add);

    @Test
    void blamesTheInnermostLayerThatBrokeARule() throws Exception {
        var stack = lint.around("outer", nothing()).then(lint.around("inner", nothing()));

        get(stack.wrap(lint.named("shop", answer(HELLO.withHeader(ETAG, "a")))));

        assertThat(blamed()).containsExactly("WAI-FLD-03 shop");
    }

    @Test
    void blamesTheMiddlewareThatSpoiltAGoodResponse() throws Exception {
        var stack = lint.around("outer", nothing())
                .then(lint.around("inner", onResponse(response -> response.withHeader(ETAG, "a"))));

        get(stack.wrap(lint.named("shop", answer(HELLO))));

        assertThat(blamed()).containsExactly("WAI-FLD-03 inner");
    }

    @Test
    void blamesEachLayerForItsOwn() throws Exception {
        var stack = lint.around("outer", onResponse(response -> response.withHeader(ETAG, "outer")))
                .then(lint.around("inner", onResponse(response -> response.withHeader(ETAG, "inner"))));

        get(stack.wrap(lint.named("shop", answer(HELLO.withHeader(ETAG, "shop")))));

        assertThat(blamed()).containsExactly("WAI-FLD-03 shop", "WAI-FLD-03 inner", "WAI-FLD-03 outer");
    }

    @Test
    void saysInsideWhereTheInsideHasNoName() throws Exception {
        get(lint.around("gzip", nothing()).wrap(answer(HELLO.withHeader(ETAG, "a"))));

        assertThat(blamed()).containsExactly("WAI-FLD-03 inside gzip");
    }

    @Test
    void blamesAMiddlewareThatRespondsTwice() throws Exception {
        Middleware twice = inner -> (request, respond) -> {
            var _ = inner.handle(request, respond);
            return respond.with(HELLO);
        };

        get(lint.around("twice", twice).wrap(lint.named("shop", answer(HELLO))));

        assertThat(blamed()).containsExactly("WAI-APP-01 twice");
    }

    @Test
    void blamesAMiddlewareThatAnswersAfterAStreamHadBegun() throws Exception {
        Middleware errorPage = inner -> (request, respond) -> {
            try {
                return inner.handle(request, respond);
            } catch (IllegalStateException _) {
                return respond.with(Response.text(INTERNAL_SERVER_ERROR, "sorry"));
            }
        };
        var stack = lint.around("outer", nothing()).then(lint.around("error page", errorPage));

        get(stack.wrap(lint.named("shop", answer(stream(TEXT, _ -> {
            throw new IllegalStateException("broken");
        })))));

        assertThat(blamed()).containsExactly("WAI-APP-01 error page");
    }

    @Test
    void allowsASecondAnswerWhenNothingWasSent() throws Exception {
        Middleware refusing = onResponse(_ -> {
            throw new IllegalStateException("the policy says no");
        });
        Application careful = (request, respond) -> {
            try {
                return respond.with(HELLO);
            } catch (IllegalStateException _) {
                request.sendEarlyHints(Headers.EMPTY);
                throw new UnsupportedOperationException("refused");
            }
        };
        Middleware errorPage = inner -> (request, respond) -> {
            try {
                return inner.handle(request, respond);
            } catch (UnsupportedOperationException _) {
                return respond.with(Response.text(INTERNAL_SERVER_ERROR, "sorry"));
            }
        };

        var exchange = get(lint.around("error page", errorPage)
                .then(lint.around("policy", refusing))
                .wrap(lint.named("shop", careful)));

        assertThat(findings).isEmpty();
        assertThat(exchange.events()).contains("bytes sorry");
    }

    @Test
    void allowsInformationalResponsesAfterAResponseThatSomebodyOutsideRefused() throws Exception {
        Application careful = (request, respond) -> {
            try {
                return respond.with(HELLO.withStatus(NOT_FOUND));
            } catch (IllegalStateException _) {
                request.sendEarlyHints(Headers.EMPTY);
                return respond.with(HELLO);
            }
        };
        var refusing = onResponse(response -> {
            if (response.status().equals(NOT_FOUND)) {
                throw new IllegalStateException("the policy says no");
            }
            return response;
        });

        var exchange = get(refusing.wrap(lint.named("shop", careful)));

        assertThat(findings).isEmpty();
        assertThat(exchange.events()).contains("bytes hello");
    }

    @Test
    void blamesAMiddlewareThatChangesBytesButNotTheLengthOfATaggedStream() throws Exception {
        var shouting = onResponse(response -> {
            var writer = ((Body.Stream) response.body()).writer();
            return response.withBody(new Body.Stream(out -> writer.writeTo(new ShoutingSink(out))));
        });
        var tagged = TEXT.with(CONTENT_LENGTH, "2").with(ETAG, "\"a\"");

        get(lint.around("shouting", shouting)
                .wrap(lint.named("shop", answer(stream(tagged, out -> out.writeUtf8("hi"))))));

        assertThat(blamed()).containsExactly("WAI-MID-04 shouting");
    }

    @Test
    void blamesAMiddlewareThatChangesTheLengthOfAStream() throws Exception {
        var doubling = onResponse(response -> {
            var writer = ((Body.Stream) response.body()).writer();
            return response.withBody(new Body.Stream(out -> {
                writer.writeTo(out);
                out.writeUtf8("!");
            }));
        });

        get(lint.around("doubling", doubling)
                .wrap(lint.named("shop", answer(stream(TEXT.with(CONTENT_LENGTH, "2"), out -> out.writeUtf8("hi"))))));

        assertThat(blamed()).containsExactly("WAI-STR-03 doubling");
    }

    @Test
    void blamesNobodyWhoOnlyCountsAStream() throws Exception {
        var counting = onResponse(response -> {
            var writer = ((Body.Stream) response.body()).writer();
            return response.withBody(new Body.Stream(out -> writer.writeTo(out)));
        });
        var tagged = TEXT.with(CONTENT_LENGTH, "2").with(ETAG, "\"a\"");

        get(lint.around("counting", counting)
                .wrap(lint.named("shop", answer(stream(tagged, out -> out.writeUtf8("hi"))))));

        assertThat(findings).isEmpty();
    }

    @Test
    void blamesNobodyWhoAnswersAConditionOrHead() throws Exception {
        var tagged = HELLO.withHeader(ETAG, "\"a\"").withHeader(CONTENT_LENGTH, "5");
        var notModified = lint.around(
                "conditions", onResponse(it -> it.withBody(Bytes.EMPTY).withStatus(NOT_MODIFIED)));
        var headless = lint.around(
                "autohead",
                inner -> (request, respond) -> inner.handle(
                        request.withMethod("GET"), response -> respond.with(response.withBody(Bytes.EMPTY))));

        get(notModified.wrap(lint.named("shop", answer(tagged))));
        var exchange = new RecordingExchange();
        exchange.serve(headless.wrap(lint.named("shop", answer(tagged))), exchange.request("HEAD", "/", ""));

        assertThat(findings).isEmpty();
        assertThat(exchange.events().getFirst()).endsWith("length 5");
    }

    @Test
    void comparesOnlyWithWhatCameFromInside() throws Exception {
        Application first = answer(Response.text(NOT_FOUND, "no").withHeader(ETAG, "\"a\""));
        Application second = answer(HELLO.withHeader(ETAG, "\"a\""));
        Application fallback = (request, respond) -> lint.named("first", first)
                .handle(
                        request,
                        response -> response.status().equals(NOT_FOUND)
                                ? lint.named("second", second).handle(request, respond)
                                : respond.with(response));

        get(lint.named("both", fallback));

        assertThat(findings).isEmpty();
    }

    @Test
    void twoLintsDoNotSilenceEachOther() throws Exception {
        var others = new ArrayList<Lint.Finding>();
        var bad = answer(HELLO.withHeader(ETAG, "a"));

        get(Lint.collecting(others::add).named("outer", lint.named("shop", bad)));

        assertThat(blamed()).containsExactly("WAI-FLD-03 shop");
        assertThat(others).extracting(Lint.Finding::layer).containsExactly("outer");
    }

    @Test
    void catchingAViolationDoesNotHelp() throws Exception {
        Application catching = (_, respond) -> {
            try {
                return respond.with(HELLO.withHeader(CONTENT_LENGTH, "6"));
            } catch (IllegalStateException _) {
                return respond.with(HELLO);
            }
        };

        var exchange = get(Lint.throwing().named("shop", catching));

        assertThat(exchange.thrown())
                .isInstanceOfSatisfying(ContractViolation.class, violation -> assertThat(violation.rule())
                        .isEqualTo(Rule.RSP_CONTENT_LENGTH));
    }

    @Test
    void catchingAViolationInsideAStreamDoesNotHelp() throws Exception {
        var exchange = get(Lint.throwing().named("shop", answer(stream(TEXT, out -> {
            try {
                out.trailers(Headers.of(CONTENT_LENGTH, "1"));
            } catch (IllegalStateException _) {
                out.writeUtf8("nothing happened");
            }
        }))));

        assertThat(exchange.thrown()).isInstanceOf(ContractViolation.class);
        assertThat(exchange.events()).doesNotContain("end");
    }

    @Test
    void aViolationShowsWhereTheFirstResponseWasGiven() throws Exception {
        var exchange = get(Lint.throwing().named("shop", (_, respond) -> {
            var _ = respond.with(HELLO);
            return respond.with(HELLO);
        }));

        assertThat(exchange.thrown()).cause().hasMessage("the first response was given here");
    }

    @Test
    void checksTheFallbackOfARawResponse() throws Exception {
        var raw = Response.raw(
                Status.SWITCHING_PROTOCOLS,
                Headers.EMPTY,
                Response.text(Status.UPGRADE_REQUIRED, "only raw here"),
                _ -> {});

        get(lint.named("shop", answer(raw)));

        assertThat(blamed()).containsExactly("WAI-FLD-04 shop");
    }

    @Test
    void watchesTheStreamOfAFallback() throws Exception {
        var raw = Response.raw(
                Status.SWITCHING_PROTOCOLS,
                Headers.EMPTY,
                stream(TEXT.with(CONTENT_LENGTH, "2"), out -> out.writeUtf8("h")),
                _ -> {});
        var exchange = new RecordingExchange().without(Capability.RAW);

        exchange.serve(lint.named("shop", answer(raw)), exchange.request("GET", "/", ""));

        assertThat(blamed()).containsExactly("WAI-STR-04 shop");
    }

    @Test
    void showsNoSecret() throws Exception {
        get(lint.named("shop", answer(HELLO.withHeader(SET_COOKIE, "sid=top secret; Path=/"))));

        assertThat(findings).singleElement().satisfies(finding -> assertThat(finding.toString())
                .startsWith("WAI-FLD-08 in shop: ")
                .doesNotContain("top", "secret"));
    }

    @Test
    void cutsLongValues() throws Exception {
        get(lint.named("shop", answer(HELLO.withHeader(ETAG, "x".repeat(10_000)))));

        assertThat(findings).singleElement().satisfies(finding -> assertThat(finding.seen())
                .startsWith("ETag: xxx")
                .endsWith("…")
                .hasSizeLessThan(100));
    }

    @Test
    void keepsConcurrentExchangesApart() throws Exception {
        var concurrent = new ConcurrentLinkedQueue<Lint.Finding>();
        var shared = Lint.collecting(concurrent::add);
        var application = shared.around("outer", nothing())
                .wrap(shared.named(
                        "shop", (request, respond) -> respond.with(HELLO.withHeader(ETAG, request.rawPath()))));

        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var tasks = new ArrayList<Callable<RecordingExchange>>();
            for (int i = 0; i < 200; i++) {
                var target = "/" + i;
                tasks.add(() -> {
                    var exchange = new RecordingExchange();
                    return exchange.serve(application, exchange.request("GET", target, ""));
                });
            }
            for (var done : executor.invokeAll(tasks)) {
                assertThat(done.get().thrown()).isNull();
            }
        }

        assertThat(concurrent).hasSize(200).allMatch(finding -> finding.layer().equals("shop"));
        assertThat(concurrent).extracting(Lint.Finding::seen).doesNotHaveDuplicates();
    }

    private static RecordingExchange get(Application application) throws Exception {
        var exchange = new RecordingExchange();
        Request request = exchange.request("GET", "/", "");
        return exchange.serve(application, request);
    }

    private List<String> blamed() {
        return findings.stream()
                .map(finding -> finding.rule().id() + " " + finding.layer())
                .toList();
    }

    private static Application answer(Response response) {
        return (_, respond) -> respond.with(response);
    }

    private static Response stream(Headers headers, StreamingBody writer) {
        return Response.stream(OK, headers, writer);
    }

    private static Middleware nothing() {
        return inner -> inner;
    }

    private static Middleware onResponse(UnaryOperator<Response> change) {
        return Middleware.onResponse(change);
    }

    /// Writes in upper case.
    private static final class ShoutingSink extends BodySink {
        private final BodySink out;

        ShoutingSink(BodySink out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            out.write(Character.toUpperCase(b));
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }

        @Override
        public void trailers(Headers trailers) {
            out.trailers(trailers);
        }
    }
}
