package wai;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The name of a header field: a token (RFC 9110 §5.1), checked and folded once, compared without regard to case.
///
/// The spelling it was made with is kept for output. Well-known names have constants; making a well-known name in its
/// usual or its lower-case spelling allocates nothing.
public final class HeaderName {
    /// Gives the fields that a request is judged by bits of their own among those that browsers send.
    private static final int BIT_SPREAD = 0x80E73BB1;

    private static final boolean[] TOKEN_CHARACTERS = tokenCharacters();

    private static final Known KNOWN = new Known();

    /// `Accept`
    public static final HeaderName ACCEPT = KNOWN.add("Accept");
    /// `Accept-Encoding`
    public static final HeaderName ACCEPT_ENCODING = KNOWN.add("Accept-Encoding");
    /// `Accept-Language`
    public static final HeaderName ACCEPT_LANGUAGE = KNOWN.add("Accept-Language");
    /// `Accept-Ranges`
    public static final HeaderName ACCEPT_RANGES = KNOWN.add("Accept-Ranges");
    /// `Access-Control-Allow-Origin`
    public static final HeaderName ACCESS_CONTROL_ALLOW_ORIGIN = KNOWN.add("Access-Control-Allow-Origin");
    /// `Age`
    public static final HeaderName AGE = KNOWN.add("Age");
    /// `Allow`
    public static final HeaderName ALLOW = KNOWN.add("Allow");
    /// `Alt-Svc`
    public static final HeaderName ALT_SVC = KNOWN.add("Alt-Svc");
    /// `Authorization`
    public static final HeaderName AUTHORIZATION = KNOWN.add("Authorization");
    /// `Cache-Control`
    public static final HeaderName CACHE_CONTROL = KNOWN.add("Cache-Control");
    /// `Connection`
    public static final HeaderName CONNECTION = KNOWN.add("Connection");
    /// `Content-Disposition`
    public static final HeaderName CONTENT_DISPOSITION = KNOWN.add("Content-Disposition");
    /// `Content-Encoding`
    public static final HeaderName CONTENT_ENCODING = KNOWN.add("Content-Encoding");
    /// `Content-Language`
    public static final HeaderName CONTENT_LANGUAGE = KNOWN.add("Content-Language");
    /// `Content-Length`
    public static final HeaderName CONTENT_LENGTH = KNOWN.add("Content-Length");
    /// `Content-Location`
    public static final HeaderName CONTENT_LOCATION = KNOWN.add("Content-Location");
    /// `Content-Range`
    public static final HeaderName CONTENT_RANGE = KNOWN.add("Content-Range");
    /// `Content-Security-Policy`
    public static final HeaderName CONTENT_SECURITY_POLICY = KNOWN.add("Content-Security-Policy");
    /// `Content-Type`
    public static final HeaderName CONTENT_TYPE = KNOWN.add("Content-Type");
    /// `Cookie`
    public static final HeaderName COOKIE = KNOWN.add("Cookie");
    /// `Date`
    public static final HeaderName DATE = KNOWN.add("Date");
    /// `ETag`
    public static final HeaderName ETAG = KNOWN.add("ETag");
    /// `Expect`
    public static final HeaderName EXPECT = KNOWN.add("Expect");
    /// `Expires`
    public static final HeaderName EXPIRES = KNOWN.add("Expires");
    /// `Forwarded`
    public static final HeaderName FORWARDED = KNOWN.add("Forwarded");
    /// `Host`
    public static final HeaderName HOST = KNOWN.add("Host");
    /// `If-Match`
    public static final HeaderName IF_MATCH = KNOWN.add("If-Match");
    /// `If-Modified-Since`
    public static final HeaderName IF_MODIFIED_SINCE = KNOWN.add("If-Modified-Since");
    /// `If-None-Match`
    public static final HeaderName IF_NONE_MATCH = KNOWN.add("If-None-Match");
    /// `If-Range`
    public static final HeaderName IF_RANGE = KNOWN.add("If-Range");
    /// `If-Unmodified-Since`
    public static final HeaderName IF_UNMODIFIED_SINCE = KNOWN.add("If-Unmodified-Since");
    /// `Keep-Alive`
    public static final HeaderName KEEP_ALIVE = KNOWN.add("Keep-Alive");
    /// `Last-Event-ID`
    public static final HeaderName LAST_EVENT_ID = KNOWN.add("Last-Event-ID");
    /// `Last-Modified`
    public static final HeaderName LAST_MODIFIED = KNOWN.add("Last-Modified");
    /// `Link`
    public static final HeaderName LINK = KNOWN.add("Link");
    /// `Location`
    public static final HeaderName LOCATION = KNOWN.add("Location");
    /// `Origin`
    public static final HeaderName ORIGIN = KNOWN.add("Origin");
    /// `Pragma`
    public static final HeaderName PRAGMA = KNOWN.add("Pragma");
    /// `Priority`
    public static final HeaderName PRIORITY = KNOWN.add("Priority");
    /// `Proxy-Authenticate`
    public static final HeaderName PROXY_AUTHENTICATE = KNOWN.add("Proxy-Authenticate");
    /// `Proxy-Authorization`
    public static final HeaderName PROXY_AUTHORIZATION = KNOWN.add("Proxy-Authorization");
    /// `Proxy-Connection`
    public static final HeaderName PROXY_CONNECTION = KNOWN.add("Proxy-Connection");
    /// `Range`
    public static final HeaderName RANGE = KNOWN.add("Range");
    /// `Referer`
    public static final HeaderName REFERER = KNOWN.add("Referer");
    /// `Retry-After`
    public static final HeaderName RETRY_AFTER = KNOWN.add("Retry-After");
    /// `Sec-Fetch-Dest`
    public static final HeaderName SEC_FETCH_DEST = KNOWN.add("Sec-Fetch-Dest");
    /// `Sec-Fetch-Mode`
    public static final HeaderName SEC_FETCH_MODE = KNOWN.add("Sec-Fetch-Mode");
    /// `Sec-Fetch-Site`
    public static final HeaderName SEC_FETCH_SITE = KNOWN.add("Sec-Fetch-Site");
    /// `Sec-Fetch-User`
    public static final HeaderName SEC_FETCH_USER = KNOWN.add("Sec-Fetch-User");
    /// `Sec-WebSocket-Accept`
    public static final HeaderName SEC_WEBSOCKET_ACCEPT = KNOWN.add("Sec-WebSocket-Accept");
    /// `Sec-WebSocket-Extensions`
    public static final HeaderName SEC_WEBSOCKET_EXTENSIONS = KNOWN.add("Sec-WebSocket-Extensions");
    /// `Sec-WebSocket-Key`
    public static final HeaderName SEC_WEBSOCKET_KEY = KNOWN.add("Sec-WebSocket-Key");
    /// `Sec-WebSocket-Protocol`
    public static final HeaderName SEC_WEBSOCKET_PROTOCOL = KNOWN.add("Sec-WebSocket-Protocol");
    /// `Sec-WebSocket-Version`
    public static final HeaderName SEC_WEBSOCKET_VERSION = KNOWN.add("Sec-WebSocket-Version");
    /// `Server`
    public static final HeaderName SERVER = KNOWN.add("Server");
    /// `Set-Cookie`
    public static final HeaderName SET_COOKIE = KNOWN.add("Set-Cookie");
    /// `Strict-Transport-Security`
    public static final HeaderName STRICT_TRANSPORT_SECURITY = KNOWN.add("Strict-Transport-Security");
    /// `TE`
    public static final HeaderName TE = KNOWN.add("TE");
    /// `Trailer`
    public static final HeaderName TRAILER = KNOWN.add("Trailer");
    /// `Transfer-Encoding`
    public static final HeaderName TRANSFER_ENCODING = KNOWN.add("Transfer-Encoding");
    /// `Upgrade`
    public static final HeaderName UPGRADE = KNOWN.add("Upgrade");
    /// `Upgrade-Insecure-Requests`
    public static final HeaderName UPGRADE_INSECURE_REQUESTS = KNOWN.add("Upgrade-Insecure-Requests");
    /// `User-Agent`
    public static final HeaderName USER_AGENT = KNOWN.add("User-Agent");
    /// `Vary`
    public static final HeaderName VARY = KNOWN.add("Vary");
    /// `Via`
    public static final HeaderName VIA = KNOWN.add("Via");
    /// `WWW-Authenticate`
    public static final HeaderName WWW_AUTHENTICATE = KNOWN.add("WWW-Authenticate");
    /// `X-Content-Type-Options`
    public static final HeaderName X_CONTENT_TYPE_OPTIONS = KNOWN.add("X-Content-Type-Options");
    /// `X-Forwarded-For`
    public static final HeaderName X_FORWARDED_FOR = KNOWN.add("X-Forwarded-For");
    /// `X-Forwarded-Host`
    public static final HeaderName X_FORWARDED_HOST = KNOWN.add("X-Forwarded-Host");
    /// `X-Forwarded-Proto`
    public static final HeaderName X_FORWARDED_PROTO = KNOWN.add("X-Forwarded-Proto");
    /// `X-Request-Id`
    public static final HeaderName X_REQUEST_ID = KNOWN.add("X-Request-Id");
    /// `X-Requested-With`
    public static final HeaderName X_REQUESTED_WITH = KNOWN.add("X-Requested-With");

    private final String text;
    private final String folded;
    private final int hash;

    private HeaderName(String text, String folded) {
        this.text = text;
        this.folded = folded;
        this.hash = folded.hashCode();
    }

    /// The name of that spelling.
    ///
    /// @param text a token: letters, digits and ``!#$%&'*+-.^_`|~``
    /// @return the name
    /// @throws IllegalArgumentException when the text is empty or not a token (RFC 9110 §5.6.2)
    public static HeaderName of(String text) {
        var known = KNOWN.find(text);
        if (known != null) {
            return known;
        }
        checkToken(text);
        return new HeaderName(text, text.toLowerCase(Locale.ROOT));
    }

    /// The name that stands in a slice of an array.
    ///
    /// @param array the bytes, ASCII
    /// @param from where the name begins
    /// @param to behind its last byte
    /// @return the name
    /// @throws IllegalArgumentException when the slice is empty or not a token (RFC 9110 §5.6.2)
    /// @throws IndexOutOfBoundsException when the slice leaves the array
    public static HeaderName of(byte[] array, int from, int to) {
        var known = KNOWN.find(array, from, to);
        return known != null ? known : of(new String(array, from, to - from, StandardCharsets.ISO_8859_1));
    }

    /// Whether a character may stand in a token (RFC 9110 §5.6.2): in a field name or a method.
    ///
    /// @param c the character
    /// @return true for letters, digits and ``!#$%&'*+-.^_`|~``
    public static boolean isTokenCharacter(int c) {
        return c >= 0 && c < TOKEN_CHARACTERS.length && TOKEN_CHARACTERS[c];
    }

    /// The name in lower case, as HTTP/2 writes it.
    ///
    /// @return the folded name
    public String lowerCase() {
        return folded;
    }

    /// Whether the other object is a header name with the same letters, in whatever case.
    @Override
    public boolean equals(Object other) {
        return this == other || (other instanceof HeaderName that && hash == that.hash && folded.equals(that.folded));
    }

    @Override
    public int hashCode() {
        return hash;
    }

    /// One of 64 bits, the same for equal names: a set of names whose bits lack it does not have this name.
    long bit() {
        return 1L << ((hash * BIT_SPREAD) >>> 26);
    }

    /// The name as it was spelled when it was made.
    @Override
    public String toString() {
        return text;
    }

    private static void checkToken(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("header name is empty: expected a token (RFC 9110 §5.6.2)");
        }
        for (int i = 0; i < text.length(); i++) {
            if (!isTokenCharacter(text.charAt(i))) {
                throw new IllegalArgumentException("header name has U+%04X at %d: expected a token (RFC 9110 §5.6.2)"
                        .formatted((int) text.charAt(i), i));
            }
        }
    }

    private static boolean[] tokenCharacters() {
        var characters = new boolean[0x7f];
        Arrays.fill(characters, 'a', 'z' + 1, true);
        Arrays.fill(characters, 'A', 'Z' + 1, true);
        Arrays.fill(characters, '0', '9' + 1, true);
        for (var c : "!#$%&'*+-.^_`|~".toCharArray()) {
            characters[c] = true;
        }
        return characters;
    }

    /// The well-known names in both spellings, found by text or by bytes; filled once, when the class is loaded.
    private static final class Known {
        private static final int SLOTS = 1024; // a power of two, some six times the spellings

        private final Map<String, HeaderName> byText = new HashMap<>();
        private final byte[][] spellings = new byte[SLOTS][];
        private final HeaderName[] names = new HeaderName[SLOTS];

        HeaderName add(String text) {
            var folded = text.toLowerCase(Locale.ROOT);
            var name = new HeaderName(text, folded);
            put(name);
            put(new HeaderName(folded, folded));
            return name;
        }

        private void put(HeaderName name) {
            byText.put(name.text, name);
            var spelling = name.text.getBytes(StandardCharsets.US_ASCII);
            int slot = slot(spelling, 0, spelling.length);
            while (spellings[slot] != null) {
                slot = (slot + 1) & (SLOTS - 1);
            }
            spellings[slot] = spelling;
            names[slot] = name;
        }

        @Nullable
        HeaderName find(String text) {
            return byText.get(text);
        }

        @Nullable
        HeaderName find(byte[] array, int from, int to) {
            if (from >= to) {
                return null;
            }
            for (int slot = slot(array, from, to); ; slot = (slot + 1) & (SLOTS - 1)) {
                var spelling = spellings[slot];
                if (spelling == null || Arrays.equals(spelling, 0, spelling.length, array, from, to)) {
                    return names[slot];
                }
            }
        }

        private static int slot(byte[] array, int from, int to) {
            int middle = array[(from + to) >>> 1];
            return ((to - from) * 131 + array[from] * 31 + middle * 17 + array[to - 1] * 7) & (SLOTS - 1);
        }
    }
}
