package wai.cgi;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.EnumSet;
import java.util.Set;
import wai.Capability;
import wai.ClientDisconnectedException;
import wai.cgi.gateway.Ending;
import wai.cgi.gateway.Gateway;
import wai.cgi.gateway.Output;
import wai.cgi.gateway.Variables;

/// One request between two streams.
///
/// @param gateway what to call
/// @param in the body
/// @param out takes the response; closed behind it
record CgiProgram(Gateway gateway, InputStream in, OutputStream out) {
    private static final Set<Capability> CAPABILITIES =
            Set.copyOf(EnumSet.of(Capability.INCREMENTAL_FLUSH, Capability.RAW_TARGET));

    void run(Variables variables) {
        var call = gateway.call(variables, in, new StreamOutput(out), CAPABILITIES);
        try (out) {
            if (call.run() == Ending.WHOLE) { // one that was cut ends like it: CGI has no other word
                call.dropRestOfBody();
            }
        } catch (IOException _) {
            // the web server is gone; whoever wrote was told
        }
    }

    /// A stream without a buffer as it takes a response.
    private record StreamOutput(OutputStream out) implements Output {
        @Override
        public void write(byte[] array, int offset, int count) throws IOException {
            try {
                out.write(array, offset, count);
            } catch (IOException e) {
                throw new ClientDisconnectedException("the web server closed the pipe before it had the response", e);
            }
        }

        @Override
        public void flush() throws IOException {
            try {
                out.flush();
            } catch (IOException e) {
                throw new ClientDisconnectedException("the web server closed the pipe before it had the response", e);
            }
        }
    }
}
