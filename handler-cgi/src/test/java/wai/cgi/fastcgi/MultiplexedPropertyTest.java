package wai.cgi.fastcgi;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import wai.cgi.fastcgi.FastCgiEvent.Aborted;
import wai.cgi.fastcgi.FastCgiEvent.Data;
import wai.cgi.fastcgi.FastCgiEvent.EndOfInput;
import wai.cgi.fastcgi.FastCgiEvent.Head;
import wai.cgi.fastcgi.FastCgiEvent.Parameter;
import wai.cgi.fastcgi.FastCgiEvent.Signal;

/// However the records of many requests are mixed, split and cut, each request keeps its own parameters and input, and
/// each response its own bytes. The seed is in every message; `-Dseed=` takes it again.
class MultiplexedPropertyTest {
    private final long seed = Long.getLong("seed", new Random().nextLong());
    private final Random random = new Random(seed);
    private final FastCgiEngine engine = new FastCgiEngine(FastCgiLimits.DEFAULT, new ParameterMemo());

    /// What one request sends, and what the engine made of it.
    private final class Sent {
        final int id;
        final List<Parameter> parameters = new ArrayList<>();
        final byte[] input = randomBytes(random.nextInt(4) == 0 ? random.nextInt(70_000) : random.nextInt(300));
        final boolean isAborted = random.nextInt(8) == 0;
        final List<byte[]> records = new ArrayList<>();

        List<Parameter> seenParameters = List.of();
        final ByteArrayOutputStream seenInput = new ByteArrayOutputStream();
        String end = "";

        Sent(int id) {
            this.id = id;
            var flat = new ArrayList<String>();
            for (int i = random.nextInt(20); i > 0; i--) {
                var pair = new Parameter("N" + random.nextInt(9), "v".repeat(random.nextInt(3) * random.nextInt(100)));
                parameters.add(pair);
                flat.add(pair.name());
                flat.add(pair.value());
            }
            records.add(Records.begin(id));
            split(4, Records.pairs(flat.toArray(String[]::new)));
            split(5, input);
            if (isAborted) {
                records.add(random.nextInt(1, records.size() + 1), Records.record("ABORT_REQUEST", id, ""));
            }
        }

        private void split(int type, byte[] stream) {
            for (int at = 0; at < stream.length; ) {
                int count = random.nextInt(1, Math.min(60_000, stream.length - at) + 1);
                records.add(Records.record(type, id, Arrays.copyOfRange(stream, at, at + count), random.nextInt(256)));
                at += count;
            }
            records.add(Records.record(type, id, new byte[0], random.nextInt(9)));
        }

        void check() {
            if (isAborted) {
                assertThat(end).as("seed %d", seed).isEqualTo("aborted");
                return;
            }
            assertThat(end).as("seed %d", seed).isEqualTo("end");
            assertThat(seenParameters).as("seed %d", seed).isEqualTo(parameters);
            assertThat(seenInput.toByteArray()).as("seed %d", seed).isEqualTo(input);
        }
    }

    @RepeatedTest(60)
    void everyRequestComesOutAsItWasSent() throws FastCgiFault {
        var all = new HashMap<Integer, Sent>();
        for (int i = random.nextInt(1, 12); i > 0; i--) {
            int id = random.nextInt(1, 0x10000);
            all.put(id, new Sent(id));
        }

        var wire = mixed(all);
        for (int at = 0; at < wire.length; ) {
            int count = Math.min(wire.length - at, random.nextInt(1, random.nextBoolean() ? 20 : 20_000));
            read(ByteBuffer.wrap(Arrays.copyOfRange(wire, at, at + count)), all);
            at += count;
        }

        all.values().forEach(Sent::check);
        assertThat(engine.activeCount()).as("seed %d", seed).isEqualTo(all.size());
        answer(all);
        assertThat(engine.activeCount()).as("seed %d", seed).isZero();
    }

    /// All records, those of one request in their order.
    private byte[] mixed(Map<Integer, Sent> all) {
        var out = new ByteArrayOutputStream();
        var waiting = new ArrayList<>(
                all.values().stream().map(sent -> new ArrayList<>(sent.records)).toList());
        while (!waiting.isEmpty()) {
            var next = waiting.get(random.nextInt(waiting.size()));
            out.writeBytes(next.removeFirst());
            waiting.removeIf(List::isEmpty);
        }
        return out.toByteArray();
    }

    private void read(ByteBuffer input, Map<Integer, Sent> all) throws FastCgiFault {
        while (true) {
            switch (engine.nextEvent(input)) {
                case Head(int id, var parameters) -> requireNonNull(all.get(id)).seenParameters = parameters;
                case Data(int id, var bytes) -> {
                    var copy = new byte[bytes.remaining()];
                    bytes.get(copy);
                    requireNonNull(all.get(id)).seenInput.writeBytes(copy);
                }
                case EndOfInput(int id) -> requireNonNull(all.get(id)).end += "end";
                case Aborted(int id) -> requireNonNull(all.get(id)).end = "aborted";
                case Signal.NEED_INPUT -> {
                    return;
                }
                default -> throw new AssertionError("seed " + seed);
            }
        }
    }

    /// Every request gets its input back, in pieces that are mixed with those of the others.
    private void answer(Map<Integer, Sent> all) {
        var out = new RecordBuffer(random.nextInt(100));
        var echoed = new HashMap<Integer, ByteArrayOutputStream>();
        var left = new ArrayList<>(all.values());
        while (!left.isEmpty()) {
            var sent = left.get(random.nextInt(left.size()));
            int done = echoed.computeIfAbsent(sent.id, _ -> new ByteArrayOutputStream())
                    .size();
            if (done == sent.input.length) {
                engine.sendEnd(sent.id, out);
                left.remove(sent);
            } else {
                int count = random.nextInt(1, sent.input.length - done + 1);
                engine.sendOutput(sent.id, sent.input, done, count, out);
                echoed.get(sent.id).write(sent.input, done, count);
            }
        }
        var received = new HashMap<Integer, ByteArrayOutputStream>();
        var wire = ByteBuffer.wrap(out.array(), 0, out.size());
        while (wire.hasRemaining()) {
            wire.get();
            int type = wire.get();
            int id = wire.getShort() & 0xffff;
            var content = new byte[wire.getShort() & 0xffff];
            wire.getShort();
            wire.get(content);
            if (type == 6) {
                received.computeIfAbsent(id, _ -> new ByteArrayOutputStream()).writeBytes(content);
            }
        }
        all.forEach((id, sent) -> assertThat(requireNonNull(received.get(id)).toByteArray())
                .as("seed %d", seed)
                .isEqualTo(sent.input));
    }

    private byte[] randomBytes(int count) {
        var bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
