package wai.staticfiles;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static wai.HeaderName.ALLOW;
import static wai.HeaderName.CACHE_CONTROL;
import static wai.HeaderName.CONTENT_ENCODING;
import static wai.HeaderName.CONTENT_LENGTH;
import static wai.HeaderName.CONTENT_SECURITY_POLICY;
import static wai.HeaderName.CONTENT_TYPE;
import static wai.HeaderName.ETAG;
import static wai.HeaderName.LAST_MODIFIED;
import static wai.HeaderName.LOCATION;
import static wai.HeaderName.VARY;

import java.io.File;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import wai.Application;
import wai.Headers;
import wai.Request;
import wai.Respond;
import wai.Response;
import wai.ResponseReceived;
import wai.Status;
import wai.spi.FileNegotiation;
import wai.spi.HttpDate;

/// An application that answers with files.
///
/// {@snippet file="wai/staticfiles/StaticFilesGuide.java" region="static-files"}
///
/// It answers GET and HEAD; the path is [Request#path], so it works below a mount. Ranges and conditions of files are
/// answered by the handler, which also sends them as fast as it can; those of what is in jars or memory here, the same
/// way. A folder is answered with its index file, or a listing when there is none and listings are on; without its
/// final slash it is redirected, and the query kept.
///
/// Nothing outside of the tree is ever answered, however the path is written: segments that are no names (`..`, or with
/// a slash, a backslash or a control character in them) do not exist.
public final class StaticFiles implements Application {
    private static final InstantSource CLOCK = InstantSource.system();
    private static final Headers LISTING =
            Headers.of(CONTENT_TYPE, "text/html; charset=utf-8", CONTENT_SECURITY_POLICY, ListingPage.policy());

    private final Settings settings;
    private final Lookups lookups;

    private StaticFiles(Settings settings) {
        this.settings = settings;
        this.lookups = new Lookups(settings.interval, settings.nanos);
    }

    /// The files of a folder of the file system; symbolic links are followed as long as they stay inside.
    ///
    /// @param root the folder
    /// @return the application
    public static StaticFiles of(Path root) {
        return of(FileTree.folder(root));
    }

    /// The files of a tree: with `index.html` as index, without listings, to be asked about each time, hidden files
    /// hidden, text in UTF-8.
    ///
    /// @param tree the files
    /// @return the application
    public static StaticFiles of(FileTree tree) {
        return new StaticFiles(new Settings(tree));
    }

    /// Sets the files that stand for their folders.
    ///
    /// @param names the names, tried in this order; none for no index at all
    /// @return the changed application
    /// @throws IllegalArgumentException when one is no name
    public StaticFiles withIndexes(String... names) {
        for (var name : names) {
            if (!isName(name)) {
                throw new IllegalArgumentException("index \"" + name + "\": expected the name of a file");
            }
        }
        var changed = new Settings(settings);
        changed.indexes = List.of(names);
        return new StaticFiles(changed);
    }

    /// Answers folders without an index with a page that lists them.
    ///
    /// @return the changed application
    public StaticFiles withListings() {
        var changed = new Settings(settings);
        changed.listings = true;
        return new StaticFiles(changed);
    }

    /// Sets how long clients may keep files; they must ask each time ([CachePolicy#revalidate]) unless set.
    ///
    /// @param policy the policy
    /// @return the changed application
    public StaticFiles withCaching(CachePolicy policy) {
        var changed = new Settings(settings);
        changed.caching = requireNonNull(policy, "policy");
        return new StaticFiles(changed);
    }

    /// Sends `app.js.br`, `app.js.zst` or `app.js.gz` in place of `app.js` to clients that understand it, when such a
    /// file is there and not older. Looking for them costs three looks at the tree for each file ([#withLookupsEvery]).
    ///
    /// @return the changed application
    public StaticFiles withPrecompressed() {
        var changed = new Settings(settings);
        changed.precompressed = true;
        return new StaticFiles(changed);
    }

    /// Sets the media type of an extension, before those that are known.
    ///
    /// @param extension with or without its dot: `wasm`, `.tar.gz`
    /// @param type the value of `Content-Type`
    /// @return the changed application
    public StaticFiles withType(String extension, String type) {
        var types = new HashMap<>(settings.types);
        types.put(
                (extension.startsWith(".") ? extension.substring(1) : extension).toLowerCase(Locale.ROOT),
                requireNonNull(type, "type"));
        var changed = new Settings(settings);
        changed.types = Map.copyOf(types);
        return new StaticFiles(changed);
    }

    /// Sets the charset that files of types `text/…` are said to be in; UTF-8 unless set.
    ///
    /// @param charset the charset
    /// @return the changed application
    public StaticFiles withCharset(Charset charset) {
        var changed = new Settings(settings);
        changed.charset = requireNonNull(charset, "charset");
        return new StaticFiles(changed);
    }

    /// Sets what becomes of names that begin with a dot; [DotFiles#HIDDEN] unless set.
    ///
    /// @param policy the policy
    /// @return the changed application
    public StaticFiles withDotFiles(DotFiles policy) {
        var changed = new Settings(settings);
        changed.dotFiles = requireNonNull(policy, "policy");
        return new StaticFiles(changed);
    }

    /// Sets for how long what was found in a folder of the file system is believed, instead of being looked up again; a
    /// second unless set. What a handler is told of the content itself (length, time, bytes) does not come from here.
    ///
    /// Files that are new are there at once. One that is deleted, or its pre-compressed sibling, is answered with the
    /// handler's 404 until then; one with a new sibling without it.
    ///
    /// @param interval zero for a look with each request
    /// @return the changed application
    /// @throws IllegalArgumentException when it is negative
    public StaticFiles withLookupsEvery(Duration interval) {
        if (interval.isNegative()) {
            throw new IllegalArgumentException("lookups every " + interval + ": expected zero or more");
        }
        var changed = new Settings(settings);
        changed.interval = interval;
        return new StaticFiles(changed);
    }

    /// With another clock for lookups.
    StaticFiles withClock(LongSupplier nanos) {
        var changed = new Settings(settings);
        changed.nanos = nanos;
        return new StaticFiles(changed);
    }

    /// Sets what answers where there is no file, whatever the method: a page of your own, or the rest of the
    /// application.
    ///
    /// @param application gets the request as it came
    /// @return the changed application
    public StaticFiles withNotFound(Application application) {
        var changed = new Settings(settings);
        changed.notFound = requireNonNull(application, "application");
        return new StaticFiles(changed);
    }

    /// Answers a request with a file, a listing, a redirect, 405, or what answers where there is no file.
    @Override
    public ResponseReceived handle(Request request, Respond respond) throws Exception {
        var response = answer(request);
        if (response == null) {
            return settings.notFound.handle(request, respond);
        }
        boolean isRead = request.method().equals("GET") || request.method().equals("HEAD");
        return respond.with(
                isRead
                        ? response
                        : Response.text(Status.METHOD_NOT_ALLOWED, "Only GET and HEAD are allowed.\n")
                                .withHeader(ALLOW, "GET, HEAD"));
    }

    /// Whether a segment may be the name of a file on any system.
    static boolean isName(String segment) {
        if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
            return false;
        }
        for (int i = 0; i < segment.length(); i++) {
            char c = segment.charAt(i);
            if (c < ' ' || c == 0x7f || c == '/' || c == '\\' || isSeparator(c)) {
                return false;
            }
        }
        return true;
    }

    /// On Windows a colon stands behind a drive, and before a stream of a file.
    private static boolean isSeparator(int c) {
        return c == ':' && File.separatorChar == '\\';
    }

    /// What answers a GET, or null where there is nothing.
    private @Nullable Response answer(Request request) throws IOException {
        var path = request.path();
        var names = path.contains("")
                ? path.stream().filter(segment -> !segment.isEmpty()).toList()
                : path;
        for (int i = 0; i < names.size(); i++) {
            if (!isName(names.get(i)) || !settings.dotFiles.shows(names.get(i), i)) {
                return null;
            }
        }
        boolean isFolder = path.isEmpty()
                ? request.rawPath().endsWith("/")
                : path.getLast().isEmpty();
        int slashes = path.size() - (isFolder && !path.isEmpty() ? 1 : 0);
        if (names.size() < slashes && request.rawPath().contains("//")) {
            var clean = request.rawPath().replaceAll("/{2,}", "/");
            return found(clean + request.rawQuery()); // begins with one slash, so it never leaves the host
        }
        return isFolder ? folder(request, names) : file(request, names);
    }

    private @Nullable Response folder(Request request, List<String> path) throws IOException {
        for (var index : settings.indexes) {
            var found = lookedUp(below(path, index));
            if (found != null) {
                return sent(request, found);
            }
        }
        if (!settings.listings || !(settings.tree.find(path).orElse(null) instanceof FileTree.Folder)) {
            return null;
        }
        var shown = settings.tree.children(path).stream()
                .filter(child -> isName(child.name()) && settings.dotFiles.shows(child.name(), path.size()))
                .toList();
        return Response.of(Status.OK, LISTING, ListingPage.of(path, shown)).withHeader(CACHE_CONTROL, "no-cache");
    }

    private @Nullable Response file(Request request, List<String> path) throws IOException {
        var found = path.isEmpty() ? null : lookedUp(path);
        if (found != null) {
            return sent(request, found);
        }
        return folder(request, path) == null ? null : redirect(request);
    }

    /// The file at a path, as it was looked up now or not long ago; null when there is none.
    private @Nullable FoundFile lookedUp(List<String> path) throws IOException {
        var known = lookups.get(path);
        if (known != null) {
            return known;
        }
        long now = lookups.now();
        var entry = settings.tree.find(path).orElse(null);
        if (entry == null || entry instanceof FileTree.Folder) {
            return null;
        }
        var siblings = settings.precompressed ? Siblings.of(settings.tree, path, entry) : List.<Siblings.Found>of();
        var found = new FoundFile(entry, fields(path, !siblings.isEmpty()), siblings, now);
        if (settings.tree instanceof FolderTree folder
                && entry instanceof FileTree.DiskFile(var file, var _)
                && folder.lasts(file)) {
            lookups.put(path, found);
        }
        return found;
    }

    private Headers fields(List<String> path, boolean varies) {
        var headers = Headers.builder().add(CONTENT_TYPE, type(path.getLast()));
        settings.caching.of(path).ifPresent(value -> headers.add(CACHE_CONTROL, value));
        return varies ? headers.add(VARY, "Accept-Encoding").build() : headers.build();
    }

    /// To the same path with a slash behind it; relative, so that it works below a mount and never leaves the host.
    private static Response redirect(Request request) {
        var raw = request.rawPath();
        return found("./" + raw.substring(raw.lastIndexOf('/') + 1) + "/" + request.rawQuery());
    }

    /// Not for ever: a folder may become a file.
    private static Response found(String location) {
        return Response.text(Status.FOUND, "See " + location + "\n").withHeader(LOCATION, location);
    }

    private static Response sent(Request request, FoundFile file) {
        var chosen = file.siblings().isEmpty() ? null : Siblings.chosen(request.headers(), file.siblings());
        return chosen == null
                ? response(request, file.fields(), file.entry())
                : response(
                        request,
                        file.fields().adding(CONTENT_ENCODING, chosen.sibling().coding()),
                        chosen.entry());
    }

    private static Response response(Request request, Headers fields, FileTree.Entry entry) {
        return switch (entry) {
            case FileTree.DiskFile(var path, var _) -> Response.file(Status.OK, fields, path);
            case FileTree.Content content -> {
                var headers = fields.toBuilder();
                if (content.etag() != null) {
                    headers.add(ETAG, content.etag());
                }
                if (content.modified() != null) {
                    headers.add(LAST_MODIFIED, HttpDate.format(content.modified()));
                }
                headers.add(CONTENT_LENGTH, Long.toString(content.size()));
                var response = new Response(Status.OK, headers.build(), content.body());
                yield FileNegotiation.content(request, response, content.size(), CLOCK.instant());
            }
            case FileTree.Folder _ -> throw new IllegalStateException("a folder is no file");
        };
    }

    private String type(String name) {
        var type = MediaTypeTable.of(name, settings.types);
        return type.startsWith("text/") && type.indexOf(';') < 0
                ? type + "; charset=" + settings.charset.name().toLowerCase(Locale.ROOT)
                : type;
    }

    private static List<String> below(List<String> path, String name) {
        var below = new ArrayList<>(path);
        below.add(name);
        return below;
    }

    private static final class Settings {
        private final FileTree tree;
        private List<String> indexes = List.of("index.html");
        private boolean listings;
        private CachePolicy caching = CachePolicy.revalidate();
        private boolean precompressed;
        private Map<String, String> types = Map.of();
        private Charset charset = UTF_8;
        private DotFiles dotFiles = DotFiles.HIDDEN;
        private Duration interval = Duration.ofSeconds(1);
        private LongSupplier nanos = System::nanoTime;
        private Application notFound =
                (_, respond) -> respond.with(Response.text(Status.NOT_FOUND, "There is no such file.\n"));

        Settings(FileTree tree) {
            this.tree = requireNonNull(tree, "tree");
        }

        Settings(Settings other) {
            tree = other.tree;
            indexes = other.indexes;
            listings = other.listings;
            caching = other.caching;
            precompressed = other.precompressed;
            types = other.types;
            charset = other.charset;
            dotFiles = other.dotFiles;
            interval = other.interval;
            nanos = other.nanos;
            notFound = other.notFound;
        }
    }
}
