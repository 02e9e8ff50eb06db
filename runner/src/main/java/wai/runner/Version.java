package wai.runner;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.IVersionProvider;

/// What `--version` prints.
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() throws IOException {
        try (var in = Version.class.getResourceAsStream("version.txt")) {
            if (in == null) {
                throw new IOException("version.txt is missing beside " + Version.class);
            }
            var own = new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
            return new String[] {"waiup " + own + " (Java " + Runtime.version() + ")"};
        }
    }
}
