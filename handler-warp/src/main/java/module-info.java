import org.jspecify.annotations.NullMarked;

/// Warp: a server for WAI applications.
@NullMarked
module wai.warp {
    requires transitive wai.spec;
    requires static org.jspecify;

    exports wai.warp;
    exports wai.warp.settings;
}
