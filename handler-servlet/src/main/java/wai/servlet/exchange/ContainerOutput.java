package wai.servlet.exchange;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import wai.ClientDisconnectedException;

/// The stream of a container, whose failures all mean that the client is gone.
public final class ContainerOutput extends FilterOutputStream {
    /// A stream over that of the container.
    ///
    /// @param out the container's
    public ContainerOutput(OutputStream out) {
        super(out);
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] array, int offset, int length) throws IOException {
        try {
            out.write(array, offset, length);
        } catch (IOException | RuntimeException e) {
            throw gone(e);
        }
    }

    @Override
    public void flush() throws IOException {
        try {
            out.flush();
        } catch (IOException | RuntimeException e) {
            throw gone(e);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            out.close();
        } catch (IOException | RuntimeException e) {
            throw gone(e);
        }
    }

    private static ClientDisconnectedException gone(Exception e) {
        return new ClientDisconnectedException("the response could not be written: " + e, e);
    }
}
