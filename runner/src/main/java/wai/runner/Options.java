package wai.runner;

import static java.util.Objects.requireNonNullElse;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import wai.PathSegments;
import wai.warp.tls.Identity;
import wai.warp.tls.IdentitySource;

/// The command line; picocli fills the fields.
@Command(
        name = "waiup",
        sortOptions = false,
        customSynopsis = {"waiup [OPTIONS] PROGRAM", "       waiup [OPTIONS] --static DIR"},
        versionProvider = Version.class,
        description = "Runs a web application.",
        parameterListHeading = "%n",
        optionListHeading = "%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:stopped by ^C or SIGTERM, everything was answered",
            "1:the program does not compile, has no application, or fails before it serves",
            "2:the command line is wrong",
            "3:the address cannot be listened on",
            "4:stopped, but connections had to be cut after 10 seconds",
            "130:stopped at once by a second ^C"
        },
        footer = {
            "",
            "A program has a method \"Application app()\", or is a class that implements Application. The manifest of"
                    + " a jar names its class by Wai-Application, or else by Main-Class. JDK_JAVA_OPTIONS holds options"
                    + " for the Java VM."
        })
final class Options {
    private static final String DEFAULT_HOST = "127.0.0.1";
    private static final int DEFAULT_PORT = 8080;
    private static final int MAX_PORT = 65_535;

    @Parameters(arity = "0..1", paramLabel = "PROGRAM", description = "A Java file, a jar, or the name of a class.")
    String program = "";

    @Option(
            names = "--static",
            paramLabel = "DIR",
            description = "Serve the files of a folder instead of a program; folders without index.html are listed.")
    @Nullable
    Path folder;

    @Option(names = "--host", paramLabel = "HOST", description = "Name or address to listen on. Default: 127.0.0.1")
    @Nullable
    String host;

    @Option(names = "--port", paramLabel = "PORT", description = "Port to listen on, 0 for any free one. Default: 8080")
    @Nullable
    Integer port;

    @Option(names = "--unix", paramLabel = "FILE", description = "Listen on a Unix domain socket instead of a port.")
    @Nullable
    Path unix;

    @Option(
            names = "--tls",
            description = "Speak HTTPS, with a self-signed certificate for development that is kept for the next run.")
    boolean tls;

    @Option(names = "--tls-cert", paramLabel = "PEM", description = "Speak HTTPS with the certificates in a file.")
    @Nullable
    Path certificates;

    @Option(names = "--tls-key", paramLabel = "PEM", description = "The file with the key of --tls-cert.")
    @Nullable
    Path key;

    @Option(
            names = "--on",
            paramLabel = "BACKEND",
            description =
                    "What runs the application: warp, jetty, jetty-servlet, tomcat, undertow, cgi, fastcgi or scgi."
                            + " Default: warp")
    String backend = Backends.DEFAULT;

    @Option(
            names = "--path",
            paramLabel = "/PREFIX",
            description = "Mount the application below a path; other paths are answered with 404.")
    String path = "/";

    @Option(
            names = {"-cp", "--class-path"},
            paramLabel = "PATH",
            description = "Folders and jars the program needs, separated as in a Java class path.")
    String classPath = "";

    @Option(
            names = "--lint",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Check the rules of the contract and report what breaks them. Default: on")
    boolean lint;

    @Option(names = "--access-log", description = "Print a line for each request.")
    boolean accessLog;

    @Option(names = "--open", description = "Open the application in a browser.")
    boolean open;

    @Option(names = "--help", usageHelp = true, description = "Show this help.")
    boolean help;

    @Option(names = "--version", versionHelp = true, description = "Show the versions of waiup and of Java.")
    boolean version;

    /// Where to listen.
    ///
    /// @throws Failure of [Exit#USAGE] when the port is none, or a socket and a port are asked for
    Listen listen() throws Failure {
        if (unix != null) {
            if (host != null || port != null) {
                throw new Failure(Exit.USAGE, "--unix goes without --host and --port");
            }
            return new Listen.Unix(unix);
        }
        int number = requireNonNullElse(port, DEFAULT_PORT);
        if (number < 0 || number > MAX_PORT) {
            throw new Failure(Exit.USAGE, "--port " + number + ": expected 0 to " + MAX_PORT);
        }
        return new Listen.Tcp(requireNonNullElse(host, DEFAULT_HOST), number);
    }

    /// Whether TLS is asked for.
    boolean isSecure() {
        return tls || certificates != null || key != null;
    }

    /// Checks that TLS is possible where it is asked for.
    ///
    /// @throws Failure of [Exit#USAGE] when it is not, or only one of certificate and key is given
    void checkTls() throws Failure {
        if (!isSecure()) {
            return;
        }
        if ((certificates == null) != (key == null)) {
            throw new Failure(Exit.USAGE, "--tls-cert and --tls-key go together only");
        }
        if (unix != null) {
            throw new Failure(Exit.USAGE, "--unix goes without TLS");
        }
        if (!backend.equals(Backends.DEFAULT)) {
            throw new Failure(Exit.USAGE, "--on " + backend + " goes without TLS, which is for --on warp");
        }
    }

    /// The files of `--tls-cert` and `--tls-key`, or empty when they are not given.
    Optional<IdentitySource> identity() {
        return certificates == null || key == null
                ? Optional.empty()
                : Optional.of(Identity.pemFiles(certificates, key));
    }

    /// The folder to serve, or empty when it is the program.
    ///
    /// @throws Failure of [Exit#USAGE] when neither or both are given, or the folder is none
    Optional<Path> folder() throws Failure {
        if (folder == null) {
            if (program.isEmpty()) {
                throw new Failure(Exit.USAGE, "expected a program, or --static with a folder");
            }
            return Optional.empty();
        }
        if (!program.isEmpty()) {
            throw new Failure(Exit.USAGE, "--static goes without a program, but there is " + program);
        }
        if (!Files.isDirectory(folder)) {
            throw new Failure(Exit.USAGE, "--static " + folder + ": expected a folder");
        }
        return Optional.of(folder);
    }

    /// What is served, as it stands on the command line.
    String name() {
        return folder == null ? program : folder.toString();
    }

    /// The elements of `--class-path`.
    List<Path> classPath() {
        return Stream.of(classPath.split(Pattern.quote(File.pathSeparator), -1))
                .filter(element -> !element.isEmpty())
                .map(Path::of)
                .toList();
    }

    /// The decoded segments of `--path`; none for `/`.
    ///
    /// @throws Failure of [Exit#USAGE] when it is no path
    List<String> prefix() throws Failure {
        if (!path.startsWith("/")) {
            throw new Failure(Exit.USAGE, "--path " + path + ": expected a path that begins with /, like /shop");
        }
        if (path.contains("?") || path.contains("#")) {
            throw new Failure(Exit.USAGE, "--path " + path + ": expected a path without ? and #, like /shop");
        }
        var segments = PathSegments.decode(
                path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path);
        if (segments.contains("")) {
            throw new Failure(Exit.USAGE, "--path " + path + ": expected no empty segment, like /shop");
        }
        return segments;
    }
}
