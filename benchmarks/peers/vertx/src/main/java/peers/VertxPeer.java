package peers;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.PemKeyCertOptions;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/// Vert.x on native epoll.
///
/// Usage: `VertxPeer PORT FILES LOOPS plain|h2c|tls`; for tls with TLS_CERT and TLS_KEY in the environment.
public final class VertxPeer extends VerticleBase {
    private static final CharSequence TYPE = HttpHeaders.createOptimized("content-type");
    private static final CharSequence TEXT = HttpHeaders.createOptimized("text/plain");
    private static final CharSequence OCTETS = HttpHeaders.createOptimized("application/octet-stream");
    private static final CharSequence SERVER = HttpHeaders.createOptimized("server");
    private static final CharSequence NAME = HttpHeaders.createOptimized("vertx");
    private static final CharSequence DATE = HttpHeaders.createOptimized("date");
    private static final CharSequence LENGTH = HttpHeaders.createOptimized("content-length");
    private static final CharSequence THIRTEEN = HttpHeaders.createOptimized("13");
    private static final Buffer HELLO = Buffer.buffer("Hello, World!");
    private static final Buffer BLOCK = Buffer.buffer("x".repeat(4096));
    private static final int BLOCKS = 256;

    private static volatile CharSequence date = now();

    private final int port;
    private final String files;
    private final boolean secure;

    private VertxPeer(int port, String files, boolean secure) {
        this.port = port;
        this.files = files;
        this.secure = secure;
    }

    public static void main(String[] args) throws Exception {
        int port = Integer.parseInt(args[0]);
        int loops = Integer.parseInt(args[2]);
        boolean secure = args[3].equals("tls");
        System.setProperty("vertx.disableMetrics", "true");
        System.setProperty("vertx.disableWebsockets", "true");
        var vertx =
                Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(loops));
        vertx.setPeriodic(500, _ -> date = now());
        vertx.deployVerticle(() -> new VertxPeer(port, args[1], secure), new DeploymentOptions().setInstances(loops))
                .await();
    }

    @Override
    public Future<?> start() {
        var options = new HttpServerOptions()
                .setPort(port)
                .setHost("0.0.0.0")
                .setAcceptBacklog(4096)
                .setTcpNoDelay(true)
                .setHttp2ClearTextEnabled(true)
                .setStrictThreadMode(true)
                .setInitialSettings(new Http2Settings().setMaxConcurrentStreams(256));
        if (secure) {
            options.setSsl(true)
                    .setUseAlpn(true)
                    .setKeyCertOptions(new PemKeyCertOptions()
                            .setCertPath(System.getenv("TLS_CERT"))
                            .setKeyPath(System.getenv("TLS_KEY")));
        }
        return vertx.createHttpServer(options).requestHandler(this::answer).listen();
    }

    private void answer(HttpServerRequest request) {
        var response = request.response();
        response.headers().add(SERVER, NAME).add(DATE, date);
        switch (request.path()) {
            case "/" -> {
                response.headers().add(TYPE, TEXT).add(LENGTH, THIRTEEN);
                response.end(HELLO);
            }
            case "/echo" ->
                request.body()
                        .onSuccess(body -> response.putHeader(TYPE, OCTETS).end(body));
            case "/stream", "/flush" -> {
                response.setChunked(true).putHeader(TYPE, TEXT);
                pump(response, 0);
            }
            default -> response.sendFile(files + request.path());
        }
    }

    /// Writes blocks until the queue is full, and goes on when it is no longer. Every write is flushed.
    private static void pump(HttpServerResponse response, int written) {
        for (int i = written; i < BLOCKS; ) {
            response.write(BLOCK);
            i++;
            if (response.writeQueueFull()) {
                int next = i;
                response.drainHandler(_ -> {
                    response.drainHandler(null);
                    pump(response, next);
                });
                return;
            }
        }
        response.end();
    }

    private static CharSequence now() {
        return HttpHeaders.createOptimized(
                DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC)));
    }
}
