package wai.compression;

import wai.Application;

/// The snippets of the classes of the package; the tests of the classes run them.
final class Samples {
    private Samples() {}

    static Application compression(Application shop) {
        // @start region="compression"
        return Compression.gzip().wrap(shop);
        // @end
    }

    static Application decompression(Application uploads) {
        // @start region="decompression"
        return Decompression.upTo(10_000_000).wrap(uploads);
        // @end
    }
}
