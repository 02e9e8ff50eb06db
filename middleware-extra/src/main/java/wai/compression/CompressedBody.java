package wai.compression;

import java.io.IOException;
import wai.BodySink;
import wai.Headers;
import wai.StreamingBody;

/// A stream that is encoded while it is written.
final class CompressedBody implements StreamingBody {
    private final StreamingBody writer;
    private final ContentCoding coding;

    CompressedBody(StreamingBody writer, ContentCoding coding) {
        this.writer = writer;
        this.coding = coding;
    }

    /// When the writer fails nothing more is written: an end would make half a body look whole.
    @Override
    public void writeTo(BodySink out) throws Exception {
        try (var encoder = coding.encoder(out)) {
            writer.writeTo(new EncodingSink(encoder, out));
            encoder.finish();
        }
    }

    private static final class EncodingSink extends BodySink {
        private final ContentCoding.Encoder encoder;
        private final BodySink out;

        EncodingSink(ContentCoding.Encoder encoder, BodySink out) {
            this.encoder = encoder;
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            encoder.write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] array, int offset, int length) throws IOException {
            encoder.write(array, offset, length);
        }

        @Override
        public void flush() throws IOException {
            encoder.flush();
            out.flush();
        }

        @Override
        public void trailers(Headers trailers) {
            out.trailers(trailers);
        }
    }
}
