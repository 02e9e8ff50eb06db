package wai.spi;

import java.io.IOException;
import java.io.InputStream;

/// A request body that can be read until its exchange is over.
final class ScopedBody extends InputStream {
    private final Exchange exchange;
    private final InputStream body;

    ScopedBody(Exchange exchange, InputStream body) {
        this.exchange = exchange;
        this.body = body;
    }

    @Override
    public int read() throws IOException {
        exchange.checkBodyInScope();
        return body.read();
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        exchange.checkBodyInScope();
        return body.read(target, offset, length);
    }

    @Override
    public long skip(long count) throws IOException {
        exchange.checkBodyInScope();
        return body.skip(count);
    }

    @Override
    public int available() throws IOException {
        exchange.checkBodyInScope();
        return body.available();
    }
}
