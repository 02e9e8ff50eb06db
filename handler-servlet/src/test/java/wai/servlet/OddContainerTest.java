package wai.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;
import static org.mockito.Mockito.withSettings;

import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletMapping;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mockito.MockMakers;
import wai.ClientDisconnectedException;
import wai.Headers;
import wai.Response;
import wai.Status;

/// What no container here can be made to show: no stream for the body, streams that fail their own way, a target that
/// does not lead to the servlet.
class OddContainerTest {
    private final HttpServletRequest request = mocked(HttpServletRequest.class);
    private final HttpServletResponse response = mocked(HttpServletResponse.class);

    /// By proxies: without an agent in the JVM.
    private static <T> T mocked(Class<T> type) {
        return mock(type, withSettings().mockMaker(MockMakers.PROXY));
    }

    @BeforeEach
    void beOrdinary() {
        var context = mocked(ServletContext.class);
        var mapping = mocked(HttpServletMapping.class);
        when(context.getContextPath()).thenReturn("/shop");
        when(mapping.getPattern()).thenReturn("/*");
        when(request.getMethod()).thenReturn("GET");
        when(request.getRequestURI()).thenReturn("/shop/");
        when(request.getProtocol()).thenReturn("HTTP/1.1");
        when(request.getHeaderNames()).thenReturn(Collections.emptyEnumeration());
        when(request.getContentLengthLong()).thenReturn(-1L);
        when(request.getRemoteAddr()).thenReturn("192.0.2.1");
        when(request.getLocalAddr()).thenReturn("192.0.2.2");
        when(request.getServletContext()).thenReturn(context);
        when(request.getHttpServletMapping()).thenReturn(mapping);
    }

    @Test
    void leavesTheAnswerToTheContainerWhenItGivesNoStream() throws Exception {
        when(response.getOutputStream()).thenThrow(new IOException("no stream"));
        var servlet = new WaiServlet((_, respond) -> respond.with(Response.text(Status.OK, "hello")));

        assertThatThrownBy(() -> servlet.service(request, response))
                .isInstanceOf(ServletException.class)
                .hasMessageContaining("the response was cut");

        var calls = inOrder(response);
        calls.verify(response).setStatus(200);
        calls.verify(response).reset();
        calls.verify(response).setStatus(500);
        verify(response, never()).flushBuffer(); // nothing may be sent that cannot have a body
    }

    @Test
    void takesWhateverAStreamThrowsForAClientThatLeft() throws Exception {
        when(response.getOutputStream()).thenReturn(new Stream(new OutputStream() {
            @Override
            public void write(int b) {
                throw new IllegalStateException("recycled");
            }
        }));
        var seen = new CompletableFuture<IOException>();
        var servlet = new WaiServlet((_, respond) -> respond.with(Response.stream(Status.OK, Headers.EMPTY, out -> {
            try {
                out.writeUtf8("hello");
            } catch (IOException e) {
                seen.complete(e);
                throw e;
            }
        })));

        assertThatThrownBy(() -> servlet.service(request, response)).isInstanceOf(ServletException.class);

        assertThat(seen).isCompletedWithValueMatching(ClientDisconnectedException.class::isInstance);
    }

    @Test
    void refusesATargetThatDoesNotLeadToTheServlet() throws Exception {
        var body = new ByteArrayOutputStream();
        when(request.getRequestURI()).thenReturn("/elsewhere");
        when(response.getOutputStream()).thenReturn(new Stream(body));
        var servlet = new WaiServlet((_, _) -> {
            throw new AssertionError("called");
        });

        servlet.service(request, response);

        var calls = inOrder(response);
        calls.verify(response).setStatus(400);
        calls.verify(response).setHeader("Connection", "close");
        assertThat(body.toString(StandardCharsets.UTF_8)).isEqualTo("400 Bad Request: the path does not lead to /*\n");
    }

    private static final class Stream extends ServletOutputStream {
        private final OutputStream out;

        Stream(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            throw new UnsupportedOperationException("nothing is asynchronous here");
        }
    }
}
