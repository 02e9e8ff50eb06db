import org.jspecify.annotations.NullMarked;

/// The I/O manager of our servers, and of nobody else: it may change with any version.
@NullMarked
@SuppressWarnings("module") // those it is for are compiled behind it
module wai.transport {
    requires wai.spec;
    requires static org.jspecify;

    exports wai.transport to
            wai.cgi,
            wai.warp;
}
