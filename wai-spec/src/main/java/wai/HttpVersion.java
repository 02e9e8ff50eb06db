package wai;

/// The version of HTTP in which the client spoke to the outermost server.
public enum HttpVersion {
    /// HTTP/1.0 (RFC 1945, as amended by RFC 9112).
    HTTP_1_0("HTTP/1.0"),
    /// HTTP/1.1 (RFC 9112).
    HTTP_1_1("HTTP/1.1"),
    /// HTTP/2 (RFC 9113).
    HTTP_2("HTTP/2"),
    /// HTTP/3 (RFC 9114); also what a web server in front may report.
    HTTP_3("HTTP/3");

    private final String text;

    HttpVersion(String text) {
        this.text = text;
    }

    /// The version as HTTP writes it: `HTTP/1.1`, `HTTP/2`.
    @Override
    public String toString() {
        return text;
    }
}
