package wai.cgi.gateway;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import wai.Application;
import wai.Body;
import wai.Bytes;
import wai.Capability;
import wai.Connection;
import wai.FilePart;
import wai.Request;
import wai.cgi.settings.Failure.Phase;
import wai.spi.ContractViolation;
import wai.spi.Exchange;
import wai.spi.FramedResponse;
import wai.spi.SignalScope;

/// One request and its right to one response; also the live side of the request.
final class GatewayExchange extends Exchange implements Request.Peer {
    private static final int FILE_BUFFER_SIZE = 64 * 1024;

    private final GatewayCall call;
    private final Gateway gateway;
    private final ResponseWriter writer;
    private final Set<Capability> capabilities;
    private final Connection facts;
    /// What runs when the server stops before this is over.
    private final SignalScope shutdown;

    private volatile @Nullable Request request;

    GatewayExchange(
            GatewayCall call, Gateway gateway, ResponseWriter writer, Set<Capability> capabilities, Connection facts) {
        this.call = call;
        this.gateway = gateway;
        this.writer = writer;
        this.capabilities = capabilities;
        this.shutdown = new SignalScope(gateway.shutdown(), this::isOver);
        this.facts = facts;
    }

    void runOn(Application application, Request newRequest) throws Exception {
        request = newRequest;
        try {
            run(application, newRequest);
        } finally {
            shutdown.end();
        }
    }

    /// The request, once the application has it.
    Optional<Request> request() {
        return Optional.ofNullable(request);
    }

    /// Not by a `switch` over the bodies: the first of its kind costs a CGI program a tenth of its time.
    @Override
    protected void send(FramedResponse response) throws Exception {
        var body = response.body();
        if (body instanceof Bytes bytes) {
            writer.head(response, "");
            bytes.forEachSlice(writer::data);
            writer.end();
        } else if (body instanceof Body.Stream stream) {
            sendStream(response, stream);
        } else if (body instanceof Body.File file && file.part() != null) {
            sendFile(response, file.path(), file.part());
        } else {
            throw new IllegalStateException("neither negotiated nor possible: " + body);
        }
    }

    private void sendFile(FramedResponse response, Path path, FilePart part) throws IOException {
        boolean isWhole = response.status().code() == 200 && part.length() == part.fileSize();
        var sendFile = gateway.settings().sendFile();
        var value = isWhole ? sendFile.valueFor(path) : Optional.<String>empty();
        if (value.isPresent()) {
            writer.head(response, sendFile.field() + ": " + value.get() + "\r\n");
            writer.end();
            return;
        }
        try (var file = FileChannel.open(path)) {
            writer.head(response, "");
            copy(file, path, part);
        }
        writer.end();
    }

    private void copy(FileChannel file, Path path, FilePart part) throws IOException {
        var buffer = ByteBuffer.allocate((int) Math.min(FILE_BUFFER_SIZE, Math.max(part.length(), 1)));
        long at = part.offset();
        long end = part.offset() + part.length();
        while (at < end) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), end - at));
            int count = file.read(buffer, at);
            if (count < 0) {
                throw new IOException(path + " ended at " + at + ": it was longer when it was negotiated");
            }
            writer.data(buffer.array(), 0, count);
            at += count;
        }
    }

    private void sendStream(FramedResponse response, Body.Stream stream) throws Exception {
        writer.head(response, "");
        stream(stream, new GatewaySink(writer, response.length()));
        writer.end();
    }

    @Override
    protected void onViolation(ContractViolation violation) {
        call.report(Phase.CONTRACT, violation);
    }

    @Override
    public Connection connection() {
        return facts;
    }

    @Override
    public Set<Capability> capabilities() {
        return capabilities;
    }

    @Override
    public void onDisconnect(Runnable action) {
        if (!isOver() && capabilities.contains(Capability.DISCONNECT_SIGNAL)) {
            call.onDisconnect(action);
        }
    }

    @Override
    public void onShutdown(Runnable action) {
        if (capabilities.contains(Capability.SHUTDOWN_SIGNAL)) {
            shutdown.add(action);
        }
    }
}
