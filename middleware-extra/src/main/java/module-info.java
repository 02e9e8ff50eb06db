import org.jspecify.annotations.NullMarked;

/// The shelf of middleware every application needs.
@NullMarked
module wai.middleware {
    requires transitive wai.spec;
    requires static com.aayushatharva.brotli4j;
    requires static com.github.luben.zstd_jni;
    requires static org.jspecify;

    exports wai.compression;
    exports wai.forms;
    exports wai.forwarded;
    exports wai.limits;
    exports wai.lint;
    exports wai.logging;
    exports wai.middleware;
    exports wai.routing;
    exports wai.security;
    exports wai.session;
    exports wai.sse;
    exports wai.staticfiles;
}
