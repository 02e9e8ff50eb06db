package wai.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import wai.Application;
import wai.Body;
import wai.Capability;
import wai.Headers;
import wai.Middleware;
import wai.spi.Rule;
import wai.tck.TckResult.Outcome;

/// A handler without any capability: fallbacks run, and what has none is reported.
class PlainHandlerTest {
    @Test
    void runsFallbacksAndReportsWhatIsNotSupported() throws Exception {
        var handler = plain();

        var report = TckRun.of(handler, _ -> true, _ -> {});

        assertThat(report.results())
                .filteredOn(result -> result.outcome() == Outcome.FAILED)
                .map(result -> result.subject() + ": " + result.detail())
                .isEmpty();
        assertThat(report.results())
                .filteredOn(result -> result.subject().rule() == Rule.RAW_FALLBACK)
                .map(TckResult::outcome)
                .containsExactly(Outcome.PASSED);
        assertThat(report.results())
                .filteredOn(result -> result.subject().rule() == Rule.REQ_DISCONNECT)
                .map(TckResult::detail)
                .contains("not supported: needs DISCONNECT_SIGNAL");
    }

    @Test
    void reportsTheWireCasesOfAHandlerWithoutAnAddress() throws Exception {
        var good = new GoodHandler(Scene.PATIENCE);
        var results = new ArrayList<TckResult>();

        TckRun.of(
                new HandlerUnderTest() {
                    @Override
                    public Backend start(Application application) throws Exception {
                        return withoutAddress(good.start(application));
                    }

                    @Override
                    public java.util.Set<Capability> capabilities() {
                        return good.capabilities();
                    }
                },
                each -> each.rule() == Rule.REQ_UNREAD_BODY,
                results::add);

        assertThat(results).extracting(TckResult::outcome).contains(Outcome.PASSED, Outcome.NOT_SUPPORTED);
        assertThat(results)
                .filteredOn(result -> result.subject().isOnTheWire())
                .isNotEmpty()
                .allMatch(result -> result.detail().equals("not supported: needs a network address"));
    }

    private static BrokenHandler plain() {
        var all = EnumSet.allOf(Capability.class).toArray(Capability[]::new);
        return BrokenHandler.serving(
                        "can do nothing special",
                        BrokenHandler.exchanges(
                                (connection, body, keepAlive) -> new GoodExchange(connection, body, keepAlive) {
                                    @Override
                                    wai.Request.Peer peer() {
                                        return new Peer() {
                                            @Override
                                            public Headers trailers() {
                                                return Headers.EMPTY;
                                            }

                                            @Override
                                            public void onDisconnect(Runnable action) {
                                                // never runs
                                            }

                                            @Override
                                            public void onShutdown(Runnable action) {
                                                // never runs
                                            }
                                        };
                                    }
                                }))
                .without(all)
                .and(Middleware.onResponse(response -> response.body() instanceof Body.Stream body
                        ? response.withBody(new Body.Stream(out -> body.writer().writeTo(withoutTrailers(out))))
                        : response));
    }

    private static wai.BodySink withoutTrailers(wai.BodySink out) {
        return new BrokenHandler.ForwardingSink(out) {
            @Override
            public void trailers(Headers trailers) {
                out.trailers(trailers); // checked
                out.trailers(Headers.EMPTY);
            }
        };
    }

    private static Backend withoutAddress(Backend backend) {
        return new Backend() {
            @Override
            public Client client() {
                return backend.client();
            }

            @Override
            public void close() throws java.io.IOException {
                backend.close();
            }
        };
    }
}
