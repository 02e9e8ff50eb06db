package board;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;

/// The WAR in Jetty, with the settings that `docs/handlers.md` names.
class JettyWarTest extends DeployedBoard {
    private static final Pattern LISTENING =
            Pattern.compile("Started .*ServerConnector@.*\\{127\\.0\\.0\\.1:(\\d+)\\}");
    private static final String START =
            Path.of(System.getProperty("jetty.home"), "start.jar").toString();

    @Override
    StockContainer start(Path folder) throws Exception {
        var setUp = new ProcessBuilder(
                        StockContainer.java(), "-jar", START, "--add-modules=http,ee11-deploy,threadpool-virtual")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("set-up.log").toFile())
                .start();
        assertThat(setUp.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(setUp.exitValue())
                .as(Files.readString(folder.resolve("set-up.log")))
                .isZero();
        Files.copy(war(), folder.resolve("webapps/app.war"));
        copyWithout("WEB-INF/jetty-web.xml", folder.resolve("webapps/bare.war"));
        var command = new ArrayList<>(List.of(StockContainer.java(), "-jar", START));
        command.addAll(
                List.of("jetty.http.host=127.0.0.1", "jetty.http.port=0", "jetty.httpConfig.uriCompliance=UNSAFE"));
        return StockContainer.start(folder, Map.of(), LISTENING, command);
    }

    @Test
    void hasEarlyHintsAndRawConnectionsOnlyWhereTheDescriptorShowsJettysClasses() throws Exception {
        assertThat(get("/app/board/request").body()).contains("EARLY_HINTS");
        assertThat(get("/bare/board/request").body()).contains("can       [").doesNotContain("EARLY_HINTS");
        assertThat(container().log()).contains("The classes of this container are hidden from the web application");
    }

    private static void copyWithout(String left, Path to) throws IOException {
        try (var from = new ZipFile(war().toFile());
                var out = new ZipOutputStream(Files.newOutputStream(to))) {
            for (var entry :
                    from.stream().filter(each -> !each.getName().equals(left)).toList()) {
                out.putNextEntry(new ZipEntry(entry.getName()));
                try (var in = from.getInputStream(entry)) {
                    in.transferTo(out);
                }
            }
        }
    }
}
