package wai.runner;

import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import picocli.CommandLine;
import wai.Application;
import wai.PathSegments;
import wai.cgi.Cgi;
import wai.lint.Lint;
import wai.staticfiles.StaticFiles;

/// The program `waiup`: loads an application, serves it until it is told to stop, and drains.
public final class Waiup {
    private static final String TRY_HELP = "Try: waiup --help";

    private final PrintStream out;
    private final PrintStream err;
    private final Map<String, Backend> backends;
    private final Browser browser;
    private final Supplier<DevelopmentCertificate> development;

    Waiup(
            PrintStream out,
            PrintStream err,
            Map<String, Backend> backends,
            Browser browser,
            Supplier<DevelopmentCertificate> development) {
        this.out = out;
        this.err = err;
        this.backends = Map.copyOf(backends);
        this.browser = browser;
        this.development = development;
    }

    /// Runs until ^C or SIGTERM; the exit codes are those of `--help`.
    ///
    /// @param arguments the command line
    public static void main(String... arguments) {
        var waiup = ofSystem(System.out, System.err);
        System.exit(waiup.run(Signals::install, arguments).code());
    }

    /// Runs inside another program.
    ///
    /// @param stop ends the run when it reaches zero
    /// @param out says where the application is served, and takes the access log
    /// @param err takes errors
    /// @param arguments the command line
    /// @return the exit code
    public static int run(CountDownLatch stop, PrintStream out, PrintStream err, String... arguments) {
        return ofSystem(out, err).run(() -> stop, arguments).code();
    }

    private static Waiup ofSystem(PrintStream out, PrintStream err) {
        return new Waiup(out, err, Backends.all(), Browser.ofSystem(), DevelopmentCertificate::ofUser);
    }

    /// Runs until told to stop.
    ///
    /// @param stop answers what ends the run; asked before the server is started
    /// @param arguments the command line
    Exit run(Supplier<CountDownLatch> stop, String... arguments) {
        var options = new Options();
        var commandLine = new CommandLine(options)
                .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
                .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
        try {
            var parsed = commandLine.parseArgs(arguments);
            if (CommandLine.executeHelpRequest(parsed) != null) {
                return Exit.STOPPED;
            }
            return options.backend.equals(Backends.CGI) ? answerOne(options) : serve(options, stop);
        } catch (CommandLine.ParameterException e) {
            err.println("waiup: " + sentence(e));
            err.println(TRY_HELP);
            return Exit.USAGE;
        } catch (Failure e) {
            err.print(e.details());
            err.println("waiup: " + e.sentence());
            if (e.exit() == Exit.USAGE) {
                err.println(TRY_HELP);
            }
            return e.exit();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Exit.INTERRUPTED;
        }
    }

    private Exit serve(Options options, Supplier<CountDownLatch> stop) throws Failure, InterruptedException {
        var backend = backends.get(options.backend);
        if (backend == null) {
            throw new Failure(
                    Exit.USAGE, "--on " + options.backend + ": expected one of " + String.join(", ", names()));
        }
        options.checkTls();
        var plain = options.listen();
        var prefix = options.prefix();
        var certificate = certificate(options, plain);
        var where = secured(options, plain, certificate);
        var application = application(options);
        var stopped = stop.get();
        var running = started(backend, where, dressed(options, prefix, application, out));
        announce(options, running, prefix, certificate);
        stopped.await();
        return new Drain(running, err).run();
    }

    /// The certificate for development, if it is asked for.
    private Optional<DevelopmentCertificate.Kept> certificate(Options options, Listen where) throws Failure {
        if (!options.isSecure() || options.identity().isPresent() || !(where instanceof Listen.Tcp(var host, var _))) {
            return Optional.empty();
        }
        var kept = development.get();
        try {
            return Optional.of(kept.forHost(host));
        } catch (IOException e) {
            throw new Failure(
                    Exit.PROGRAM,
                    "the certificate for development cannot be kept in " + kept.folder() + ": " + e
                            + "; give another by --tls-cert and --tls-key",
                    e);
        }
    }

    private static Listen secured(Options options, Listen where, Optional<DevelopmentCertificate.Kept> certificate)
            throws Failure {
        if (!(where instanceof Listen.Tcp port)) {
            return where;
        }
        if (certificate.isPresent()) {
            return new Listen.Secure(port, certificate.get().identity());
        }
        var identity = options.identity();
        if (identity.isEmpty()) {
            return where;
        }
        try {
            var _ = identity.get().load(); // to tell what is wrong with the files from what is wrong with the port
        } catch (IOException e) {
            throw new Failure(Exit.USAGE, "--tls-cert and --tls-key: " + e.getMessage(), e);
        }
        return new Listen.Secure(port, identity.get());
    }

    /// The names of `--on`.
    private Set<String> names() {
        var names = new TreeSet<>(backends.keySet());
        names.add(Backends.CGI);
        return names;
    }

    /// Answers the one request of this process. Standard output is the response, so nothing else is written there.
    private Exit answerOne(Options options) throws Failure {
        options.checkTls();
        var prefix = options.prefix();
        Cgi.run(dressed(options, prefix, application(options), err));
        return Exit.STOPPED;
    }

    /// The files of a folder, or the program, whose class loader becomes that of this thread.
    private static Application application(Options options) throws Failure {
        var folder = options.folder();
        if (folder.isPresent()) {
            return StaticFiles.of(folder.get()).withListings().withPrecompressed();
        }
        var program = new ProgramLoader(options.classPath()).load(options.program);
        Thread.currentThread().setContextClassLoader(program.loader());
        return program.application();
    }

    private Application dressed(Options options, List<String> prefix, Application application, PrintStream log) {
        var checked = options.lint ? Lint.logging().named(options.name(), application) : application;
        var mounted = Mount.under(prefix).wrap(checked);
        return options.accessLog ? AccessLog.to(log).wrap(mounted) : mounted;
    }

    private static Running started(Backend backend, Listen where, Application application) throws Failure {
        try {
            return backend.start(where, application);
        } catch (BindException e) {
            var hint = where instanceof Listen.Tcp
                    ? "; choose another --port (0: any free one) or --host"
                    : "; choose another file, or delete the one that is left over";
            throw new Failure(Exit.LISTEN, "cannot listen on " + where + ": " + e.getMessage() + hint, e);
        } catch (UnknownHostException | UnresolvedAddressException e) {
            throw new Failure(Exit.LISTEN, "cannot listen on " + where + ": this host is not known", e);
        } catch (IOException e) {
            throw new Failure(Exit.LISTEN, "cannot listen on " + where + ": " + e.getMessage(), e);
        }
    }

    private void announce(
            Options options, Running running, List<String> prefix, Optional<DevelopmentCertificate.Kept> certificate) {
        if (running.protocol().startsWith("http")) {
            announce(options, running.protocol(), running.address(), prefix);
            certificate.ifPresent(kept -> explain(kept, url(running, prefix)));
            return;
        }
        var where =
                switch (running.address()) {
                    case InetSocketAddress inet -> running.protocol() + "://" + authority(inet);
                    case UnixDomainSocketAddress unix -> running.protocol() + "+unix:" + unix.getPath();
                    default -> running.protocol() + ":" + running.address();
                };
        out.println("serving " + options.name() + " on " + where + ", for a web server to connect to");
        out.flush();
        if (options.open) {
            err.println("waiup: no browser speaks " + running.protocol());
        }
    }

    /// Says that the certificate is none for the world, and how clients can trust it.
    private void explain(DevelopmentCertificate.Kept certificate, String url) {
        out.println("for development only: its certificate is self-signed"
                + (certificate.isNew() ? ", and new: nothing trusts it yet" : "") + ", curl --cacert "
                + certificate.file() + " " + url);
        out.flush();
    }

    private static String url(Running running, List<String> prefix) {
        var path = prefix.isEmpty() ? "" : PathSegments.encode(prefix);
        return running.protocol() + "://" + authority((InetSocketAddress) running.address()) + path + "/";
    }

    private void announce(Options options, String scheme, SocketAddress address, List<String> prefix) {
        var path = prefix.isEmpty() ? "" : PathSegments.encode(prefix);
        switch (address) {
            case InetSocketAddress inet -> {
                var url = scheme + "://" + authority(inet) + path;
                var all = inet.getAddress().isAnyLocalAddress() ? ", on all addresses" : "";
                out.println("serving " + options.name() + " on " + url + all);
                if (options.open && !browser.open(url + "/")) {
                    err.println("waiup: no browser could be started; open " + url + " yourself");
                }
            }
            case UnixDomainSocketAddress unix -> {
                out.println("serving " + options.name() + " on unix:" + unix.getPath() + ", curl --unix-socket "
                        + unix.getPath() + " http://localhost" + path + "/");
                if (options.open) {
                    err.println("waiup: no browser opens a Unix domain socket");
                }
            }
            default -> out.println("serving " + options.name() + " on " + address);
        }
        out.flush();
    }

    private static String authority(InetSocketAddress inet) {
        var address = inet.getAddress();
        var host = address.isAnyLocalAddress() ? "localhost" : address.getHostAddress();
        return (host.contains(":") && address instanceof Inet6Address ? "[" + host + "]" : host) + ":" + inet.getPort();
    }

    private static String sentence(CommandLine.ParameterException e) {
        if (e instanceof CommandLine.UnmatchedArgumentException unmatched) {
            var first = unmatched.getUnmatched().getFirst();
            return first.startsWith("-")
                    ? "there is no option " + first
                    : "expected one program, but there is also " + first;
        }
        return String.valueOf(e.getMessage());
    }
}
