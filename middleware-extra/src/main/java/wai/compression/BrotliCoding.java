package wai.compression;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.aayushatharva.brotli4j.decoder.BrotliInputStream;
import com.aayushatharva.brotli4j.encoder.BrotliOutputStream;
import com.aayushatharva.brotli4j.encoder.Encoder.Parameters;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/// Brotli, by brotli4j.
final class BrotliCoding implements ContentCoding {
    private final Parameters parameters;

    private BrotliCoding(int quality) {
        this.parameters = Parameters.create(quality);
    }

    static ContentCoding of(int quality) {
        if (quality < 0 || quality > 11) {
            throw new IllegalArgumentException("quality " + quality + ": expected 0 to 11");
        }
        try {
            Brotli4jLoader.ensureAvailability();
            return new BrotliCoding(quality);
        } catch (LinkageError e) {
            throw new IllegalStateException(
                    "content coding br needs the library com.aayushatharva.brotli4j:brotli4j with its part for this"
                            + " system, and on the module path a module that requires com.aayushatharva.brotli4j",
                    e);
        }
    }

    @Override
    public String name() {
        return "br";
    }

    @Override
    public Encoder encoder(OutputStream out) throws IOException {
        var gate = new OutputGate(out);
        return new LibraryEncoder(new BrotliOutputStream(gate, parameters), gate);
    }

    @Override
    public InputStream decoder(InputStream in) throws IOException {
        var decoded = new BrotliInputStream(in);
        decoded.enableEagerOutput(); // what was flushed can be read, before more comes
        return decoded;
    }
}
