package wai.servlet;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketAddress;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import javax.net.ssl.SSLSession;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import wai.Capability;
import wai.HeaderName;
import wai.Headers;
import wai.HttpVersion;
import wai.Status;
import wai.servlet.container.JettyCore;
import wai.servlet.container.JettyTunnel;
import wai.servlet.exchange.BodyBeginning;
import wai.servlet.exchange.RawTunnel;
import wai.servlet.exchange.RequestHead;
import wai.spi.FramedResponse;
import wai.spi.Signal;

/// Jetty's own ways: what servlets cannot say is said to the core, which is the same under all its versions of
/// servlets.
final class JettyContainer extends Container {
    private JettyContainer() {}

    /// Jetty's.
    ///
    /// @throws LinkageError when the classes of its core are hidden from us, or we see others than it has
    static Container of(HttpServletRequest own) {
        if (!(called(own, "getRequest") instanceof Request)) {
            throw new LinkageError("the web application has classes of Jetty's of its own");
        }
        JettyCore.link();
        return new JettyContainer();
    }

    @Override
    void advise(HttpServletRequest own) {
        super.advise(own);
        JettyCore.advise(core(own));
    }

    @Override
    Set<Capability> capabilities() {
        return JettyCore.capabilities();
    }

    @Override
    Set<Capability> capabilitiesOfHttp2() {
        return JettyCore.capabilitiesOfHttp2();
    }

    @Override
    Optional<String> extendedConnectProtocol(HttpServletRequest own) {
        return JettyCore.extendedConnectProtocol(core(own));
    }

    /// In the order in which the lines came, unless a filter may have changed them.
    @Override
    Headers headers(HttpServletRequest request, HttpServletRequest own) {
        return request.equals(own) ? JettyCore.headers(core(own).getHeaders()) : super.headers(request, own);
    }

    /// Jetty's servlets send 100 Continue to clients of HTTP/1.0 too; its core does not.
    @Override
    InputStream body(HttpServletRequest request, HttpServletRequest own) throws IOException {
        return request.equals(own) && own.getProtocol().equals("HTTP/1.0")
                ? Request.asInputStream(core(own))
                : request.getInputStream();
    }

    /// From its core: its streams know of no end that nobody has read.
    @Override
    BodyBeginning beginning(HttpServletRequest request, HttpServletRequest own) throws IOException {
        return request.equals(own) ? JettyCore.beginning(core(own)) : super.beginning(request, own);
    }

    @Override
    OptionalLong passedLimit(HttpServletRequest own, Throwable failure, long read) {
        return JettyCore.passedLimit(failure, read);
    }

    /// One by one, while a servlet gets those of one name joined; unless a filter may have changed them.
    @Override
    Headers receivedTrailers(HttpServletRequest request, HttpServletRequest own) {
        return request.equals(own) ? JettyCore.trailers(core(own)) : super.receivedTrailers(request, own);
    }

    @Override
    void sendTrailers(Supplier<Headers> trailers, HttpServletResponse response, HttpServletResponse own) {
        if (response.equals(own)) {
            core(own).setTrailersSupplier(() -> JettyCore.fields(trailers.get()));
        } else {
            super.sendTrailers(trailers, response, own);
        }
    }

    @Override
    Optional<SSLSession> tlsSession(HttpServletRequest own) {
        return JettyCore.tlsSession(core(own));
    }

    @Override
    void complete(FramedResponse head, HttpServletResponse own) {
        var type = head.headers().first(HeaderName.CONTENT_TYPE);
        if (type.isPresent() && core(own) instanceof Response.Wrapper outer) {
            JettyCore.setContentType(outer.getWrapped(), type.get());
        }
    }

    @Override
    void finish(OutputStream out) throws IOException {
        out.close();
    }

    @Override
    void conclude(RequestHead head) {
        head.dropRestOfBody();
    }

    @Override
    void sendInformational(Status status, Headers fields, HttpServletResponse own) throws IOException {
        JettyCore.sendInformational(core(own), status, fields);
    }

    @Override
    void abort(HttpServletRequest own, HttpServletResponse ownResponse, HttpVersion version) {
        JettyCore.reset(core(own), version);
        try {
            ownResponse.sendError(-1); // Jetty's word for it
        } catch (IOException | IllegalStateException _) {
            // ended already
        }
    }

    @Override
    void watch(HttpServletRequest own, Signal disconnect) {
        JettyCore.watch(core(own), disconnect);
    }

    @Override
    RawTunnel tunnel(HttpServletRequest own, Signal shutdown) {
        return JettyTunnel.under(core(own), shutdown);
    }

    @Override
    void sendHeadOfRaw(HttpServletResponse response) throws IOException {
        response.flushBuffer();
    }

    /// The head is sent; Jetty does the rest when the exchange is complete.
    @Override
    void upgrade(HttpServletRequest request, SocketAddress client, RawTunnel tunnel, Signal shutdown) {}

    /// By name, because the class is another one in each version of servlets.
    private static Request core(HttpServletRequest own) {
        return (Request) called(own, "getRequest");
    }

    private static Response core(HttpServletResponse own) {
        return (Response) called(own, "getResponse");
    }

    private static Object called(Object own, String method) {
        try {
            return own.getClass().getMethod(method).invoke(own);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(
                    "this Jetty has no " + own.getClass().getName() + "." + method + "()", e);
        }
    }
}
