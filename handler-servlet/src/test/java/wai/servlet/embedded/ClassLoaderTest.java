package wai.servlet.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import wai.Response;
import wai.Status;

/// With which class loader applications run.
class ClassLoaderTest {
    @ParameterizedTest
    @EnumSource
    void isOrLeadsToThatOfTheThreadThatStarted(EmbeddedContainer container) throws Exception {
        var current = Thread.currentThread();
        var before = current.getContextClassLoader();
        try (var loader = new URLClassLoader(new URL[0], before)) {
            current.setContextClassLoader(loader);
            try (var server =
                    container.start(0, (_, respond) -> respond.with(Response.text(Status.OK, "" + leadsTo(loader))))) {
                var url = "http://127.0.0.1:" + server.address().getPort() + "/";
                try (var in = URI.create(url).toURL().openStream()) {
                    assertThat(in.readAllBytes())
                            .asString(StandardCharsets.UTF_8)
                            .isEqualTo("true");
                }
            }
        } finally {
            current.setContextClassLoader(before);
        }
    }

    private static boolean leadsTo(ClassLoader loader) {
        return Stream.iterate(
                        Thread.currentThread().getContextClassLoader(), each -> each != null, ClassLoader::getParent)
                .anyMatch(loader::equals);
    }
}
