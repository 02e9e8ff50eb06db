package wai.tck;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Finds handlers by the names of their classes, on a class path of their own behind that of the kit.
final class HandlerLoader implements AutoCloseable {
    private final URLClassLoader classes;

    /// @param classPath jars and folders as of `java -cp`; empty for the class path of the kit alone
    /// @throws IllegalArgumentException when something on it is not there
    HandlerLoader(String classPath) throws IOException {
        var places = new ArrayList<URL>();
        for (var place : classPath.split(File.pathSeparator, -1)) {
            if (!place.isEmpty()) {
                places.addAll(urls(place));
            }
        }
        classes = new URLClassLoader(places.toArray(URL[]::new), HandlerLoader.class.getClassLoader());
    }

    /// Makes the handler.
    ///
    /// @throws IllegalArgumentException when there is no such class, or it is not what the kit needs
    /// @throws Exception what its constructor throws
    HandlerUnderTest load(String name) throws Exception {
        Thread.currentThread().setContextClassLoader(classes);
        try {
            return Class.forName(name, true, classes)
                    .asSubclass(HandlerUnderTest.class)
                    .getConstructor()
                    .newInstance();
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        } catch (ClassNotFoundException e) {
            throw new IllegalArgumentException(
                    "there is no class " + name + " on the class path; --class-path says where to look", e);
        } catch (ReflectiveOperationException | ClassCastException e) {
            throw new IllegalArgumentException(
                    name + " is no wai.tck.HandlerUnderTest with a public constructor without parameters: " + e, e);
        }
    }

    @Override
    public void close() throws IOException {
        classes.close();
    }

    private static List<URL> urls(String place) throws IOException {
        if (place.equals("*") || place.endsWith("/*")) {
            var jars = new ArrayList<URL>();
            try (var files = Files.newDirectoryStream(folder(place.substring(0, place.length() - 1)), "*.jar")) {
                for (var jar : files) {
                    jars.add(url(jar));
                }
            }
            return jars;
        }
        var path = Path.of(place);
        if (!Files.exists(path)) {
            throw new IllegalArgumentException("there is no " + path.toAbsolutePath() + ", which --class-path names");
        }
        return List.of(url(path));
    }

    private static Path folder(String name) {
        var folder = Path.of(name);
        if (!Files.isDirectory(folder)) {
            throw new IllegalArgumentException(
                    "there is no folder " + folder.toAbsolutePath() + ", which --class-path names");
        }
        return folder;
    }

    private static URL url(Path path) throws MalformedURLException {
        return path.toUri().toURL();
    }
}
