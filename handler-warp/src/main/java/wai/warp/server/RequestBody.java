package wai.warp.server;

import static java.util.Objects.checkFromIndexSize;

import java.io.IOException;
import java.io.InputStream;

/// The body of a request as the application reads it; the connection finds the bytes.
final class RequestBody extends InputStream {
    private final Http1Connection connection;
    private final Http1Exchange exchange;

    RequestBody(Http1Connection connection, Http1Exchange exchange) {
        this.connection = connection;
        this.exchange = exchange;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        checkFromIndexSize(offset, length, target.length);
        exchange.checkBodyInScope();
        return length == 0 ? 0 : connection.reading().readBody(exchange, target, offset, length);
    }

    @Override
    public int available() {
        exchange.checkBodyInScope();
        return connection.availableBody();
    }
}
