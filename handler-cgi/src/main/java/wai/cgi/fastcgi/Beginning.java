package wai.cgi.fastcgi;

/// The content of BEGIN_REQUEST (FastCGI 1.0 §5.1): a role of two bytes, flags, and five bytes in reserve.
///
/// @param role 1 for a responder, 2 for an authorizer, 3 for a filter
/// @param flags bit 0 is `FCGI_KEEP_CONN`; the others are not defined
record Beginning(int role, int flags) {
    static final int SIZE = 8;
    private static final int RESPONDER = 1;
    private static final int KEEP_CONN = 1;

    /// Reads the content, which is complete.
    static Beginning of(byte[] content) {
        return new Beginning(((content[0] & 0xff) << 8) | (content[1] & 0xff), content[2] & 0xff);
    }

    /// Whether the request wants what an application gives: a response. An authorizer's 200 would let a client pass,
    /// which an application that was not written for it must not do by accident; a filter needs a second input.
    boolean isResponder() {
        return role == RESPONDER;
    }

    boolean keepsConnection() {
        return (flags & KEEP_CONN) != 0;
    }
}
