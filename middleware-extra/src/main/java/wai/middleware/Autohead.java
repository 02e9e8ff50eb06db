package wai.middleware;

import wai.Middleware;

/// Answers HEAD as if it were GET, without the body (RFC 9110 §9.3.2): for applications that know GET only.
///
/// {@snippet file="wai/middleware/Samples.java" region="autohead"}
///
/// The application sees GET. Its body is not sent, a stream does not even run: the handler knows that the client asked
/// for the head alone. The length of bytes and files is told all the same.
public final class Autohead {
    private Autohead() {}

    /// The middleware; outside of everything that looks at the method.
    ///
    /// @return the middleware
    public static Middleware asGet() {
        return Middleware.onRequest(request -> request.method().equals("HEAD") ? request.withMethod("GET") : request);
    }
}
