package wai.cgi.front;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The web servers that tests put in front of us: real ones, from the packages of the system.
public enum WebServer {
    /// Apache httpd: CGI by mod_cgid, SCGI and FastCGI by mod_proxy.
    APACHE("apache2", "Apache httpd", "WINCH"),
    /// nginx: SCGI and FastCGI.
    NGINX("nginx", "nginx", "QUIT"),
    /// lighttpd: CGI, SCGI and FastCGI.
    LIGHTTPD("lighttpd", "lighttpd", "INT");

    /// What a server needs to be told, in its own words.
    interface Configuration {
        /// The whole configuration.
        ///
        /// @param folder the server's own, for its files
        /// @param port where it listens on 127.0.0.1
        /// @param route where requests go
        /// @param extra lines of a test's own
        String text(Path folder, int port, Route route, String extra);

        /// The command that runs the server in the foreground.
        List<String> command(Path program, Path folder, Path configuration);
    }

    private final String program;
    private final String title;
    private final String signalOfEnd;

    WebServer(String program, String title, String signalOfEnd) {
        this.program = program;
        this.title = title;
        this.signalOfEnd = signalOfEnd;
    }

    /// Where the program is; empty when it is not installed.
    public Optional<Path> installed() {
        var folders = System.getenv("PATH") + File.pathSeparator + "/usr/sbin" + File.pathSeparator + "/usr/local/sbin";
        return Stream.of(folders.split(Pattern.quote(File.pathSeparator), -1))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /// What people call it.
    public String title() {
        return title;
    }

    /// The name of the program and of its package.
    public String program() {
        return program;
    }

    /// The signal that ends it behind the responses it is sending.
    String signalOfEnd() {
        return signalOfEnd;
    }

    Configuration configuration() {
        return switch (this) {
            case APACHE -> new ApacheConfiguration();
            case NGINX -> new NginxConfiguration();
            case LIGHTTPD -> new LighttpdConfiguration();
        };
    }
}
