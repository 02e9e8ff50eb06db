package peers;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.DefaultFileRegion;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// Netty on epoll, as fast as it goes: the application runs on the event loop, and fields are not validated.
///
/// Usage: `NettyPeer PORT FILES LOOPS plain|h2c|tls`; for tls with TLS_CERT and TLS_KEY in the environment.
public final class NettyPeer {
    private static final AsciiString TEXT = AsciiString.of("text/plain");
    private static final AsciiString HTML = AsciiString.of("text/html");
    private static final AsciiString OCTETS = AsciiString.of("application/octet-stream");
    private static final AsciiString SERVER = AsciiString.of("netty");
    private static final AsciiString THIRTEEN = AsciiString.of("13");
    private static final ByteBuf HELLO = constant("Hello, World!");
    private static final ByteBuf BLOCK = constant("x".repeat(4096));
    private static final int BLOCKS = 256;

    private static volatile AsciiString date = now();

    private NettyPeer() {}

    public static void main(String[] args) throws Exception {
        int port = Integer.parseInt(args[0]);
        var files = Path.of(args[1]);
        int loops = Integer.parseInt(args[2]);
        var clock = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().factory());
        clock.scheduleAtFixedRate(() -> date = now(), 500, 500, TimeUnit.MILLISECONDS);
        new ServerBootstrap()
                .group(new MultiThreadIoEventLoopGroup(loops, EpollIoHandler.newFactory()))
                .channel(EpollServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 4096)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(
                        switch (args[3]) {
                            case "plain" -> plain(files);
                            case "h2c" -> h2c();
                            default -> tls(files);
                        })
                .bind(port)
                .sync();
    }

    private static ChannelInitializer<SocketChannel> plain(Path files) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(SocketChannel channel) {
                http1(channel.pipeline(), files);
            }
        };
    }

    private static ChannelInitializer<SocketChannel> h2c() {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(SocketChannel channel) {
                http2(channel.pipeline());
            }
        };
    }

    private static ChannelInitializer<SocketChannel> tls(Path files) throws IOException {
        var protocols = new ApplicationProtocolConfig(
                ApplicationProtocolConfig.Protocol.ALPN,
                ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                "h2",
                "http/1.1");
        SslContext context = SslContextBuilder.forServer(
                        new File(System.getenv("TLS_CERT")), new File(System.getenv("TLS_KEY")))
                .applicationProtocolConfig(protocols)
                .build();
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(SocketChannel channel) {
                channel.pipeline().addLast(context.newHandler(channel.alloc()));
                channel.pipeline().addLast(new ApplicationProtocolNegotiationHandler("http/1.1") {
                    @Override
                    protected void configurePipeline(ChannelHandlerContext context, String protocol) {
                        if (protocol.equals("h2")) {
                            http2(context.pipeline());
                        } else {
                            http1(context.pipeline(), files);
                        }
                    }
                });
            }
        };
    }

    private static void http1(ChannelPipeline pipeline, Path files) {
        pipeline.addLast(new HttpServerCodec(new HttpDecoderConfig().setValidateHeaders(false)));
        pipeline.addLast(new Http1(files));
    }

    private static void http2(ChannelPipeline pipeline) {
        pipeline.addLast(Http2FrameCodecBuilder.forServer()
                .validateHeaders(false)
                .initialSettings(Http2Settings.defaultSettings().maxConcurrentStreams(256))
                .build());
        pipeline.addLast(new Http2MultiplexHandler(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel stream) {
                stream.pipeline().addLast(new Http2());
            }
        }));
    }

    private static ByteBuf constant(String text) {
        var bytes = text.getBytes(US_ASCII);
        return Unpooled.unreleasableBuffer(Unpooled.directBuffer(bytes.length).writeBytes(bytes))
                .asReadOnly();
    }

    private static AsciiString now() {
        return AsciiString.of(DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC)));
    }

    private static final class Http1 extends ChannelInboundHandlerAdapter {
        private final Path files;
        private CompositeByteBuf echo;

        Http1(Path files) {
            this.files = files;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) throws IOException {
            if (message instanceof HttpRequest request) {
                answer(context, request);
            }
            if (message instanceof HttpContent content) {
                if (echo != null) {
                    takeBody(context, content);
                }
                content.release();
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }

        private void answer(ChannelHandlerContext context, HttpRequest request) throws IOException {
            switch (request.uri()) {
                case "/" -> hello(context, HttpUtil.isKeepAlive(request));
                case "/echo" -> echo = context.alloc().compositeBuffer(1024);
                case "/stream" -> stream(context, false);
                case "/flush" -> stream(context, true);
                case "/index.html" -> file(context, "index.html", HTML);
                default -> file(context, request.uri().substring(1), OCTETS);
            }
        }

        private void hello(ChannelHandlerContext context, boolean keepAlive) {
            var response = new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1,
                    HttpResponseStatus.OK,
                    HELLO.duplicate(),
                    DefaultHttpHeadersFactory.headersFactory().withValidation(false),
                    DefaultHttpHeadersFactory.trailersFactory().withValidation(false));
            describe(response, TEXT).headers().set(HttpHeaderNames.CONTENT_LENGTH, THIRTEEN);
            if (keepAlive) {
                context.write(response);
            } else {
                response.headers().set(HttpHeaderNames.CONNECTION, "close");
                context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
            }
        }

        private void takeBody(ChannelHandlerContext context, HttpContent content) {
            echo.addComponent(true, content.content().retain());
            if (content instanceof LastHttpContent) {
                var response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, echo);
                describe(response, OCTETS).headers().set(HttpHeaderNames.CONTENT_LENGTH, echo.readableBytes());
                echo = null;
                context.write(response);
            }
        }

        private void file(ChannelHandlerContext context, String name, AsciiString type) throws IOException {
            var file = FileChannel.open(files.resolve(name));
            var response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
            describe(response, type).headers().set(HttpHeaderNames.CONTENT_LENGTH, file.size());
            context.write(response);
            context.write(new DefaultFileRegion(file, 0, file.size()));
            context.write(LastHttpContent.EMPTY_LAST_CONTENT);
        }

        private void stream(ChannelHandlerContext context, boolean flushed) {
            var response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
            describe(response, TEXT).headers().set(HttpHeaderNames.TRANSFER_ENCODING, "chunked");
            context.write(response);
            pump(context, 0, flushed);
        }

        /// Writes blocks until the channel is full, and goes on when it is no longer.
        private void pump(ChannelHandlerContext context, int written, boolean flushed) {
            for (int i = written; i < BLOCKS; ) {
                var block = new DefaultHttpContent(BLOCK.duplicate());
                var future = flushed ? context.writeAndFlush(block) : context.write(block);
                i++;
                if (!context.channel().isWritable()) {
                    context.flush();
                    if (!future.isDone()) {
                        int next = i;
                        future.addListener(_ -> {
                            pump(context, next, flushed);
                            context.flush();
                        });
                        return;
                    }
                }
            }
            context.write(LastHttpContent.EMPTY_LAST_CONTENT);
        }

        private static <M extends HttpMessage> M describe(M response, AsciiString type) {
            response.headers()
                    .set(HttpHeaderNames.CONTENT_TYPE, type)
                    .set(HttpHeaderNames.SERVER, SERVER)
                    .set(HttpHeaderNames.DATE, date);
            return response;
        }
    }

    /// Answers every request with the greeting.
    private static final class Http2 extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof Http2HeadersFrame frame && frame.isEndStream()) {
                var fields = new DefaultHttp2Headers(false)
                        .status("200")
                        .set(HttpHeaderNames.CONTENT_TYPE, TEXT)
                        .set(HttpHeaderNames.SERVER, SERVER)
                        .set(HttpHeaderNames.DATE, date)
                        .set(HttpHeaderNames.CONTENT_LENGTH, THIRTEEN);
                context.write(new DefaultHttp2HeadersFrame(fields));
                context.write(new DefaultHttp2DataFrame(HELLO.duplicate(), true));
            } else {
                ReferenceCountUtil.release(message);
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }
    }
}
