package wai.tck;

import static wai.tck.Replies.ok;
import static wai.tck.Replies.refusal;
import static wai.tck.Replies.streaming;
import static wai.tck.TckCase.serving;
import static wai.tck.TckCase.staged;

import java.util.List;
import java.util.concurrent.FutureTask;
import wai.Respond;
import wai.spi.Exchange;
import wai.spi.FramedResponse;
import wai.spi.Rule;

/// What happens to applications that break their part of the contract.
final class ApplicationCases {
    private ApplicationCases() {}

    static List<TckCase> all() {
        return List.of(
                secondResponse(),
                secondResponseFromAnotherThread(),
                responseInsideAResponse(),
                nullWithoutResponse(),
                nullAfterResponse(),
                foreignToken(),
                lateResponse());
    }

    private static TckCase secondResponse() {
        return staged(
                Rule.APP_ONE_RESPONSE,
                "refuses a second response and sends only the first",
                (request, respond, scene) -> {
                    var received = respond.with(ok("first"));
                    if (request.path().contains("twice")) {
                        scene.note("second response", refusal(() -> respond.with(ok("second"))));
                    }
                    return received;
                },
                scene -> {
                    var answer = scene.get("/twice").hasStatus(200).hasBody("first");

                    scene.expectNoted("second response", Rule.APP_ONE_RESPONSE.id());
                    scene.expectNothingBehind(answer, "/once");
                });
    }

    private static TckCase secondResponseFromAnotherThread() {
        return staged(
                Rule.APP_ONE_RESPONSE,
                "refuses a second response from another thread",
                (_, respond, scene) -> {
                    var received = respond.with(ok("first"));
                    var second = new FutureTask<>(() -> refusal(() -> respond.with(ok("second"))));
                    Thread.ofVirtual().start(second);
                    scene.note("second response", second.get());
                    return received;
                },
                scene -> {
                    scene.get("/").hasStatus(200).hasBody("first");

                    scene.expectNoted("second response", Rule.APP_ONE_RESPONSE.id());
                });
    }

    private static TckCase responseInsideAResponse() {
        return staged(
                Rule.APP_ONE_RESPONSE,
                "refuses a response while another is being streamed",
                (_, respond, scene) -> respond.with(streaming(out -> {
                    out.writeUtf8("first ");
                    scene.note("second response", refusal(() -> respond.with(ok("second"))));
                    out.writeUtf8("and only");
                })),
                scene -> {
                    scene.get("/").hasStatus(200).hasBody("first and only");

                    scene.expectNoted("second response", Rule.APP_ONE_RESPONSE.id());
                });
    }

    @SuppressWarnings("NullAway") // returning null is the mistake
    private static TckCase nullWithoutResponse() {
        return serving(
                Rule.APP_RETURNS_TOKEN,
                "answers 500 to an application that returns null instead of responding",
                (_, _) -> null,
                scene -> scene.get("/").hasStatus(500).isWhole());
    }

    @SuppressWarnings("NullAway") // returning null is the mistake
    private static TckCase nullAfterResponse() {
        return serving(
                Rule.APP_RETURNS_TOKEN,
                "lets a response stand whose application returns null afterwards",
                (_, respond) -> {
                    respond.with(ok("stands"));
                    return null;
                },
                scene -> scene.get("/").hasStatus(200).hasBody("stands"));
    }

    private static TckCase foreignToken() {
        return serving(
                Rule.APP_FOREIGN_TOKEN,
                "answers 500 to an application that returns the token of another exchange",
                (_, _) -> foreignExchange().with(ok("never sent")),
                scene -> scene.get("/").hasStatus(500).isWhole());
    }

    private static TckCase lateResponse() {
        return staged(
                        Rule.APP_LATE_RESPONSE,
                        "refuses a response after the application has thrown",
                        (_, respond, scene) -> {
                            Replies.afterwards(() -> {
                                scene.noted("answered");
                                scene.note("respond after the end", refusal(() -> respond.with(ok("late"))));
                            });
                            throw new IllegalStateException("thrown by a case of the kit, on purpose");
                        },
                        scene -> {
                            var answer = scene.get("/").hasStatus(500);
                            scene.note("answered");

                            scene.expectNoted("respond after the end", Rule.APP_LATE_RESPONSE.id());
                            answer.isWhole();
                        })
                .unless(Departure.PROCESS_PER_REQUEST);
    }

    private static Respond foreignExchange() {
        return new Exchange() {
            @Override
            protected void send(FramedResponse response) {
                // nobody listens
            }
        };
    }
}
