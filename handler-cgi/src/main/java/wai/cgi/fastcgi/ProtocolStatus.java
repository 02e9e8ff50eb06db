package wai.cgi.fastcgi;

/// How the protocol side of a request ended (FastCGI 1.0 §5.5).
enum ProtocolStatus {
    REQUEST_COMPLETE(0),
    CANT_MPX_CONN(1),
    OVERLOADED(2),
    UNKNOWN_ROLE(3);

    private final int code;

    ProtocolStatus(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
