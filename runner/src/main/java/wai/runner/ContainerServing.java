package wai.runner;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.MalformedURLException;
import java.net.SocketAddress;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import wai.Application;

/// A servlet container as a backend.
///
/// Containers are many jars, and one of them is no module beside the others. They are in a folder of their own beside
/// our jar, as is the handler, and are loaded when one is asked for: who runs Warp pays nothing for them. So the
/// handler's few methods are called by name.
///
/// @param server a `wai.servlet.embedded.EmbeddedServer`
/// @param quiet loggers that say only what is wrong; held, because the JDK forgets them else
record ContainerServing(Object server, List<Logger> quiet) implements Running {
    private static final String PACKAGE = "wai.servlet.embedded.";
    private static final List<String> TALKATIVE = List.of("org.eclipse.jetty", "org.apache", "io.undertow", "org.xnio");
    /// Complains when it stops that programs do not see Tomcat's own classes, which they need not.
    private static final String COMPLAINING = "org.apache.catalina.loader";

    /// A [Backend].
    ///
    /// @param type the class that starts the container
    /// @param method its method
    static Backend by(String type, String method) {
        return (where, application) -> start(type, method, where, application);
    }

    private static Running start(String type, String method, Listen where, Application application) throws IOException {
        var address =
                switch (where) {
                    case Listen.Tcp(var host, var port) -> new InetSocketAddress(host, port);
                    case Listen.Secure _ -> throw new IOException("servlet containers are started without TLS");
                    case Listen.Unix _ -> throw new IOException("servlet containers listen on TCP ports only");
                };
        if (address.isUnresolved()) {
            throw new UnknownHostException(address.getHostString());
        }
        var quiet = silenced();
        try {
            var server = Class.forName(PACKAGE + type, true, loader())
                    .getMethod(method, InetSocketAddress.class, Application.class)
                    .invoke(null, address, application);
            return new ContainerServing(server, quiet);
        } catch (InvocationTargetException e) {
            throw failure(e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the handler for servlets is not what it should be", e);
        }
    }

    private static List<Logger> silenced() {
        var quiet = new ArrayList<Logger>();
        for (var name : TALKATIVE) {
            var logger = Logger.getLogger(name);
            logger.setLevel(Level.WARNING);
            quiet.add(logger);
        }
        var loader = Logger.getLogger(COMPLAINING);
        loader.setLevel(Level.SEVERE);
        quiet.add(loader);
        return List.copyOf(quiet);
    }

    /// What the container says of an address that is taken is the same exception everywhere in the end.
    private static IOException failure(InvocationTargetException thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException bind) {
                return bind;
            }
        }
        return thrown.getCause() instanceof IOException io
                ? io
                : new IOException("the container could not be started", thrown);
    }

    /// Loads the containers: from the folder `containers` beside our jar, or from where we are, as in tests.
    private static ClassLoader loader() throws IOException {
        var ours = ContainerServing.class.getClassLoader();
        var folder = place().resolveSibling("containers");
        if (!Files.isDirectory(folder)) {
            return ours;
        }
        try (var jars = Files.list(folder)) {
            var urls = new ArrayList<URL>();
            for (var jar : jars.sorted().toList()) {
                urls.add(jar.toUri().toURL());
            }
            return new URLClassLoader("containers", urls.toArray(URL[]::new), ours);
        } catch (MalformedURLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Path place() {
        try {
            return Path.of(ContainerServing.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public SocketAddress address() {
        try {
            return (SocketAddress) called("address");
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    @Override
    public boolean stop(Duration grace) throws InterruptedException {
        try {
            return (boolean) called("stop", grace);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof InterruptedException interrupted) {
                throw interrupted;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    /// Containers do not tell.
    @Override
    public List<String> openConnections() {
        return List.of();
    }

    private Object called(String method, Object... arguments) throws InvocationTargetException {
        try {
            var types = new Class<?>[arguments.length];
            for (int i = 0; i < types.length; i++) {
                types[i] = arguments[i].getClass();
            }
            return Class.forName(
                            PACKAGE + "EmbeddedServer", false, server.getClass().getClassLoader())
                    .getMethod(method, types)
                    .invoke(server, arguments);
        } catch (ReflectiveOperationException e) {
            if (e instanceof InvocationTargetException thrown) {
                throw thrown;
            }
            throw new IllegalStateException("the handler for servlets is not what it should be", e);
        }
    }
}
