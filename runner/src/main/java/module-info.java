import org.jspecify.annotations.NullMarked;

/// Runs an application from one Java file, on any handler.
@NullMarked
module wai.runner {
    requires info.picocli;
    requires wai.middleware;
    requires wai.spec;
    requires wai.warp;
    requires static org.jspecify;
}
