package wai.tck;

import static wai.tck.CaseFailure.expect;
import static wai.tck.Replies.ok;
import static wai.tck.TckCase.staged;

import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import wai.HeaderName;
import wai.Headers;
import wai.Request;
import wai.Respond;
import wai.ResponseReceived;
import wai.spi.Rule;

/// What a handler refuses that reads HTTP itself, whatever the version: what [HttpCases] sends as bytes of HTTP/1, as
/// far as clients of other versions can say it.
final class RefusalCases {
    private static final String CALLED = "the application was called";
    private static final int MUCH = 4 << 20;

    private RefusalCases() {}

    static TckCase manyLargeFields() {
        return oversized("a header section of megabytes", () -> repeated(MUCH / 1000, "v".repeat(1000)), 431);
    }

    static TckCase manyFields() {
        return oversized("twenty thousand fields", () -> repeated(20_000, ""), 431);
    }

    static TckCase largeField() {
        return oversized(
                "a field of megabytes", () -> ClientRequest.of("GET", "/").with("X-Tck", "v".repeat(MUCH)), 431);
    }

    static TckCase longTarget() {
        return oversized("a target of megabytes", () -> ClientRequest.of("GET", "/" + "p".repeat(MUCH)), 414, 431);
    }

    static TckCase expectation() {
        return staged(
                        Rule.WIR_EXPECT,
                        "refuses an expectation that it does not know, and answers the next request",
                        RefusalCases::called,
                        scene -> {
                            for (var expectation : List.of("200-ok", "100-continue, 200-ok", "100-continue=x")) {
                                var call = scene.send(ClientRequest.of("POST", "/")
                                        .with("Expect", expectation)
                                        .with(new ClientRequest.Content.Declared(5)));
                                Answer.of(call).hasStatus(417).isWhole();
                                expect(!scene.isNoted(CALLED), expectation + " was let through");
                            }
                            scene.get("/").hasStatus(200);
                        })
                .unless(Departure.REFUSALS, Departure.EXPECTATIONS)
                .listening();
    }

    /// A head that nobody should read to its end: is answered, or the connection is ended over it.
    private static TckCase oversized(String what, Supplier<ClientRequest> request, int... statuses) {
        return staged(
                        Rule.WIR_LIMITS,
                        "answers " + what + " as too large, or ends the connection, and serves others",
                        RefusalCases::called,
                        scene -> {
                            var answer = Answer.of(scene.send(request.get()));
                            answer.holds(
                                    !answer.isAnswered()
                                            || Arrays.stream(statuses)
                                                    .anyMatch(allowed -> allowed
                                                            == answer.head().status()),
                                    what + " was not refused");
                            expect(!scene.isNoted(CALLED), what + " reached the application");
                            scene.get("/").hasStatus(200);
                        })
                .unless(Departure.REFUSALS)
                .listening();
    }

    private static ClientRequest repeated(int times, String value) {
        var fields = Headers.builder();
        for (int i = 0; i < times; i++) {
            fields.add(HeaderName.of("X-Tck"), value);
        }
        return new ClientRequest("GET", "/", fields.build(), new ClientRequest.Content.None());
    }

    private static ResponseReceived called(Request request, Respond respond, Backstage scene) throws Exception {
        scene.note(CALLED);
        return respond.with(ok(CALLED));
    }
}
