package wai.forms;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static wai.HeaderName.CONTENT_TYPE;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import wai.Request;
import wai.shelf.GuidePage;
import wai.test.TestClient;

/// The page about forms says what runs.
class FormsGuideTest {
    private static final Request PHOTOS = Multipart.post(
            "multipart/form-data; boundary=b",
            "--b\r\nContent-Disposition: form-data; name=title\r\n\r\nSea\r\n"
                    + "--b\r\nContent-Disposition: form-data; name=photo; filename=\"../a.png\"\r\n\r\nPNG\r\n--b--");

    @TempDir
    private Path folder;

    @Test
    void everyProgramOfThePageIsOneThatRuns() throws IOException {
        new GuidePage("forms.md", FormsGuide.class).assertPrograms(4);
    }

    @Test
    void savesPhotos() throws IOException {
        try (var client = TestClient.of(FormsGuide.album(folder))) {
            assertThat(client.send(PHOTOS).text()).isEqualTo("Sea: 1 photos\n");
        }
        assertThat(folder.resolve("a.png")).hasContent("PNG");
    }

    @Test
    void looksBeforeItReads() {
        var form = Multipart.post("application/x-www-form-urlencoded", "name=Ada");

        try (var client = TestClient.of(FormsGuide.onlyForMembers())) {
            assertThat(client.send(form).status().code()).isEqualTo(401);
        }
        try (var member = TestClient.of(FormsGuide.onlyForMembers()).withHeader("Authorization", "Bearer x")) {
            assertThat(member.send(Multipart.post("application/x-www-form-urlencoded", "name=Ada"))
                            .text())
                    .isEqualTo("Hello, Ada\n");
            assertThat(member.send(Multipart.post("text/plain", "x")).status().code())
                    .isEqualTo(415);
        }
    }

    @Test
    void keepsFilesWhereTheProgramLikes() throws IOException {
        var kept = new TreeMap<String, byte[]>();
        var forms = FormsGuide.inABucket((name, content) -> {
            kept.put(name, content.readAllBytes());
            return new StoredFile() {
                @Override
                public long size() {
                    return 3;
                }

                @Override
                public InputStream open() {
                    return new ByteArrayInputStream(new byte[0]);
                }

                @Override
                public void close() {
                    kept.remove(name);
                }
            };
        });
        var body = "--b\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"a\"\r\n\r\nabc\r\n--b--\r\n";
        var request = Request.builder("POST", "/")
                .header(CONTENT_TYPE, "multipart/form-data; boundary=b")
                .body(new ByteArrayInputStream(body.getBytes(UTF_8)), OptionalLong.of(body.length()))
                .build();

        try (var form = forms.read(request)) {
            assertThat(form.files("photo"))
                    .singleElement()
                    .extracting(FormFile::size)
                    .isEqualTo(3L);
            assertThat(kept).containsOnlyKeys("photo");
        }

        assertThat(kept).isEmpty();
    }

    @Test
    void passesFilesOn() {
        var stored = new TreeMap<String, String>();
        var app = FormsGuide.straightThrough((name, content) ->
                stored.put(name, new String(content.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)));

        try (var client = TestClient.of(app)) {
            assertThat(client.send(Multipart.post(
                                    "multipart/form-data; boundary=b",
                                    "--b\r\nContent-Disposition: form-data; name=f; filename=a\r\n\r\nA\r\n--b--"))
                            .text())
                    .isEqualTo("stored\n");
            assertThat(client.send(Multipart.post("text/plain", "x")).status().code())
                    .isEqualTo(415);
        }
        assertThat(stored).containsExactly(java.util.Map.entry("a", "A"));
    }
}
