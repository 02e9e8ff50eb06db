package wai.servlet.jetty;

import java.io.IOException;
import java.io.OutputStream;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import wai.Application;
import wai.Body;
import wai.Capability;
import wai.HeaderName;
import wai.Headers;
import wai.Status;
import wai.servlet.container.JettyCore;
import wai.servlet.container.JettyTunnel;
import wai.servlet.exchange.ContainerExchange;
import wai.servlet.exchange.ContainerOutput;
import wai.servlet.exchange.RawTunnel;
import wai.spi.FramedResponse;
import wai.spi.Signal;

/// One request of Jetty's core and its right to one response.
final class JettyExchange extends ContainerExchange {
    private final Request request;
    private final Response response;
    private final Callback callback;
    private final OutputStream output;
    private boolean concluded;

    JettyExchange(Request request, Response response, Callback callback, Signal shutdown) {
        super(new JettyHead(request).read(), shutdown);
        this.request = request;
        this.response = response;
        this.callback = callback;
        this.output = new ContainerOutput(new JettyOutput(response));
    }

    /// Runs the application and tells Jetty the end; on another thread when the exchange may become raw, because Jetty
    /// gives no connection away before this one has returned.
    void complete(Application application) {
        if (capabilities().contains(Capability.RAW)) {
            Thread.ofVirtual().start(() -> conclude(serve(application)));
        } else {
            conclude(serve(application));
        }
    }

    private void conclude(boolean whole) {
        if (concluded) {
            return; // with the head of a raw response
        }
        if (whole) {
            head().dropRestOfBody();
            callback.succeeded();
        } else {
            callback.failed(new CutResponse());
        }
    }

    @Override
    protected void begin(FramedResponse framed) {
        boolean raw = framed.body() instanceof Body.Raw;
        boolean extended = raw && extendedConnectProtocol().isPresent();
        var headers = extended
                ? framed.headers().without(HeaderName.CONNECTION).without(HeaderName.UPGRADE)
                : raw ? framed.headers() : forContainer(framed.headers());
        response.setStatus(extended ? Status.OK.code() : framed.status().code());
        var fields = response.getHeaders();
        for (int i = 0; i < headers.size(); i++) {
            if (i == indexOfFirst(headers, headers.name(i))) {
                fields.put(headers.name(i).toString(), headers.value(i));
            } else {
                fields.add(headers.name(i).toString(), headers.value(i));
            }
        }
        if (framed.length() != FramedResponse.UNKNOWN) {
            fields.put(HttpHeader.CONTENT_LENGTH, framed.length());
        }
    }

    private static int indexOfFirst(Headers headers, HeaderName name) {
        int at = 0;
        while (!headers.name(at).equals(name)) {
            at++;
        }
        return at;
    }

    @Override
    protected OutputStream output() {
        return output;
    }

    @Override
    protected void commit() throws IOException {
        output.flush();
    }

    @Override
    protected void finish() throws IOException {
        output.close();
    }

    @Override
    protected boolean isCommitted() {
        return response.isCommitted();
    }

    @Override
    protected void reset() {
        response.reset();
    }

    @Override
    protected void sendTrailers(Supplier<Headers> trailers) {
        response.setTrailersSupplier(() -> JettyCore.fields(trailers.get()));
    }

    @Override
    protected void abort(Throwable cause) {
        JettyCore.reset(request, head().version());
    }

    @Override
    protected RawTunnel upgrade(FramedResponse framed) throws IOException {
        var tunnel = JettyTunnel.under(request, shutdown());
        begin(framed);
        output.flush();
        concluded = true;
        callback.succeeded();
        return tunnel;
    }

    @Override
    protected Headers receivedTrailers() {
        return JettyCore.trailers(request);
    }

    @Override
    protected void watch(Signal signal) {
        JettyCore.watch(request, signal);
    }

    @Override
    public void sendInformational(Status status, Headers fields) throws IOException {
        checkInformationalInTime(status);
        JettyCore.sendInformational(response, status, fields);
    }

    /// Told to Jetty in the place of the end of a response; the reason was reported already.
    private static final class CutResponse extends IOException {
        private static final long serialVersionUID = 1;

        CutResponse() {
            super("the response was cut; wai.servlet has logged why");
        }

        @Override
        public Throwable fillInStackTrace() {
            return this; // it tells nothing that the log does not
        }
    }
}
