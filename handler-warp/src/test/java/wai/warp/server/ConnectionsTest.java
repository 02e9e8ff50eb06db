package wai.warp.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import wai.Response;
import wai.Status;
import wai.warp.settings.WarpSettings;
import wai.warp.transport.MemoryTransport;

class ConnectionsTest {
    private final ServerState server = new ServerState(
            (_, respond) -> respond.with(Response.text(Status.OK, "")),
            WarpSettings.defaults(),
            new Ticker(() -> 0, InstantSource.fixed(Instant.EPOCH), "Warp"));
    private final Connections connections = new Connections();

    private void open(int count) {
        var transport = new MemoryTransport();
        for (int i = 0; i < count; i++) {
            connections.add(new Http1Connection(transport, server), Integer.MAX_VALUE);
        }
    }

    private List<Http1Connection> tick() {
        var seen = new ArrayList<Http1Connection>();
        connections.sweep(seen::add);
        return seen;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 999, 1000})
    void aTickLooksAtEachOfAThousandOnce(int count) {
        open(count);

        for (int i = 0; i < 3; i++) {
            assertThat(tick()).hasSize(count).doesNotHaveDuplicates();
        }
    }

    @ParameterizedTest
    @CsvSource({"1001, 2", "10000, 10", "12000, 10"})
    void ofMoreAllAreLookedAtWithinASecond(int count, int ticks) {
        open(count);
        var seen = new HashSet<Http1Connection>();

        for (int i = 0; i < ticks; i++) {
            var each = tick();
            assertThat(each.size()).isLessThanOrEqualTo(Math.max(1000, count / 10 + 1));
            seen.addAll(each);
        }

        assertThat(seen).hasSize(count);
    }
}
