import org.jspecify.annotations.NullMarked;

/// Warp: a server for WAI applications.
@NullMarked
module wai.warp {
    requires transitive wai.spec;
    requires wai.transport;
    requires jdk.jfr; // itself needs nothing but java.base; its classes are loaded when something is recorded
    requires static org.jspecify;

    exports wai.warp;
    exports wai.warp.push;
    exports wai.warp.settings;
    exports wai.warp.tls;
}
