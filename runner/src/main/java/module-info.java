import org.jspecify.annotations.NullMarked;

/// Runs an application from one Java file, on any handler.
@NullMarked
module wai.runner {
    requires info.picocli;
    requires java.compiler;
    requires java.logging;
    requires jdk.unsupported; // sun.misc.Signal, by reflection
    requires wai.cgi;
    requires wai.middleware;
    requires wai.spec;
    requires wai.warp;
    requires static org.jspecify;

    opens wai.runner to
            info.picocli;
}
