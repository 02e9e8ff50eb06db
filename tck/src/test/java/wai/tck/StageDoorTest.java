package wai.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static wai.tck.Replies.ok;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import wai.Application;
import wai.spi.Rule;
import wai.tck.Stage.Part;
import wai.tck.TckResult.Outcome;

/// What crosses from the kit to the application of a handler in another process, and back.
class StageDoorTest {
    private static final Backend NOWHERE = new WireBackend(
            Endpoint.at(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)), () -> {}, Scene.PATIENCE);

    private final Stage stage = new Stage();

    @Test
    void runsEveryCaseAsWithoutIt() throws Exception {
        var handler = new BehindADoor();

        var report = TckRun.of(handler, _ -> true, _ -> {});

        assertThat(report.results())
                .filteredOn(result -> result.outcome() != Outcome.PASSED)
                .map(TckResult::detail)
                .as("this handler has no TLS")
                .containsExactly("not supported: needs TLS_FACTS, an endpoint with TLS");
        assertThat(report.results())
                .extracting(result -> result.subject().toString())
                .containsExactlyElementsOf(
                        TckCases.all().stream().map(TckCase::toString).toList());
    }

    @Test
    void recordsTheProbesAsWithoutIt() throws Exception {
        assertThat(constantLines(new BehindADoor())).containsExactlyElementsOf(constantLines(new Good()));
    }

    private static List<String> constantLines(HandlerUnderTest handler) throws Exception {
        return ProbeRun.of(handler).exchanges().stream()
                .flatMap(each -> each.lines().stream().map(line -> each.name() + ": " + line))
                .filter(line -> !line.contains(": field Date: "))
                .map(line -> line.replaceAll("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "boundary"))
                .toList();
    }

    @Test
    void tellsTheKitOfAFailureThatOnlyTheApplicationSaw() throws Exception {
        var subject = subject((_, respond, _) -> {
            respond.with(ok("fine"));
            throw new CaseFailure("two and two are five");
        });

        try (var scene = open(subject);
                var door = StageDoor.open(stage);
                var server = new Good().start(StageDoor.application(door.address(), _ -> subject))) {
            scene.askAt(server, ClientRequest.of("GET", "/")).hasBody("fine");

            assertThatThrownBy(scene::finish)
                    .isInstanceOf(CaseFailure.class)
                    .hasMessage("seen by the application: two and two are five");
        }
    }

    @Test
    void endsTheWaitsOfAnApplicationWhoseCaseIsOver() throws Exception {
        var subject = subject((_, respond, scene) -> {
            scene.note("waiting");
            return respond.with(ok(scene.noted("never")));
        });

        try (var door = StageDoor.open(stage);
                var server = new Good().start(StageDoor.application(door.address(), _ -> subject));
                var scene = open(subject)) {
            scene.sendTo(server, ClientRequest.of("GET", "/")).body().flush();
            scene.noted("waiting");

            assertThatThrownBy(scene::finish)
                    .isInstanceOf(CaseFailure.class)
                    .hasMessage("seen by the application: the case is over; nothing noted \"never\"");
        }
    }

    @Test
    void keepsTheFirstNoteOfAKey() throws Exception {
        var subject = subject((_, respond, scene) -> {
            scene.note("piece", 1);
            scene.note("piece", 2);
            return respond.with(ok(scene.noted("piece")));
        });

        try (var scene = open(subject);
                var door = StageDoor.open(stage);
                var server = new Good().start(StageDoor.application(door.address(), _ -> subject))) {
            scene.askAt(server, ClientRequest.of("GET", "/")).hasBody("1");
            scene.expectNoted("piece", 1);
        }
    }

    @Test
    void takesAProcessThatEndsInsideOfTheApplicationForOneThatLeft() throws Exception {
        try (var scene = open(subject((_, respond, _) -> respond.with(ok("never called"))));
                var door = StageDoor.open(stage)) {
            try (var socket = new Socket(
                            InetAddress.getLoopbackAddress(),
                            Integer.parseInt(door.address().substring(10)));
                    var out = new DataOutputStream(socket.getOutputStream())) {
                out.writeUTF("ENTER");
                out.writeUTF(scene.id());
                out.writeUTF("main of process 7");

                assertThat(new DataInputStream(socket.getInputStream()).readUTF())
                        .isEqualTo("CASE");
                assertThat(scene.stand()).isEqualTo("the application is running: main of process 7");
            }

            scene.finish(); // fails when it waits in vain
            assertThat(scene.stand()).isEqualTo("no application is running");
        }
    }

    @Test
    void answers404WhereNoCaseIsRunning() throws Exception {
        try (var door = StageDoor.open(stage);
                var server = new Good().start(StageDoor.application(door.address()));
                var call = server.client().send(ClientRequest.of("GET", "/"))) {
            Answer.of(call).hasStatus(404);
        }
    }

    @Test
    void opensForTheApplicationOfTheKitOnly() {
        Application other = (_, respond) -> respond.with(ok("mine"));

        assertThatThrownBy(() -> StageDoor.open(other))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not an application of the kit");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "4711", "127.0.0.1:", "127.0.0.1:port", "127.0.0.1:65536", "some.host:80"})
    void refusesWhatIsNoAddress(String address) {
        assertThatThrownBy(() -> StageDoor.application(address))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("\"" + address + "\": expected host and port as StageDoor.address tells them");
    }

    @Test
    void findsEveryCaseAndFallbackByItsName() {
        var all = TckCases.all().stream().flatMap(TckCases::withFallbacks).toList();

        assertThat(all).extracting(TckCase::toString).doesNotHaveDuplicates().allMatch(name -> TckCases.named(name)
                .toString()
                .equals(name));
        assertThatThrownBy(() -> TckCases.named("WAI-RSP-99 does more"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("another version of the kit");
    }

    private static TckCase subject(TckCase.StagedApplication application) {
        return TckCase.staged(Rule.APP_ONE_RESPONSE, "is made by this test", application, _ -> {});
    }

    /// A run of a case whose server is not the one for all cases.
    private Scene open(TckCase subject) throws Exception {
        var handler = new Good();
        var scene = new Scene("run", subject, handler, NOWHERE, Declared.by(handler), Scene.PATIENCE);
        stage.open(scene.id(), new Part.OfCase(scene, TckCase.MAIN));
        return scene;
    }

    private static class Good extends GoodHandler {
        Good() {
            super(Scene.PATIENCE);
        }
    }

    /// The good handler as it would run in a process of its own.
    private static final class BehindADoor extends Good {
        @Override
        public Backend start(Application application) throws IOException {
            var door = StageDoor.open(application);
            var server = super.start(StageDoor.application(door.address()));
            return new WireBackend(
                    server.endpoint().orElseThrow(),
                    () -> {
                        try (door) {
                            server.close();
                        }
                    },
                    Scene.PATIENCE);
        }

        @Override
        public int parallelism() {
            return 4;
        }
    }
}
