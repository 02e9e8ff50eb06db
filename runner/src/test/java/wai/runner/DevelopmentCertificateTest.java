package wai.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import wai.warp.tls.Identity;

class DevelopmentCertificateTest {
    private static final String LOOPBACK = "127.0.0.1";

    @TempDir
    private Path home;

    private Path folder() {
        return home.resolve("share").resolve("waiup");
    }

    private Path key() {
        return folder().resolve("development-key.pem");
    }

    private DevelopmentCertificate in(Duration later) {
        return new DevelopmentCertificate(
                folder(), InstantSource.fixed(Instant.now().plus(later)));
    }

    private DevelopmentCertificate now() {
        return in(Duration.ZERO);
    }

    private static List<Object> names(DevelopmentCertificate.Kept kept) throws Exception {
        return kept.identity().chain().getFirst().getSubjectAlternativeNames().stream()
                .<Object>map(name -> name.get(1))
                .toList();
    }

    private String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    @Test
    void isMadeForThisMachineAlone() throws Exception {
        var kept = now().forHost(LOOPBACK);

        assertThat(kept.isNew()).isTrue();
        assertThat(names(kept)).containsExactly("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1");
        assertThat(kept.identity().chain().getFirst().getSubjectX500Principal().getName())
                .contains("development certificate")
                .contains("not for production");
        assertThat(Files.readString(kept.file())).isEqualTo(kept.identity().certificatesAsPem());
    }

    @Test
    void isTheSameAtTheNextStart() throws Exception {
        var first = now().forHost(LOOPBACK);

        var second = now().forHost("localhost");

        assertThat(second.isNew()).isFalse();
        assertThat(second.identity().chain()).isEqualTo(first.identity().chain());
        assertThat(second.file()).isEqualTo(first.file());
    }

    @Test
    void nobodyElseCanReadTheKey() throws Exception {
        var kept = now().forHost(LOOPBACK);

        assertThat(permissions(key())).isEqualTo("rw-------");
        assertThat(permissions(folder())).isEqualTo("rwx------");
        assertThat(Files.readString(kept.file())).doesNotContain("PRIVATE KEY");
        try (var files = Files.list(folder())) {
            assertThat(files).containsExactlyInAnyOrder(key(), kept.file());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----"})
    void aKeyThatOthersCanReachIsNotUsedAnyMore(String permissions) throws Exception {
        var first = now().forHost(LOOPBACK);
        Files.setPosixFilePermissions(key(), PosixFilePermissions.fromString(permissions));

        var second = now().forHost(LOOPBACK);

        assertThat(second.isNew()).isTrue();
        assertThat(second.identity().key()).isNotEqualTo(first.identity().key());
        assertThat(permissions(key())).isEqualTo("rw-------");
    }

    @ParameterizedTest(name = "after {0} days: new {1}")
    @CsvSource({"389, false", "390, true", "500, true"})
    void isMadeAnewAWeekBeforeItEnds(int days, boolean isNew) throws Exception {
        now().forHost(LOOPBACK);

        assertThat(in(Duration.ofDays(days)).forHost(LOOPBACK).isNew()).isEqualTo(isNew);
    }

    @Test
    void isMadeAnewForAnotherHostAndKeepsTheOldNames() throws Exception {
        now().forHost("192.0.2.1");

        var second = now().forHost("Dev.Example");

        assertThat(second.isNew()).isTrue();
        assertThat(names(second))
                .containsExactlyInAnyOrder("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1", "192.0.2.1", "dev.example");
        assertThat(now().forHost("192.0.2.1").isNew()).isFalse();
        assertThat(now().forHost("dev.example").isNew()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::"})
    void ofAllAddressesItIsForThisMachine(String host) throws Exception {
        var kept = now().forHost(host);

        assertThat(names(kept)).contains("localhost", "127.0.0.1").doesNotContain("0.0.0.0", "0:0:0:0:0:0:0:0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"})
    void isMadeAnewWhenItIsBroken(String content) throws Exception {
        now().forHost(LOOPBACK);
        Files.writeString(key(), content);

        assertThat(now().forHost(LOOPBACK).isNew()).isTrue();
        assertThat(now().forHost(LOOPBACK).isNew()).isFalse();
    }

    @Test
    void theCertificateForClientsIsThatOfTheKey() throws Exception {
        var kept = now().forHost(LOOPBACK);
        Files.writeString(
                kept.file(),
                Identity.selfSigned(List.of("a"), Duration.ofDays(1)).certificatesAsPem());

        now().forHost(LOOPBACK);

        assertThat(Files.readString(kept.file())).isEqualTo(kept.identity().certificatesAsPem());
    }

    @Test
    void aFileInPlaceOfTheFolderIsAFailure() throws Exception {
        Files.createDirectories(folder().getParent());
        Files.writeString(folder(), "");

        assertThatThrownBy(() -> now().forHost(LOOPBACK))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(folder().toString());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({", /home/ann/.local/share/waiup", "/data, /data/waiup", "data, /home/ann/.local/share/waiup"})
    void isKeptWhereFilesOfUsersBelong(String variable, Path expected) {
        assertThat(DevelopmentCertificate.dataFolder(variable, "/home/ann")).isEqualTo(expected);
    }
}
