package wai.compression;

import java.io.IOException;
import java.nio.file.Path;
import wai.Application;

/// The snippets of the classes of the package; the tests of the classes run them.
final class Samples {
    private Samples() {}

    static Application compression(Application shop) {
        // @start region="compression"
        return Compression.gzip().wrap(shop);
        // @end
    }

    static Application allCodings(Application shop) {
        // @start region="codings"
        return Compression.by(ContentCoding.brotli(), ContentCoding.zstd(), ContentCoding.gzip())
                .wrap(shop);
        // @end
    }

    static Application files(Application site, Path folder) throws IOException {
        // @start region="files"
        return Compression.gzip().withFiles(CompressedFiles.in(folder)).wrap(site);
        // @end
    }

    static Application decompression(Application uploads) {
        // @start region="decompression"
        return Decompression.upTo(10_000_000).wrap(uploads);
        // @end
    }
}
