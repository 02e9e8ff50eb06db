package wai.compression;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/// A way to encode content, registered as a content coding (RFC 9110 §8.4.1).
///
/// An implementation adapts a library; it serves any number of threads, each call with objects of its own.
public interface ContentCoding {
    /// The name in `Content-Encoding` and `Accept-Encoding`.
    ///
    /// @return a token in lower case: `gzip`
    String name();

    /// Begins to encode.
    ///
    /// @param out where the encoded bytes go; never closed
    /// @return the encoder of one body
    /// @throws IOException when `out` does
    Encoder encoder(OutputStream out) throws IOException;

    /// Begins to decode. The stream throws an [IOException] for what is malformed or ends early. It is used by one
    /// thread at a time, and closed in the end; nothing is read from it afterwards.
    ///
    /// @param in the encoded bytes; read when the decoded ones are, never before. To close it does nothing
    /// @return the decoded bytes
    /// @throws IOException when `in` does
    InputStream decoder(InputStream in) throws IOException;

    /// Encodes one body. A use after [#close] fails, from whatever thread.
    interface Encoder extends AutoCloseable {
        /// Encodes bytes.
        ///
        /// @param array holds them
        /// @param offset where they begin
        /// @param length how many
        /// @throws IOException when the output does
        void write(byte[] array, int offset, int length) throws IOException;

        /// Hands over all that was written so far, so that it can be decoded; does not flush the output.
        ///
        /// @throws IOException when the output does
        void flush() throws IOException;

        /// Writes the end of the encoded body.
        ///
        /// @throws IOException when the output does
        void finish() throws IOException;

        /// Gives back what the encoder holds, and writes nothing.
        @Override
        void close();
    }

    /// gzip (RFC 1952) by `java.util.zip`.
    ///
    /// @return the coding, at level 6
    static ContentCoding gzip() {
        return gzip(6);
    }

    /// gzip at another level.
    ///
    /// @param level 1, the fastest, to 9, the smallest
    /// @return the coding
    /// @throws IllegalArgumentException when it is another number
    static ContentCoding gzip(int level) {
        return new ZipCoding("gzip", level);
    }

    /// deflate, which is the zlib format (RFC 9110 §8.4.1.2), by `java.util.zip`.
    ///
    /// @return the coding, at level 6
    static ContentCoding deflate() {
        return new ZipCoding("deflate", 6);
    }

    /// Brotli (RFC 7932) by the library `com.aayushatharva.brotli4j:brotli4j`, at quality 4: for what is compressed
    /// while it is sent.
    ///
    /// @return the coding
    /// @throws IllegalStateException when the library is not there
    static ContentCoding brotli() {
        return brotli(4);
    }

    /// Brotli at another quality. The library is not a dependency of the shelf: who calls this has it among the
    /// dependencies, with its part for the system (`native-linux-x86_64`), and on the module path
    /// `requires com.aayushatharva.brotli4j` in a module.
    ///
    /// @param quality 0, the fastest, to 11, the smallest: a hundred times as slow, for [CompressedFiles]
    /// @return the coding
    /// @throws IllegalArgumentException when it is another number
    /// @throws IllegalStateException when the library is not there
    static ContentCoding brotli(int quality) {
        return BrotliCoding.of(quality);
    }

    /// Zstandard (RFC 8878) by the library `com.github.luben:zstd-jni`, at level 3.
    ///
    /// @return the coding
    /// @throws IllegalStateException when the library is not there
    static ContentCoding zstd() {
        return zstd(3);
    }

    /// Zstandard at another level. No window is larger than 8 MiB, in either direction (RFC 9659). The library is not a
    /// dependency of the shelf: who calls this has it among the dependencies, and on the module path
    /// `requires com.github.luben.zstd_jni` in a module.
    ///
    /// @param level 1, the fastest, to 19, the smallest
    /// @return the coding
    /// @throws IllegalArgumentException when it is another number
    /// @throws IllegalStateException when the library is not there
    static ContentCoding zstd(int level) {
        return ZstdCoding.of(level);
    }
}
