package board;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;

/// What is in the WAR.
class WarTest {
    @Test
    void hasTheContractAndTheHandlerButNothingOfContainers() throws IOException {
        try (var war = new ZipFile(DeployedBoard.war().toFile())) {
            var libraries = war.stream()
                    .map(ZipEntry::getName)
                    .filter(name -> name.startsWith("WEB-INF/lib/") && !name.endsWith("/"))
                    .map(name -> name.replaceFirst("WEB-INF/lib/(.*)-[0-9].*\\.jar", "$1"));

            assertThat(libraries).containsExactlyInAnyOrder("wai-spec", "handler-servlet");
        }
    }
}
