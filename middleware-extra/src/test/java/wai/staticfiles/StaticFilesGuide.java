package wai.staticfiles;

import java.io.IOException;
import java.nio.file.Path;
import wai.Application;
import wai.compression.CompressedFiles;
import wai.compression.Compression;

/// The programs of docs/static-files.md.
final class StaticFilesGuide {
    private StaticFilesGuide() {}

    /// Has the files.
    private interface Shop {}

    static Application shop(Application api) {
        // @start region="static-files"
        var site = StaticFiles.of(Path.of("site")); // an Application

        var shop = StaticFiles.of(FileTree.resources(Shop.class::getResource, "/static"))
                .withCaching(CachePolicy.fingerprinted(CachePolicy.revalidate()))
                .withPrecompressed()
                .withNotFound(api);
        // @end
        return site.withNotFound(shop);
    }

    static FileTree resources() {
        // @start region="resources"
        return FileTree.resources(Shop.class::getResource, "/static");
        // @end
    }

    static Application compressed(Application shop) throws IOException {
        Application compressed = Compression.gzip()
                .withFiles(CompressedFiles.in(Path.of("/var/cache/shop")))
                .wrap(shop);
        return compressed;
    }
}
