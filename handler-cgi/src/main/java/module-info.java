import org.jspecify.annotations.NullMarked;

/// CGI, FastCGI and SCGI: WAI applications behind web servers.
@NullMarked
module wai.cgi {
    requires transitive wai.spec;
    requires wai.transport;
    requires static org.jspecify;

    exports wai.cgi;
    exports wai.cgi.settings;
}
