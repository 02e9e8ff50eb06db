package wai.servlet.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.net.InetSocketAddress;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import wai.Application;
import wai.Response;
import wai.Status;

/// Jetty in a class loader of its own, which the thread that starts it does not know: as `waiup` loads it.
class JettyLoaderTest {
    private static final Application HELLO = (_, respond) -> respond.with(Response.text(Status.OK, "hello"));

    @ParameterizedTest
    @ValueSource(strings = {"start", "startServlet"})
    void speaksHttp2WhereTheThreadDoesNotSeeItsClasses(String start) throws Exception {
        var thread = Thread.currentThread();
        var before = thread.getContextClassLoader();
        try (var loader = new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader())) {
            thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
            try (var server = started(loader, start);
                    var client = new WireHttp2(address(server))) {
                client.ask(1, ":method", "GET", ":scheme", "http", ":path", "/", ":authority", "test");

                assertThat(client.next(WireHttp2.HEADERS, WireHttp2.RST_STREAM).isOk())
                        .isTrue();
                assertThat(client.body()).isEqualTo("hello");
            }
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /// Called in the other class loader.
    static AutoCloseable start() throws Exception {
        return EmbeddedContainer.JETTY.start(0, HELLO);
    }

    /// Called in the other class loader.
    static AutoCloseable startServlet() throws Exception {
        return EmbeddedContainer.JETTY_SERVLET.start(0, HELLO);
    }

    private static AutoCloseable started(ClassLoader loader, String start) throws Exception {
        var method = loader.loadClass(JettyLoaderTest.class.getName()).getDeclaredMethod(start);
        method.setAccessible(true);
        return (AutoCloseable) method.invoke(null);
    }

    private static InetSocketAddress address(AutoCloseable server) throws Exception {
        return (InetSocketAddress) server.getClass().getMethod("address").invoke(server);
    }

    private static URL[] classPath() throws Exception {
        var paths = String.join(
                File.pathSeparator,
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path", "")),
                System.getProperty("jdk.module.path", ""),
                Path.of(JettyLoaderTest.class
                                .getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .toURI())
                        .toString(),
                "target/classes",
                "target/test-classes");
        var urls = new ArrayList<URL>();
        for (var path : paths.split(Pattern.quote(File.pathSeparator), -1)) {
            if (!path.isEmpty()) {
                urls.add(Path.of(path).toUri().toURL());
            }
        }
        return urls.toArray(URL[]::new);
    }
}
