import org.jspecify.annotations.NullMarked;

/// Runs applications in servlet containers, and on Jetty's own handlers.
///
/// Tomcat and Undertow are not named here: the jar of Tomcat has the packages of `jakarta.servlet` once more, and no
/// module may read both; those of Undertow are modules by their file names only. They belong on the class path, with
/// `--add-reads wai.servlet=ALL-UNNAMED` when this module is on the module path.
@NullMarked
module wai.servlet {
    requires jakarta.servlet;
    requires transitive wai.spec;
    requires static org.eclipse.jetty.ee11.servlet;
    requires static org.eclipse.jetty.http2.server;
    requires static org.eclipse.jetty.server;
    requires static org.jspecify;

    exports wai.servlet;
    exports wai.servlet.embedded;
    exports wai.servlet.jetty;

    opens wai.servlet.container; // containers make the upgrade handler
}
