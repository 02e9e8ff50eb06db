package wai.servlet.embedded;

import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.DefaultByteBufferPool;
import io.undertow.servlet.Servlets;
import io.undertow.servlet.util.ImmediateInstanceFactory;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.coyote.http2.Http2Protocol;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.apache.tomcat.util.net.SSLHostConfigCertificate;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.xnio.Options;
import org.xnio.SslClientAuthMode;
import wai.Application;
import wai.servlet.WaiServlet;
import wai.servlet.jetty.WaiHandler;

/// Containers that speak TLS, HTTP/1.1 and HTTP/2, and ask clients for certificates, as a program sets them up itself.
enum SecureContainer {
    JETTY {
        @Override
        Running start(TestCertificates certificates, Path folder, Application application) throws Exception {
            return jetty(certificates, new WaiHandler(application));
        }
    },
    JETTY_SERVLET {
        @Override
        Running start(TestCertificates certificates, Path folder, Application application) throws Exception {
            var context = new ServletContextHandler("/");
            context.addServlet(new ServletHolder(new WaiServlet(application)), "/*");
            return jetty(certificates, context);
        }
    },
    TOMCAT {
        @Override
        Running start(TestCertificates certificates, Path folder, Application application) throws Exception {
            var connector = new Connector("HTTP/1.1");
            connector.setPort(0);
            connector.setScheme("https");
            connector.setSecure(true);
            connector.setProperty("SSLEnabled", "true");
            connector.addSslHostConfig(tls(certificates));
            connector.addUpgradeProtocol(new Http2Protocol());
            var tomcat = new Tomcat();
            tomcat.setBaseDir(folder.toString());
            tomcat.setConnector(connector);
            var context = tomcat.addContext("", folder.toString());
            Tomcat.addServlet(context, "wai", new WaiServlet(application));
            context.addServletMapping("/*", "wai", false);
            tomcat.start();
            return new Running(connector.getLocalPort(), () -> {
                tomcat.stop();
                tomcat.destroy();
            });
        }

        private static SSLHostConfig tls(TestCertificates certificates) {
            var host = new SSLHostConfig();
            host.setCertificateVerification("optional");
            host.setTruststoreFile(certificates.store("server-trust").toString());
            host.setTruststorePassword(TestCertificates.PASSWORD);
            var own = new SSLHostConfigCertificate(host, SSLHostConfigCertificate.Type.EC);
            own.setCertificateKeystoreFile(certificates.store("server").toString());
            own.setCertificateKeystorePassword(TestCertificates.PASSWORD);
            host.addCertificate(own);
            return host;
        }
    },
    UNDERTOW {
        @Override
        Running start(TestCertificates certificates, Path folder, Application application) throws Exception {
            var manager = Servlets.newContainer()
                    .addDeployment(Servlets.deployment()
                            .setClassLoader(SecureContainer.class.getClassLoader())
                            .setContextPath("/")
                            .setDeploymentName("wai")
                            .addServlet(Servlets.servlet(
                                            "wai",
                                            WaiServlet.class,
                                            new ImmediateInstanceFactory<>(new WaiServlet(application)))
                                    .addMapping("/*")));
            manager.deploy();
            var undertow = Undertow.builder()
                    .addHttpsListener(0, "127.0.0.1", certificates.forServer())
                    .setSocketOption(Options.SSL_CLIENT_AUTH_MODE, SslClientAuthMode.REQUESTED)
                    .setServerOption(UndertowOptions.ENABLE_HTTP2, true)
                    .setByteBufferPool(new DefaultByteBufferPool(true, 16 * 1024 - 20, -1, 0))
                    .setHandler(manager.start())
                    .build();
            undertow.start();
            var address =
                    (InetSocketAddress) undertow.getListenerInfo().getFirst().getAddress();
            return new Running(address.getPort(), undertow::stop);
        }
    };

    /// Starts it.
    ///
    /// @param folder for what it writes
    abstract Running start(TestCertificates certificates, Path folder, Application application) throws Exception;

    private static Running jetty(TestCertificates certificates, Handler handler) throws Exception {
        var tls = new SslContextFactory.Server();
        tls.setKeyStorePath(certificates.store("server").toString());
        tls.setKeyStorePassword(TestCertificates.PASSWORD);
        tls.setTrustStorePath(certificates.store("server-trust").toString());
        tls.setTrustStorePassword(TestCertificates.PASSWORD);
        tls.setWantClientAuth(true);
        var http = new HttpConfiguration();
        http.addCustomizer(new SecureRequestCustomizer());
        var server = new Server();
        var connector = new ServerConnector(
                server,
                new SslConnectionFactory(tls, "alpn"),
                new ALPNServerConnectionFactory("h2", "http/1.1"),
                new HTTP2ServerConnectionFactory(http),
                new HttpConnectionFactory(http));
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(handler);
        server.start();
        return new Running(connector.getLocalPort(), server::stop);
    }

    /// A container that runs.
    record Running(int port, AutoCloseable stop) implements AutoCloseable {
        @Override
        public void close() {
            try {
                stop.close();
            } catch (Exception e) {
                throw new IllegalStateException("the container could not be stopped", e);
            }
        }
    }
}
