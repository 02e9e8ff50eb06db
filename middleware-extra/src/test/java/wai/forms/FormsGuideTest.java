package wai.forms;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
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
