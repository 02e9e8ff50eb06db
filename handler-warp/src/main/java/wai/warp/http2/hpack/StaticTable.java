package wai.warp.http2.hpack;

import java.util.HashMap;
import java.util.Map;

/// The fields that both ends know from the beginning (RFC 7541 Appendix A).
final class StaticTable {
    /// How many there are; the dynamic table is numbered behind them.
    static final int SIZE = 61;

    /// Names and values in turn, from index 1 on.
    private static final String[] TEXTS = {
        ":authority", "",
        ":method", "GET",
        ":method", "POST",
        ":path", "/",
        ":path", "/index.html",
        ":scheme", "http",
        ":scheme", "https",
        ":status", "200",
        ":status", "204",
        ":status", "206",
        ":status", "304",
        ":status", "400",
        ":status", "404",
        ":status", "500",
        "accept-charset", "",
        "accept-encoding", "gzip, deflate",
        "accept-language", "",
        "accept-ranges", "",
        "accept", "",
        "access-control-allow-origin", "",
        "age", "",
        "allow", "",
        "authorization", "",
        "cache-control", "",
        "content-disposition", "",
        "content-encoding", "",
        "content-language", "",
        "content-length", "",
        "content-location", "",
        "content-range", "",
        "content-type", "",
        "cookie", "",
        "date", "",
        "etag", "",
        "expect", "",
        "expires", "",
        "from", "",
        "host", "",
        "if-match", "",
        "if-modified-since", "",
        "if-none-match", "",
        "if-range", "",
        "if-unmodified-since", "",
        "last-modified", "",
        "link", "",
        "location", "",
        "max-forwards", "",
        "proxy-authenticate", "",
        "proxy-authorization", "",
        "range", "",
        "referer", "",
        "refresh", "",
        "retry-after", "",
        "server", "",
        "set-cookie", "",
        "strict-transport-security", "",
        "transfer-encoding", "",
        "user-agent", "",
        "vary", "",
        "via", "",
        "www-authenticate", "",
    };

    private static final Field[] FIELDS = new Field[SIZE];
    private static final Map<String, Integer> BY_NAME = new HashMap<>();

    static {
        for (int i = 0; i < SIZE; i++) {
            var name = TEXTS[2 * i];
            FIELDS[i] = Field.of(name, TEXTS[2 * i + 1]);
            BY_NAME.putIfAbsent(name, i + 1);
        }
    }

    private StaticTable() {}

    /// An entry.
    ///
    /// @param index 1 to [#SIZE]
    static Field get(int index) {
        return FIELDS[index - 1];
    }

    /// The first entry of that name; 0 when there is none.
    static int find(String name) {
        return BY_NAME.getOrDefault(name, 0);
    }

    /// The entry of that name and value; 0 when there is none.
    static int find(String name, String value) {
        int first = find(name);
        for (int index = first; index > 0 && index <= SIZE; index++) {
            var field = get(index);
            if (!field.name().equals(name)) {
                break; // those of one name stand together
            }
            if (field.value().equals(value)) {
                return index;
            }
        }
        return 0;
    }

    /// The entry of a status; 0 when there is none.
    static int findStatus(int code) {
        return switch (code) {
            case 200 -> 8;
            case 204 -> 9;
            case 206 -> 10;
            case 304 -> 11;
            case 400 -> 12;
            case 404 -> 13;
            case 500 -> 14;
            default -> 0;
        };
    }
}
