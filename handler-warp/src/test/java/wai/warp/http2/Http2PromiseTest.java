package wai.warp.http2;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static wai.warp.http2.ClientFrames.ACK;
import static wai.warp.http2.ClientFrames.get;
import static wai.warp.http2.ClientFrames.ping;
import static wai.warp.http2.ClientFrames.reset;
import static wai.warp.http2.ClientFrames.setting;
import static wai.warp.http2.ClientFrames.windowUpdate;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import wai.HeaderName;
import wai.Headers;
import wai.Status;
import wai.warp.http2.frame.Frame;

/// Responses that the peer did not ask for (RFC 9113 §8.4), in the engine.
class Http2PromiseTest {
    private static final String REQUEST = " :method=GET :scheme=http :authority=a :path=";

    private static EnginePeer peer(int streams, int pushes) {
        return EnginePeer.connected(new Http2Limits(
                streams, 1 << 20, 1 << 20, 4096, 16, pushes, Http2Limits.Rates.DEFAULT, Http2Limits.Request.DEFAULT));
    }

    private static EnginePeer asking(int pushes) {
        var peer = peer(100, pushes);
        peer.send(get(1));
        return peer;
    }

    @Test
    void aPromiseComesBeforeTheResponseThatBringsItAndIsAnsweredOnAStreamOfItsOwn() {
        var peer = asking(10);

        var promised = peer.promise(1, "/a.css");
        peer.answer(1, false);
        peer.offer(1, "<html>", true);
        peer.answer(promised, false);
        peer.offer(promised, "p {}", true);

        assertThat(peer.received())
                .containsExactly(
                        "PUSH_PROMISE 1 2" + REQUEST + "/a.css",
                        "HEADERS 1 :status=200 content-length=0",
                        "DATA 1 <html> END",
                        "HEADERS 2 :status=200 content-length=0",
                        "DATA 2 p {} END");
    }

    @Test
    void theFieldsOfAConnectionAreLeftOutAndTheOthersPromised() {
        var peer = asking(10);
        var fields = Headers.of(HeaderName.ACCEPT, "text/css")
                .adding(HeaderName.CONNECTION, "x-hop")
                .adding(HeaderName.of("X-Hop"), "1");

        peer.engine.promise(peer.stream(1), new PromisedRequest("https", "b:1", "/?q", fields));

        assertThat(peer.received())
                .containsExactly("PUSH_PROMISE 1 2 :method=GET :scheme=https :authority=b:1 :path=/?q accept=text/css");
    }

    @Test
    void aPromiseTooLargeForAFrameGoesOnInContinuations() {
        var peer = asking(10);
        var fields = Headers.of(HeaderName.of("X-Large"), "{".repeat(20_000)); // longer in Huffman's code

        peer.engine.promise(peer.stream(1), new PromisedRequest("http", "a", "/", fields));

        var out = requireNonNull(peer.engine.takeOutput());
        assertThat(out.array()[out.offset() + 3]).as("PUSH_PROMISE").isEqualTo((byte) 5);
        assertThat(out.array()[out.offset() + 4]).as("END_HEADERS").isZero();
        int second = out.offset() + Frame.HEADER_SIZE + Frame.LARGEST_PAYLOAD;
        assertThat(out.array()[second + 3]).as("CONTINUATION").isEqualTo((byte) 9);
        assertThat(out.array()[second + 4]).as("END_HEADERS").isEqualTo((byte) 4);
        assertThat(out.array()[second + 8]).as("stream").isEqualTo((byte) 1);
    }

    @Test
    void informationalResponsesMayComeBeforeAPushedOne() {
        var peer = asking(10);
        var promised = peer.promise(1, "/a");

        peer.engine.sendInformational(promised, Status.EARLY_HINTS, Headers.EMPTY);
        peer.answer(promised, true);

        assertThat(peer.received()).endsWith("HEADERS 2 :status=103", "HEADERS 2 :status=200 content-length=0 END");
    }

    // ------------------------------------------------------------------------------------------ what allows it

    @Test
    void nothingIsPromisedUnlessTheLimitsAllowIt() {
        var peer = asking(0);

        assertThat(peer.engine.takesPromises()).isFalse();
        assertThat(peer.tryToPromise(1, "/a")).isNull();
        assertThat(peer.received()).isEmpty();
    }

    @Test
    void nothingIsPromisedToAPeerThatWantsNone() {
        var peer = asking(10);

        peer.send(setting(2, 0));
        assertThat(peer.engine.takesPromises()).isFalse();
        assertThat(peer.tryToPromise(1, "/a")).isNull();
        peer.send(setting(2, 1));
        assertThat(peer.engine.takesPromises()).isTrue();
        assertThat(peer.tryToPromise(1, "/a")).isNotNull();
    }

    @Test
    void aRequestBringsNoMoreThanItMay() {
        var peer = asking(2);
        peer.send(get(3));

        assertThat(List.of(peer.promise(1, "/a").id(), peer.promise(1, "/b").id()))
                .containsExactly(2, 4);
        assertThat(peer.tryToPromise(1, "/c")).isNull();
        assertThat(peer.promise(3, "/c").id()).isEqualTo(6);
    }

    @Test
    void noMoreAreInHandThanThePeerAllows() {
        var peer = asking(10);
        peer.send(setting(3, 2));
        var first = peer.promise(1, "/a");
        peer.promise(1, "/b");

        assertThat(peer.tryToPromise(1, "/c")).isNull();
        peer.answer(first, true);
        assertThat(peer.tryToPromise(1, "/c"))
                .as("before the driver has done with it")
                .isNull();
        peer.engine.release(first);

        assertThat(peer.promise(1, "/c").id()).isEqualTo(6);
    }

    @Test
    void noMoreAreInHandThanStreamsOfThePeerMayBe() {
        var peer = peer(2, 10);
        peer.send(get(1));
        peer.promise(1, "/a");
        peer.promise(1, "/b");

        assertThat(peer.tryToPromise(1, "/c")).isNull();
        assertThat(peer.send(get(3))).singleElement().isInstanceOf(Http2Event.Head.class);
        peer.received();
        peer.send(get(5));
        assertThat(peer.received()).containsExactly("RST_STREAM 5 REFUSED_STREAM");
    }

    @Test
    void nothingIsPromisedToAPeerThatIsLeavingOrWhenWeAre() {
        var leaving = asking(10);
        leaving.send(ClientFrames.frame(7, 0, 0, ClientFrames.ints(0, 0)), setting(2, 1));
        assertThat(leaving.tryToPromise(1, "/a")).isNull();

        var left = asking(10);
        left.engine.finishStop();
        assertThat(left.tryToPromise(1, "/a")).isNull();
    }

    @Test
    void aPromiseNeedsARequestThatIsNotAnswered() {
        var peer = asking(10);
        var promised = peer.promise(1, "/a");
        var next = new PromisedRequest("http", "a", "/b", Headers.EMPTY);

        assertThatThrownBy(() -> peer.engine.promise(promised, next))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("promise on stream 2 RESERVED");
        peer.answer(1, false);
        assertThatThrownBy(() -> peer.engine.promise(peer.stream(1), next)).isInstanceOf(IllegalStateException.class);
    }

    // ------------------------------------------------------------------------------------------ what comes of it

    @Test
    void thePeerDeclinesAPushAndTheOthersGoOn() {
        var peer = asking(10);
        var promised = peer.promise(1, "/a");
        peer.received();

        var events = peer.send(reset(2));
        peer.engine.release(promised);
        peer.answer(1, true);

        assertThat(events).singleElement().isInstanceOf(Http2Event.Reset.class);
        assertThat(promised.isSendable()).isFalse();
        assertThat(peer.received()).containsExactly("HEADERS 1 :status=200 content-length=0 END");
    }

    @Test
    void everyPushMayBeDeclinedButWhatIsResetAgainCounts() {
        int many = Http2Limits.Rates.DEFAULT.resets() + 50;
        var peer = asking(10 * many);
        for (int i = 1; i <= many; i++) {
            var promised = peer.promise(1, "/a");
            peer.send(reset(promised.id()));
            peer.engine.release(promised);
        }
        assertThat(peer.faults).isEmpty();

        for (int i = 1; i <= many && peer.faults.isEmpty(); i++) {
            peer.send(reset(2));
        }

        assertThat(peer.faults).singleElement().asString().contains("streams reset");
    }

    @Test
    void aPushWaitsForTheWindowsLikeAnyResponse() {
        var peer = peer(100, 10);
        peer.send(setting(4, 3), get(1));
        var promised = peer.promise(1, "/a");
        peer.answer(promised, false);
        peer.offer(promised, "abcde", true);

        assertThat(peer.received()).last().isEqualTo("DATA 2 abc");
        peer.send(windowUpdate(2, 1));
        assertThat(peer.received()).containsExactly("DATA 2 d");
        peer.send(setting(4, 4));
        assertThat(peer.received()).contains("DATA 2 e END");
    }

    @Test
    void aPushComesBehindTheResponseThatBringsIt() {
        var peer = peer(100, 10);
        peer.send(setting(4, 0), windowUpdate(0, 1_000_000), get(1));
        var promised = peer.promise(1, "/a");
        peer.answer(promised, false);
        peer.offer(promised, "x".repeat(32_768), true);
        peer.answer(1, false);
        peer.offer(1, "x".repeat(32_768), true);
        peer.received();

        peer.send(setting(4, 100_000));

        assertThat(data(peer)).containsExactly("DATA 1", "DATA 1", "DATA 2", "DATA 2");
    }

    @Test
    void thePeerMaySayHowUrgentAPushIs() {
        var peer = peer(100, 10);
        peer.send(setting(4, 0), windowUpdate(0, 1_000_000), get(1));
        var promised = peer.promise(1, "/a");
        peer.answer(promised, false);
        peer.offer(promised, "x".repeat(32_768), true);
        peer.answer(1, false);
        peer.offer(1, "x".repeat(32_768), true);
        peer.received();

        peer.send(ClientFrames.priorityUpdate(2, "u=0"), setting(4, 100_000));

        assertThat(data(peer)).containsExactly("DATA 2", "DATA 2", "DATA 1", "DATA 1");
    }

    private static List<String> data(EnginePeer peer) {
        var frames = new ArrayList<String>();
        for (var line : peer.received()) {
            if (line.startsWith("DATA")) {
                frames.add(line.substring(0, "DATA 1".length()));
            }
        }
        return frames;
    }

    @Test
    void aStopWaitsForWhatWasPromised() {
        var peer = asking(10);
        var promised = peer.promise(1, "/a");
        peer.engine.beginStop();
        peer.send(ping(ACK, 0x7761_6973_746f_7073L));
        peer.answer(1, true);
        peer.engine.release(peer.stream(1));

        assertThat(peer.engine.isDone()).isFalse();
        assertThat(peer.engine.inHand()).isEqualTo(1);
        peer.answer(promised, true);
        peer.engine.release(promised);

        assertThat(peer.engine.isDone()).isTrue();
    }

    @Test
    void aPushThatIsGivenUpIncompleteIsReset() {
        var peer = asking(10);
        var promised = peer.promise(1, "/a");

        peer.engine.release(promised);

        assertThat(peer.received()).last().isEqualTo("RST_STREAM 2 INTERNAL_ERROR");
        assertThat(peer.engine.inHand()).isEqualTo(1);
    }
}
