package wai.staticfiles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import wai.Status;
import wai.test.TestClient;
import wai.test.TestResponse;

class ResourceTreeTest {
    @TempDir
    private Path folder;

    private Path jar(String css) throws IOException {
        var jar = folder.resolve("site" + css.length() + ".jar");
        try (var out = new JarOutputStream(Files.newOutputStream(jar))) {
            entry(out, "static/", "");
            entry(out, "static/index.html", "<p>home");
            entry(out, "static/css/a.css", css); // without an entry for its folder
            entry(out, "static/docs/", "");
            entry(out, "static/docs/index.html", "<p>docs");
            entry(out, "secret.txt", "no");
        }
        return jar;
    }

    private static void entry(JarOutputStream out, String name, String text) throws IOException {
        out.putNextEntry(new JarEntry(name));
        out.write(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        out.closeEntry();
    }

    private static TestResponse get(StaticFiles site, String target, String... header) {
        try (var client = TestClient.of(site)) {
            return (header.length == 0 ? client : client.withHeader(header[0], header[1])).get(target);
        }
    }

    private static FileTree tree(ClassLoader loader) {
        return FileTree.resources(name -> loader.getResource(name.substring(1)), "/static");
    }

    @Test
    void sendsFilesOfAJar() throws IOException {
        try (var loader = new URLClassLoader(new URL[] {jar("p {}").toUri().toURL()}, null)) {
            var site = StaticFiles.of(tree(loader)).withListings();

            var response = get(site, "/css/a.css");
            var tag = response.header("ETag").orElseThrow();

            assertThat(response.text()).isEqualTo("p {}");
            assertThat(response.header("Content-Length")).hasValue("4");
            assertThat(response.header("Content-Type")).hasValue("text/css; charset=utf-8");
            assertThat(response.header("Last-Modified")).isPresent();
            assertThat(get(site, "/css/a.css", "If-None-Match", tag).status()).isEqualTo(Status.NOT_MODIFIED);
            assertThat(get(site, "/").text()).isEqualTo("<p>home");
            assertThat(get(site, "/docs").header("Location")).hasValue("./docs/");
            assertThat(get(site, "/docs/").text()).isEqualTo("<p>docs");
            assertThat(get(site, "/css/").status()).isEqualTo(Status.NOT_FOUND);
            assertThat(get(site, "/nothing").status()).isEqualTo(Status.NOT_FOUND);
            assertThat(get(site, "/../secret.txt").status()).isEqualTo(Status.NOT_FOUND);
            assertThat(get(site, "/%2e%2e/secret.txt").status()).isEqualTo(Status.NOT_FOUND);
        }
    }

    @Test
    void anotherContentHasAnotherTag() throws IOException {
        try (var one = new URLClassLoader(new URL[] {jar("p {}").toUri().toURL()}, null);
                var other = new URLClassLoader(new URL[] {jar("p { }").toUri().toURL()}, null)) {
            assertThat(get(StaticFiles.of(tree(one)), "/css/a.css").header("ETag"))
                    .isNotEqualTo(get(StaticFiles.of(tree(other)), "/css/a.css").header("ETag"));
        }
    }

    @Test
    void sendsFilesOfAFolderOfTheClassPathAsFiles() throws IOException {
        Files.createDirectories(folder.resolve("static/sub"));
        Files.writeString(folder.resolve("static/a.txt"), "0123456789");
        Files.writeString(folder.resolve("secret.txt"), "no");

        try (var loader = new URLClassLoader(new URL[] {folder.toUri().toURL()}, null)) {
            var site = StaticFiles.of(tree(loader));

            assertThat(get(site, "/a.txt", "Range", "bytes=0-3").text()).isEqualTo("0123");
            assertThat(get(site, "/sub").status()).isEqualTo(Status.NOT_FOUND);
            assertThat(get(site, "/..%2fsecret.txt").status()).isEqualTo(Status.NOT_FOUND);
        }
    }

    @Test
    void sendsFilesOfTheRunTimeImage() {
        var site = StaticFiles.of(FileTree.resources(Object.class::getResource, "/java/lang"));

        var response = get(site, "/Object.class");

        assertThat(response.status()).isEqualTo(Status.OK);
        assertThat(response.bytes().length()).isPositive();
    }

    @Test
    void wantsAnAbsoluteFolder() {
        assertThatThrownBy(() -> FileTree.resources(Object.class::getResource, "static"))
                .hasMessage("folder static: expected an absolute one like /static");
    }
}
