package wai.warp.http2;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import wai.Headers;

/// That the defaults do not depend on which class is used first.
class Http2LimitsTest {
    private static final List<String> LIMITS = Stream.of("Http2Limits", "Http2Limits$Rates", "Http2Limits$Request")
            .map(name -> Http2Limits.class.getPackageName() + "." + name)
            .toList();

    private static URL home(Class<?> type) {
        return type.getProtectionDomain().getCodeSource().getLocation();
    }

    /// The engine's classes, by name.
    private static List<String> engineClasses() throws Exception {
        var root = Path.of(URI.create(home(Http2Limits.class).toString()));
        try (var files = Files.walk(root.resolve("wai/warp/http2"))) {
            return files.map(file -> root.relativize(file).toString())
                    .filter(file -> file.endsWith(".class") && !file.endsWith("package-info.class"))
                    .map(file ->
                            file.replace(file.contains("\\") ? '\\' : '/', '.').replaceAll("[.]class$", ""))
                    .toList();
        }
    }

    @Test
    void defaultsAreThereWhicheverClassComesFirst() throws Exception {
        var classes = engineClasses();
        assertThat(classes).containsAll(LIMITS);

        for (var first : classes) {
            try (var loader = new URLClassLoader(
                    new URL[] {home(Http2Limits.class), home(Headers.class)}, ClassLoader.getPlatformClassLoader())) {
                Class.forName(first, true, loader);

                for (var name : LIMITS) {
                    var type = Class.forName(name, true, loader);
                    assertThat(type.getField("DEFAULT").get(null))
                            .as("%s.DEFAULT behind %s", name, first)
                            .isNotNull()
                            .hasNoNullFieldsOrProperties();
                }
            }
        }
    }
}
