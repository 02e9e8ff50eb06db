package wai.cgi;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import wai.cgi.gateway.GatewayFault;
import wai.cgi.gateway.Variables;

/// The environment of the process as bytes, one character each.
///
/// `System.getenv` decodes with the charset of the locale, and web servers start programs in the locale C, where every
/// byte beyond ASCII becomes a replacement character. Linux shows the bytes in `/proc/self/environ`.
final class EnvironmentVariables {
    private static final Path OF_LINUX = Path.of("/proc/self/environ");

    private EnvironmentVariables() {}

    static Variables ofThisProcess() {
        try {
            return of(Files.readAllBytes(OF_LINUX));
        } catch (IOException _) {
            return of(System.getenv()); // not on Linux
        }
    }

    /// Variables as the kernel shows them: `name=value`, each with a NUL at its end.
    static Variables of(byte[] block) {
        var variables = Variables.builder();
        for (var pair : new String(block, ISO_8859_1).split("\0", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                add(variables, pair.substring(0, equals), pair.substring(equals + 1));
            }
        }
        return variables.build();
    }

    /// Variables that were decoded, which is taken back as far as that is possible.
    static Variables of(Map<String, String> environment) {
        var variables = Variables.builder();
        environment.forEach((name, value) -> {
            if (!name.isEmpty()) {
                add(variables, name, new String(value.getBytes(UTF_8), ISO_8859_1));
            }
        });
        return variables.build();
    }

    private static void add(Variables.Builder variables, String name, String value) {
        try {
            variables.add(name, value);
        } catch (GatewayFault _) {
            // an environment with two lengths, which the kernel lets pass and no web server makes: the last one counts
        }
    }
}
