package wai.cgi.gateway;

import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import wai.Connection;

/// What the web server says of the client's connection to it.
///
/// @param remoteAddress the client: `REMOTE_ADDR` and `REMOTE_PORT`; no name is ever looked up
/// @param variables the rest, which is looked at when somebody asks
record ConnectionFacts(SocketAddress remoteAddress, Variables variables) implements Connection {
    static ConnectionFacts of(Variables variables) {
        return new ConnectionFacts(address(variables.get("REMOTE_ADDR"), variables.get("REMOTE_PORT")), variables);
    }

    /// What the client reached: `SERVER_ADDR`, or else `SERVER_NAME`, and `SERVER_PORT`.
    @Override
    public SocketAddress localAddress() {
        var server = variables.has("SERVER_ADDR") ? variables.get("SERVER_ADDR") : variables.get("SERVER_NAME");
        return address(server, variables.get("SERVER_PORT"));
    }

    /// The name that mod_ssl and mod_openssl say (RFC 6066 §3).
    @Override
    public Optional<String> serverName() {
        return Optional.of(variables.get("SSL_TLS_SNI")).filter(name -> !name.isEmpty());
    }

    /// What mod_ssl (`SSLOptions +ExportCertData`) and mod_openssl (`ssl.verifyclient.exportcert`) say.
    @Override
    public List<X509Certificate> peerCertificates() {
        if (!variables.get("SSL_CLIENT_VERIFY").equals("SUCCESS")) {
            return List.of();
        }
        var pem = new StringBuilder(variables.get("SSL_CLIENT_CERT"));
        for (int i = 0; variables.has("SSL_CLIENT_CERT_CHAIN_" + i); i++) {
            pem.append('\n').append(variables.get("SSL_CLIENT_CERT_CHAIN_" + i));
        }
        var chain = new ArrayList<X509Certificate>();
        try {
            var bytes = pem.toString().getBytes(StandardCharsets.ISO_8859_1);
            for (var each :
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(bytes))) {
                if (each instanceof X509Certificate certificate) {
                    chain.add(certificate);
                }
            }
            return List.copyOf(chain);
        } catch (CertificateException _) {
            return List.of(); // the web server did not export it in a form that can be read
        }
    }

    /// An address, or an unresolved name where the text is none (a Unix socket in front of nginx is `unix:`).
    private static InetSocketAddress address(String host, String port) {
        if (host.isEmpty()) {
            return (InetSocketAddress) Connection.UNKNOWN.remoteAddress();
        }
        try {
            return new InetSocketAddress(InetAddress.ofLiteral(host), port(port));
        } catch (IllegalArgumentException _) {
            return InetSocketAddress.createUnresolved(host, port(port));
        }
    }

    private static int port(String text) {
        try {
            int port = Integer.parseInt(text);
            return port >= 0 && port <= 65535 ? port : 0;
        } catch (NumberFormatException _) {
            return 0; // not told
        }
    }
}
