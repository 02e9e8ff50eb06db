package wai.spi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static wai.spi.ExchangeTrial.GET;
import static wai.spi.ExchangeTrial.HELLO;
import static wai.spi.ExchangeTrial.assertIsCut;
import static wai.spi.ExchangeTrial.assertStands;
import static wai.spi.ExchangeTrial.declared;
import static wai.spi.ExchangeTrial.fail;
import static wai.spi.ExchangeTrial.nothing;
import static wai.spi.ExchangeTrial.onAnotherThread;
import static wai.spi.ExchangeTrial.streaming;
import static wai.spi.ExchangeTrial.upgrade;
import static wai.spi.ExchangeTrial.violation;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
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
import wai.testing.RecordingExchange;

/// Bodies: sinks, byte counts, late reads, raw responses, and bodies that are not sent.
class ExchangeBodyTest {
    private final RecordingExchange exchange = RecordingExchange.quiet();

    // --- 7: late use of the sink

    static Stream<Arguments> sinkUses() {
        return Stream.of(
                use("write a byte", out -> out.write(1)),
                use("write an array", out -> out.write(new byte[1])),
                use("write nothing", out -> out.write(new byte[0])),
                use("write bytes", out -> out.write(Bytes.utf8("x"))),
                use("write text", out -> out.writeUtf8("x")),
                use("flush", BodySink::flush),
                use("trailers", out -> out.trailers(Headers.EMPTY)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("sinkUses")
    void aSinkIsRefusedAfterItsBodyHereAndOnAnotherThread(String name, StreamingBody use) throws Exception {
        var kept = new ArrayList<BodySink>();
        exchange.run((_, respond) -> respond.with(streaming(kept::add)), GET);

        var here = catchThrowableOfType(ContractViolation.class, () -> use.writeTo(kept.getFirst()));
        var there = catchThrowableOfType(
                ContractViolation.class,
                () -> onAnotherThread(() -> {
                    use.writeTo(kept.getFirst());
                    return "";
                }));

        assertThat(here.rule()).isEqualTo(Rule.STR_LATE_USE);
        assertThat(there.rule()).isEqualTo(Rule.STR_LATE_USE);
        assertThat(exchange.violations()).containsExactly(here, there);
        assertThat(exchange.body()).isEmpty();
    }

    @Test
    void aSinkIsRefusedAfterItsBodyThrew() {
        var kept = new ArrayList<BodySink>();
        fail(
                exchange,
                (_, respond) -> respond.with(streaming(out -> {
                    kept.add(out);
                    throw new IOException("disk");
                })));

        assertThatExceptionOfType(ContractViolation.class)
                .isThrownBy(() -> kept.getFirst().write(1))
                .matches(violation -> violation.rule() == Rule.STR_LATE_USE);
    }

    @Test
    void closingASinkDoesNothingEver() throws Exception {
        var kept = new ArrayList<BodySink>();

        exchange.run(
                (_, respond) -> respond.with(streaming(out -> {
                    kept.add(out);
                    out.close();
                    out.writeUtf8("after");
                })),
                GET);
        kept.getFirst().close();

        assertThat(exchange.body()).isEqualTo("after");
        assertThat(exchange.violations()).isEmpty();
    }

    // --- 8: byte counts

    @ParameterizedTest(name = "swallowed: {0}")
    @ValueSource(booleans = {false, true})
    void moreBytesThanDeclaredAreNotSentAndFailTheResponse(boolean swallowed) {
        var violation = violation(
                exchange,
                (_, respond) -> respond.with(declared("5", out -> {
                    out.writeUtf8("abc");
                    try {
                        out.writeUtf8("def");
                    } catch (ContractViolation e) {
                        if (!swallowed) {
                            throw e;
                        }
                    }
                    if (swallowed) {
                        out.writeUtf8("de"); // so that the count is right in the end
                    }
                })));

        assertThat(violation.rule()).isEqualTo(Rule.STR_TOO_MANY_BYTES);
        assertThat(violation).hasMessageStartingWith("WAI-STR-03: a stream wrote 6 bytes under Content-Length 5.");
        assertIsCut(exchange, swallowed ? "abcde" : "abc");
    }

    @Test
    void moreBytesThanDeclaredAreToldOfWhenTheBodyThrowsAnotherException() {
        var thrown = fail(
                exchange,
                (_, respond) -> respond.with(declared("0", out -> {
                    try {
                        out.write(1);
                    } catch (ContractViolation e) {
                        throw new IOException("wrapped", e);
                    }
                })));

        assertThat(thrown).isInstanceOf(IOException.class);
        assertThat(exchange.violations()).extracting(ContractViolation::rule).containsExactly(Rule.STR_TOO_MANY_BYTES);
        assertIsCut(exchange, "");
    }

    @Test
    void fewerBytesThanDeclaredFailTheResponse() {
        var violation = violation(exchange, (_, respond) -> respond.with(declared("5", out -> out.writeUtf8("abcd"))));

        assertThat(violation.rule()).isEqualTo(Rule.STR_TOO_FEW_BYTES);
        assertThat(violation).hasMessageStartingWith("WAI-STR-04: a stream wrote 4 bytes under Content-Length 5.");
        assertIsCut(exchange, "abcd");
    }

    @Test
    void fewerBytesThanDeclaredFailTheResponseAlsoWhenTheApplicationSwallowsIt() {
        var violation = violation(exchange, (_, respond) -> {
            try {
                return respond.with(declared("5", _ -> {}));
            } catch (ContractViolation _) {
                return nothing();
            }
        });

        assertThat(violation.rule()).isEqualTo(Rule.APP_RETURNS_TOKEN);
        assertThat(exchange.violations())
                .extracting(ContractViolation::rule)
                .containsExactly(Rule.STR_TOO_FEW_BYTES, Rule.APP_RETURNS_TOKEN);
        assertIsCut(exchange, "");
    }

    @Test
    void exactlyTheDeclaredBytesAreSent() throws Exception {
        exchange.run((_, respond) -> respond.with(declared("5", out -> out.writeUtf8("abcde"))), GET);

        assertStands(exchange, "abcde");
    }

    // --- 9: late read of the request body

    @Test
    void theRequestBodyCannotBeReadAfterTheEnd() throws Exception {
        var body = exchange.scoped(new ByteArrayInputStream("abcdef".getBytes(UTF_8)));
        var read = new ArrayList<Object>();

        exchange.run(
                (_, respond) -> {
                    read.add(body.read());
                    read.add(body.skip(1));
                    read.add(body.available());
                    body.close();
                    read.add(new String(body.readNBytes(2), UTF_8));
                    return respond.with(HELLO);
                },
                GET);

        assertThat(read).containsExactly((int) 'a', 1L, 4, "cd");
        var uses = List.<Callable<?>>of(
                body::read, () -> body.read(new byte[1]), () -> body.skip(1), body::available, body::readAllBytes);
        for (var use : uses) {
            assertLateRead(use);
            assertLateRead(() -> onAnotherThread(use));
        }
        assertThat(exchange.violations()).hasSize(2 * uses.size());
        body.close();
    }

    // --- 10: raw

    @Test
    void withoutTheCapabilityTheFallbackIsSent() throws Exception {
        exchange.run((_, respond) -> respond.with(upgrade(HELLO)), GET);

        assertStands(exchange, "hello");
        assertThat(exchange.sent().getFirst().status()).isEqualTo(Status.OK);
        assertThat(exchange.violations()).isEmpty();
    }

    @Test
    void aFallbackThatStreamsIsRun() throws Exception {
        exchange.run((_, respond) -> respond.with(upgrade(streaming(out -> out.writeUtf8("plain")))), GET);

        assertStands(exchange, "plain");
    }

    @Test
    void withTheCapabilityTheRawResponseIsSent() throws Exception {
        exchange.run((_, respond) -> respond.with(upgrade(HELLO)), capable("GET", EnumSet.of(Capability.RAW)));

        var sent = exchange.sent().getFirst();
        assertThat(sent.status()).isEqualTo(Status.SWITCHING_PROTOCOLS);
        assertThat(sent.body()).isInstanceOf(Body.Raw.class);
    }

    // --- framing that fails before anything is sent

    @Test
    void aResponseThatCannotBeFramedIsToldOfAndCanStillBeReplaced() throws Exception {
        exchange.run(
                (_, respond) -> {
                    assertThatExceptionOfType(ContractViolation.class)
                            .isThrownBy(() -> respond.with(Response.text(Status.EARLY_HINTS, "x")));
                    assertThatExceptionOfType(ContractViolation.class)
                            .isThrownBy(() -> respond.with(declared("five", _ -> {})));
                    return respond.with(HELLO);
                },
                GET);

        assertThat(exchange.violations())
                .extracting(ContractViolation::rule)
                .containsExactly(Rule.RSP_FINAL_STATUS, Rule.RSP_CONTENT_LENGTH);
        assertStands(exchange, "hello");
    }

    // --- bodies that are not sent

    static Stream<Arguments> bodiless() {
        return Stream.of(
                Arguments.of("HEAD", Status.OK),
                Arguments.of("GET", Status.NO_CONTENT),
                Arguments.of("GET", Status.RESET_CONTENT),
                Arguments.of("GET", Status.NOT_MODIFIED));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("bodiless")
    void aStreamIsNotRunWhereThereIsNoBody(String method, Status status) throws Exception {
        var ran = new ArrayList<String>();
        Application application =
                (_, respond) -> respond.with(Response.stream(status, Headers.EMPTY, _ -> ran.add("ran")));

        exchange.run(application, Request.builder(method, "/").build());

        assertThat(ran).isEmpty();
        assertStands(exchange, "");
    }

    @Test
    void theMethodThatTheClientSentCountsWhateverMiddlewareMadeOfIt() throws Exception {
        var autohead = Middleware.onRequest(request -> request.withMethod("GET"));

        exchange.run(
                autohead.wrap((_, respond) -> respond.with(HELLO)),
                Request.builder("HEAD", "/").build());

        assertThat(exchange.body()).isEmpty();
        assertThat(exchange.sent().getFirst().length()).isEqualTo(5);
    }

    private static void assertLateRead(Callable<?> use) {
        assertThatExceptionOfType(ContractViolation.class)
                .isThrownBy(use::call)
                .matches(violation -> violation.rule() == Rule.REQ_LATE_READ);
    }

    private static Request capable(String method, Set<Capability> capabilities) {
        return Request.builder(method, "/")
                .peer(new Request.Peer() {
                    @Override
                    public Set<Capability> capabilities() {
                        return capabilities;
                    }
                })
                .build();
    }

    private static Arguments use(String name, StreamingBody use) {
        return Arguments.of(name, use);
    }
}
