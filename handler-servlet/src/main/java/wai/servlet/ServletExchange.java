package wai.servlet;

import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.ServletResponseWrapper;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HashSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import wai.Application;
import wai.Body;
import wai.Capability;
import wai.HeaderName;
import wai.Headers;
import wai.Status;
import wai.servlet.exchange.ContainerExchange;
import wai.servlet.exchange.ContainerOutput;
import wai.servlet.exchange.RawTunnel;
import wai.spi.FramedResponse;
import wai.spi.Signal;

/// One servlet request and its right to one response.
final class ServletExchange extends ContainerExchange {
    private final Container container;
    private final HttpServletRequest request;
    private final HttpServletResponse response;
    private final HttpServletRequest own;
    private final HttpServletResponse ownResponse;
    private final Handover handover = new Handover();
    private @Nullable OutputStream output;

    ServletExchange(Container container, HttpServletRequest request, HttpServletResponse response, Signal shutdown)
            throws IOException {
        super(new ServletHead(container, request, own(request)).read(), shutdown);
        this.container = container;
        this.request = request;
        this.response = response;
        this.own = own(request);
        this.ownResponse = own(response);
    }

    /// The request below the wrappers of filters.
    static HttpServletRequest own(HttpServletRequest request) {
        var inner = request;
        while (inner instanceof ServletRequestWrapper wrapper
                && wrapper.getRequest() instanceof HttpServletRequest wrapped) {
            inner = wrapped;
        }
        return inner;
    }

    private static HttpServletResponse own(HttpServletResponse response) {
        var inner = response;
        while (inner instanceof ServletResponseWrapper wrapper
                && wrapper.getResponse() instanceof HttpServletResponse wrapped) {
            inner = wrapped;
        }
        return inner;
    }

    /// Runs the application; on another thread when the exchange may become raw.
    ///
    /// @return whether the client has a whole response, or the connection
    boolean complete(Application application) throws IOException, ServletException {
        if (!capabilities().contains(Capability.RAW)) {
            boolean whole = serve(application);
            if (whole) {
                container.conclude(head());
            }
            return whole;
        }
        var runner = Thread.ofVirtual().start(() -> {
            boolean whole = false;
            try {
                whole = serve(application);
            } finally {
                handover.tell(whole ? new Handover.Outcome.Whole() : new Handover.Outcome.Cut());
            }
        });
        return switch (handover.await(runner)) {
            case Handover.Outcome.Whole _ -> true;
            case Handover.Outcome.Cut _ -> false;
            case Handover.Outcome.Upgrade(RawTunnel tunnel) -> {
                giveAway(tunnel);
                yield true;
            }
        };
    }

    private void giveAway(RawTunnel tunnel) throws IOException, ServletException {
        try {
            container.upgrade(request, head().remoteAddress(), tunnel, shutdown());
        } catch (IOException | ServletException | RuntimeException | Error e) {
            tunnel.fail(e);
            throw e;
        }
    }

    @Override
    protected void begin(FramedResponse framed) {
        var headers = framed.headers();
        if (framed.body() instanceof Body.Raw) {
            boolean extended = extendedConnectProtocol().isPresent();
            response.setStatus(
                    extended ? HttpServletResponse.SC_OK : framed.status().code());
            tell(extended ? headers.without(HeaderName.CONNECTION).without(HeaderName.UPGRADE) : headers, response);
            return;
        }
        response.setStatus(framed.status().code());
        tell(forContainer(headers), response);
        if (framed.length() != FramedResponse.UNKNOWN) {
            response.setContentLengthLong(framed.length());
        }
        container.complete(framed, ownResponse);
    }

    /// Sets fields: the first of a name in the place of what the container or a filter has set, the others beside it.
    static void tell(Headers headers, HttpServletResponse response) {
        var seen = new HashSet<HeaderName>();
        headers.forEach((name, value) -> {
            if (seen.add(name)) {
                response.setHeader(name.toString(), value);
            } else {
                response.addHeader(name.toString(), value);
            }
        });
    }

    @Override
    protected OutputStream output() throws IOException {
        var known = output;
        if (known == null) {
            output = known = new ContainerOutput(response.getOutputStream());
        }
        return known;
    }

    @Override
    protected void commit() throws IOException {
        response.flushBuffer();
    }

    @Override
    protected void finish() throws IOException {
        container.finish(output());
    }

    @Override
    protected boolean isCommitted() {
        return response.isCommitted();
    }

    @Override
    protected boolean hasContainerAnswered() {
        return container.hasAnswered(ownResponse);
    }

    @Override
    protected void reset() {
        response.reset();
    }

    @Override
    protected void sendTrailers(Supplier<Headers> trailers) {
        container.sendTrailers(trailers, response, ownResponse);
    }

    @Override
    protected void abort(Throwable cause) {
        container.abort(own, ownResponse, head().version());
    }

    @Override
    protected RawTunnel upgrade(FramedResponse framed) throws IOException {
        var tunnel = container.tunnel(own, shutdown());
        begin(framed);
        container.sendHeadOfRaw(response);
        handover.tell(new Handover.Outcome.Upgrade(tunnel));
        return tunnel;
    }

    @Override
    protected Headers receivedTrailers() {
        return container.receivedTrailers(request, own);
    }

    @Override
    protected void watch(Signal signal) {
        container.watch(own, signal);
    }

    @Override
    public void sendInformational(Status status, Headers fields) throws IOException {
        checkInformationalInTime(status);
        container.sendInformational(status, fields, ownResponse);
    }
}
