package wai.forms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static wai.Status.OK;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import wai.Bytes;
import wai.Request;
import wai.Response;
import wai.test.TestClient;

/// Where files go, and that nothing of them outlives the request.
class FormFilesTest {
    private static final String MULTIPART = "multipart/form-data; boundary=b";

    @TempDir
    private Path folder;

    private Forms forms(int memory) {
        return Forms.defaults().withFileStore(FileStore.temporary(folder, memory));
    }

    private static String file(String name, int size) {
        return "--b\r\nContent-Disposition: form-data; name=f; filename=" + name + "\r\n\r\n" + "x".repeat(size)
                + "\r\n";
    }

    private static Request upload(String... parts) {
        return Multipart.post(MULTIPART, String.join("", parts) + "--b--\r\n");
    }

    private List<String> left() {
        return List.of(folder.toFile().list());
    }

    // ------------------------------------------------------------------------------------------ stores

    @ParameterizedTest(name = "{0} bytes with {1} in memory make {2} temporary files")
    @CsvSource({"0, 0, 0", "1, 0, 1", "10, 10, 0", "11, 10, 1", "100000, 10, 1"})
    void keepsSmallFilesInMemoryAndOthersInTemporaryFiles(int size, int memory, int files) throws Exception {
        try (var form = forms(memory).read(upload(file("a", size)))) {
            var file = form.files("f").getFirst();

            assertThat(left()).hasSize(files);
            assertThat(file.size()).isEqualTo(size);
            assertThat(file.bytes().utf8()).isEqualTo("x".repeat(size));
            assertThat(file.bytes().length()).as("read again").isEqualTo(size);
        }

        assertThat(left()).isEmpty();
    }

    @Test
    void onlyTheOwnerReadsTemporaryFiles() throws Exception {
        try (var form = forms(0).read(upload(file("a", 1)))) {
            assertThat(form.files()).hasSize(1);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(left().getFirst()))))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void savesAFileOfMemoryAndATemporaryOne() throws Exception {
        var target = Files.createDirectory(folder.resolve("target"));

        try (var form = forms(10).read(upload(file("a", 5), file("b", 50)))) {
            for (var file : form.files()) {
                file.saveTo(target.resolve(file.fileName()));
                file.saveTo(target.resolve(file.fileName() + ".again"));
                assertThat(file.bytes().length()).as("still readable").isEqualTo(file.size());
            }
        }

        assertThat(left()).containsExactly("target");
        assertThat(target.resolve("a")).hasSize(5);
        assertThat(target.resolve("a.again")).hasSize(5);
        assertThat(target.resolve("b")).hasSize(50);
        assertThat(target.resolve("b.again")).hasSize(50);
    }

    @Test
    void neverOverwrites() throws Exception {
        var taken = Files.writeString(Files.createTempFile("taken", ""), "mine");

        try (var form = forms(10).read(upload(file("a", 5), file("b", 50)))) {
            for (var file : form.files()) {
                assertThatThrownBy(() -> file.saveTo(taken)).isInstanceOf(FileAlreadyExistsException.class);
            }
        } finally {
            assertThat(taken).hasContent("mine");
            Files.delete(taken);
        }
        assertThat(left()).isEmpty();
    }

    @Test
    void refusesANegativeSize() {
        assertThatThrownBy(() -> FileStore.temporary(folder, -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("files of -1 bytes in memory: expected 0 or more");
    }

    @Test
    void aStoreOfOnesOwnGetsTheContentAndIsClosed() throws Exception {
        var events = new ArrayList<String>();
        FileStore own = part ->
                new Recorded(part.fileName().orElseThrow(), part.content().readAllBytes(), events);

        try (var form = Forms.defaults().withFileStore(own).read(upload(file("a", 5), file("b", 2)))) {
            assertThat(form.files()).extracting(FormFile::stored).hasOnlyElementsOfType(Recorded.class);
            assertThat(events).containsExactly("stored a 5", "stored b 2");
        }

        assertThat(events).containsExactly("stored a 5", "stored b 2", "closed a", "closed b");
    }

    @Test
    void everyFileIsClosedAlsoWhenOneFails() throws Exception {
        var events = new ArrayList<String>();
        FileStore failing = part ->
                new Recorded(part.fileName().orElseThrow(), part.content().readAllBytes(), events) {
                    @Override
                    public void close() throws IOException {
                        super.close();
                        throw new IOException("cannot close " + name);
                    }
                };
        var form = Forms.defaults().withFileStore(failing).read(upload(file("a", 5), file("b", 2)));

        assertThatThrownBy(form::close).hasMessage("cannot close a").satisfies(e -> assertThat(e.getSuppressed())
                .extracting(Throwable::getMessage)
                .containsExactly("cannot close b"));
        form.close();

        assertThat(events).containsExactly("stored a 5", "stored b 2", "closed a", "closed b");
    }

    private static class Recorded implements StoredFile {
        final String name;
        private final byte[] content;
        private final List<String> events;

        Recorded(String name, byte[] content, List<String> events) {
            this.name = name;
            this.content = content;
            this.events = events;
            events.add("stored " + name + " " + content.length);
        }

        @Override
        public long size() {
            return content.length;
        }

        @Override
        public InputStream open() {
            return new java.io.ByteArrayInputStream(content);
        }

        @Override
        public void close() throws IOException {
            events.add("closed " + name);
        }
    }

    // ------------------------------------------------------------------------------------------ they vanish

    @Test
    void vanishWhenTheFormIsBad() {
        var first = Multipart.post(MULTIPART, file("a", 50) + file("b", 50) + "--bad");

        assertThatThrownBy(() -> forms(0).read(first)).isInstanceOf(FormException.class);

        assertThat(left()).isEmpty();
    }

    @Test
    void vanishWhenAFileIsTooLarge() {
        var limited = forms(0).withLimits(FormLimits.defaults().withFileBytes(60));

        assertThatThrownBy(() -> limited.read(upload(file("a", 50), file("b", 70))))
                .isInstanceOf(FormException.class);

        assertThat(left()).isEmpty();
    }

    @Test
    void vanishWhenTheApplicationIsDone() {
        var seen = new ArrayList<String>();
        var app = forms(0).handling((_, form, respond) -> {
            seen.addAll(left());
            return respond.with(Response.text(OK, form.first("n").orElse("-") + form.files()));
        });

        try (var client = TestClient.of(app)) {
            var response = client.send(upload(file("a", 50)));

            assertThat(response.text()).isEqualTo("-[f: a (50 bytes)]");
        }
        assertThat(seen).hasSize(1);
        assertThat(left()).isEmpty();
    }

    @Test
    void vanishWhenTheApplicationFails() {
        var app = forms(0).handling((_, _, _) -> {
            throw new IllegalStateException("an application that fails");
        });

        try (var client = TestClient.of(app).answeringErrors()) {
            assertThat(client.send(upload(file("a", 50))).status().code()).isEqualTo(500);
        }
        assertThat(left()).isEmpty();
    }

    @Test
    void vanishWhenTheClientLeavesInTheMiddleOfAFile() throws Exception {
        var ended = new CountDownLatch(1);
        var app = forms(0).handling((_, _, respond) -> respond.with(Response.text(OK, "whole")));

        try (var client = TestClient.of((request, respond) -> {
                    try {
                        return app.handle(request, respond);
                    } finally {
                        ended.countDown();
                    }
                })
                .answeringErrors()) {
            var live = client.request("POST", "/")
                    .header("Content-Type", MULTIPART)
                    .uploading()
                    .open();
            live.upload().write(Bytes.utf8(file("a", 50) + file("b", 100_000).substring(0, 90_000)));
            live.disconnect();

            assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(left()).isEmpty();
    }

    // ------------------------------------------------------------------------------------------ answers

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "415, application/json, '{}', no form: expected application/x-www-form-urlencoded or multipart/form-data",
        "400, multipart/form-data; boundary=b, --b, the form ends without the boundary that closes it (RFC 2046"
                + " §5.1.1)",
        "413, application/x-www-form-urlencoded, abc=1, the form has more than 4 bytes of parameters"
    })
    void answersABadFormWithItsStatusAndAShortReason(int status, String type, String body, String reason) {
        var limits = FormLimits.defaults().withParameterBytes(4);
        var app = forms(0).withLimits(limits).handling((_, _, _) -> {
            throw new AssertionError("the application was called");
        });

        try (var client = TestClient.of(app)) {
            var response = client.send(Multipart.post(type, body));

            assertThat(response.status().code()).isEqualTo(status);
            assertThat(response.text()).isEqualTo(response.status() + ": " + reason + "\n");
            assertThat(response.header("Content-Type")).hasValue("text/plain; charset=utf-8");
        }
    }

    @Test
    void aLimitOfTheServerKeepsItsOwnWords() {
        var app = wai.middleware.RequestSizeLimit.of(10)
                .wrap(forms(0).handling((_, _, respond) -> respond.with(Response.text(OK, "whole"))));

        try (var client = TestClient.of(app)) {
            var response = client.send(Multipart.post(MULTIPART, file("a", 50) + "--b--", 1000));

            assertThat(response.status().code()).isEqualTo(413);
            assertThat(response.text()).contains("at most 10 bytes");
        }
    }
}
