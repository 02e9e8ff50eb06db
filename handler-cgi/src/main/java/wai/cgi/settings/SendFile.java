package wai.cgi.settings;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Optional;
import wai.HeaderName;
import wai.PathSegments;

/// Whether the web server sends files itself: the handler then names the file in a header field and sends no body.
///
/// Only whole files with status 200 are left to the web server. Parts, which are negotiated already, and files outside
/// of the root are sent by the handler. The web server must be told to obey the field and to take it out of the
/// response: one that does not would send an empty body and tell clients where files lie.
public final class SendFile {
    private static final HeaderName X_SENDFILE = HeaderName.of("X-Sendfile");
    private static final HeaderName X_ACCEL_REDIRECT = HeaderName.of("X-Accel-Redirect");
    private static final SendFile OFF = new SendFile(X_SENDFILE, Optional.empty(), Optional.empty());

    private final HeaderName field;
    private final Optional<Path> root;
    private final Optional<String> location;

    private SendFile(HeaderName field, Optional<Path> root, Optional<String> location) {
        this.field = field;
        this.root = root;
        this.location = location;
    }

    /// The handler sends all files.
    ///
    /// @return the setting
    public static SendFile off() {
        return OFF;
    }

    /// `X-Sendfile` with the path of the file: Apache by mod_xsendfile (`XSendFile on`, `XSendFilePath`), lighttpd by
    /// `"x-sendfile" => "enable"` and `"x-sendfile-docroot"`.
    ///
    /// @param root the folder below which the web server may read; files elsewhere are sent by the handler
    /// @return the setting
    public static SendFile xSendfile(Path root) {
        return new SendFile(X_SENDFILE, Optional.of(normal(root)), Optional.empty());
    }

    /// `X-Accel-Redirect` with a location inside of nginx: `location /files/ { internal; alias /srv/files/; }` goes
    /// with `xAccelRedirect(Path.of("/srv/files"), "/files/")`.
    ///
    /// @param root the folder that the location stands for; files elsewhere are sent by the handler
    /// @param location the path of the internal location, with `/` at both ends
    /// @return the setting
    /// @throws IllegalArgumentException when the location does not begin and end with `/`
    public static SendFile xAccelRedirect(Path root, String location) {
        if (!location.startsWith("/") || !location.endsWith("/")) {
            throw new IllegalArgumentException(
                    "location \"" + location + "\": expected a path with / at both ends, like /files/");
        }
        return new SendFile(X_ACCEL_REDIRECT, Optional.of(normal(root)), Optional.of(location));
    }

    /// The field that names the file.
    ///
    /// @return `X-Sendfile` or `X-Accel-Redirect`
    public HeaderName field() {
        return field;
    }

    /// What the field says of a file.
    ///
    /// @param file the file
    /// @return the value of the field; empty when the handler sends the file
    public Optional<String> valueFor(Path file) {
        var path = normal(requireNonNull(file, "file"));
        if (root.isEmpty() || !path.startsWith(root.get()) || path.equals(root.get())) {
            return Optional.empty();
        }
        if (location.isEmpty()) {
            return Optional.of(encoded(path));
        }
        return Optional.of(location.get() + encoded(root.get().relativize(path)).substring(1));
    }

    /// Percent-encoded, as all three servers decode the value (and a path may have characters that no field may have).
    private static String encoded(Path path) {
        var names = new ArrayList<String>();
        path.forEach(name -> names.add(name.toString()));
        return PathSegments.encode(names);
    }

    private static Path normal(Path path) {
        return path.toAbsolutePath().normalize();
    }
}
