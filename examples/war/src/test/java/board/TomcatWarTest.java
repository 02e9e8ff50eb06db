package board;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// The WAR in Tomcat, with the settings that `docs/handlers.md` names.
class TomcatWarTest extends DeployedBoard {
    private static final Pattern LISTENING =
            Pattern.compile("Starting ProtocolHandler \\[\"http-nio-127\\.0\\.0\\.1-auto-\\d+-(\\d+)\"\\]");

    @Override
    StockContainer start(Path folder) throws Exception {
        var home = Path.of(System.getProperty("catalina.home"));
        for (var each : List.of("conf", "logs", "temp", "webapps", "work")) {
            Files.createDirectory(folder.resolve(each));
        }
        Files.copy(home.resolve("conf/web.xml"), folder.resolve("conf/web.xml"));
        try (var settings = TomcatWarTest.class.getResourceAsStream("server.xml")) {
            Files.copy(settings, folder.resolve("conf/server.xml"));
        }
        Files.copy(war(), folder.resolve("webapps/app.war"));
        return StockContainer.start(
                folder,
                Map.of("CATALINA_HOME", home.toString(), "CATALINA_BASE", folder.toString()),
                LISTENING,
                List.of("sh", home.resolve("bin/catalina.sh").toString(), "run"));
    }
}
