package wai.cgi.settings;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/// What can be set for every request, whichever of the three protocols brings it.
public final class CgiSettings {
    private static final CgiSettings DEFAULTS =
            new CgiSettings(Optional.empty(), SendFile.off(), Long.MAX_VALUE, Hooks.defaults());

    private final Optional<String> mount;
    private final SendFile sendFile;
    private final long bodyBytes;
    private final Hooks hooks;

    private CgiSettings(Optional<String> mount, SendFile sendFile, long bodyBytes, Hooks hooks) {
        this.mount = mount;
        this.sendFile = requireNonNull(sendFile, "sendFile");
        this.bodyBytes = bodyBytes;
        this.hooks = requireNonNull(hooks, "hooks");
    }

    /// The defaults, named at each setting.
    ///
    /// @return the defaults
    public static CgiSettings defaults() {
        return DEFAULTS;
    }

    /// Below which path of the site the application is: `Request.path()` has the segments behind it, and a request for
    /// another path gets 404. `Request.rawPath()` is always the whole path.
    ///
    /// @return the raw path without `/` at its end, `""` for the whole site; empty, which takes `SCRIPT_NAME` where it
    ///     is a part of the path and the whole site where it is not, unless set
    public Optional<String> mount() {
        return mount;
    }

    /// Whether the web server sends files itself.
    ///
    /// @return [SendFile#off()] unless set
    public SendFile sendFile() {
        return sendFile;
    }

    /// The longest request body; a longer one gets 413, before the application runs when `CONTENT_LENGTH` tells. Web
    /// servers have limits of their own.
    ///
    /// @return bytes; no limit ([Long#MAX_VALUE]) unless set, because bodies are streams and take no memory
    public long bodyBytes() {
        return bodyBytes;
    }

    /// What is called when something happens.
    ///
    /// @return the hooks
    public Hooks hooks() {
        return hooks;
    }

    /// Sets [#mount()]. Needed below a path with web servers that do not split it (nginx, Apache's mod_proxy_scgi and
    /// mod_proxy_fcgi), right with all.
    ///
    /// @param path percent-encoded, beginning with `/`; `/` for the whole site
    /// @return the changed copy
    /// @throws IllegalArgumentException when it does not begin with `/`, or has a query, a fragment or white space
    public CgiSettings withMount(String path) {
        boolean allowed = path.startsWith("/")
                && path.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '?' && c != '#' && c != '"');
        if (!allowed) {
            throw new IllegalArgumentException(
                    "mount \"" + path + "\": expected a percent-encoded path that begins with /, like /shop");
        }
        var trimmed = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        return new CgiSettings(Optional.of(trimmed), sendFile, bodyBytes, hooks);
    }

    /// Sets [#sendFile()].
    ///
    /// @param setting which field names files
    /// @return the changed copy
    public CgiSettings withSendFile(SendFile setting) {
        return new CgiSettings(mount, setting, bodyBytes, hooks);
    }

    /// Sets [#bodyBytes()].
    ///
    /// @param bytes 0 or more; [Long#MAX_VALUE] for no limit
    /// @return the changed copy
    /// @throws IllegalArgumentException when it is negative
    public CgiSettings withBodyBytes(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("body bytes " + bytes + ": expected 0 or more");
        }
        return new CgiSettings(mount, sendFile, bytes, hooks);
    }

    /// Sets [#hooks()].
    ///
    /// @param newHooks the hooks
    /// @return the changed copy
    public CgiSettings withHooks(Hooks newHooks) {
        return new CgiSettings(mount, sendFile, bodyBytes, newHooks);
    }
}
