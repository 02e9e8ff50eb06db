package wai.session;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import wai.HeaderName;
import wai.Request;
import wai.Status;
import wai.StatusException;

/// The cookies that a client sent (RFC 6265bis §5.8.3).
///
/// {@snippet file="wai/session/Samples.java" region="cookies"}
///
/// Values are as they were sent, but for quotation marks around them, which go. Pairs without `=` or without a name are
/// left out. More than 200 pairs are refused: browsers keep fewer for a site, and a cookie that is left out could be
/// the one by which somebody is logged in.
public final class Cookies {
    /// How many pairs a client may send.
    public static final int MOST = 200;

    private final List<Map.Entry<String, String>> pairs;

    private Cookies(List<Map.Entry<String, String>> pairs) {
        this.pairs = pairs;
    }

    /// The cookies of a request.
    ///
    /// @param request the request
    /// @return the cookies in their order
    /// @throws StatusException when there are more than [#MOST]: 400
    public static Cookies of(Request request) throws StatusException {
        var pairs = new ArrayList<Map.Entry<String, String>>();
        for (var field : request.headers().all(HeaderName.COOKIE)) {
            for (int start = 0; start <= field.length(); ) {
                int end = field.indexOf(';', start);
                end = end < 0 ? field.length() : end;
                add(field.substring(start, end), pairs);
                start = end + 1;
            }
        }
        return new Cookies(List.copyOf(pairs));
    }

    /// The value of the first cookie of that name: the one for the longest path (RFC 6265bis §5.8.3).
    ///
    /// @param name case counts
    /// @return the value, or empty when there is no such cookie
    public Optional<String> first(String name) {
        return pairs.stream()
                .filter(pair -> pair.getKey().equals(name))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    /// The values of all cookies of that name.
    ///
    /// @param name case counts
    /// @return the values in their order
    public List<String> all(String name) {
        return pairs.stream()
                .filter(pair -> pair.getKey().equals(name))
                .map(Map.Entry::getValue)
                .toList();
    }

    /// How many cookies there are, without the values, which may be secret.
    @Override
    public String toString() {
        return pairs.size() + " cookies";
    }

    private static void add(String pair, List<Map.Entry<String, String>> pairs) throws StatusException {
        int equals = pair.indexOf('=');
        var name = equals < 0 ? "" : pair.substring(0, equals).strip();
        if (!name.isEmpty()) {
            if (pairs.size() == MOST) {
                throw new StatusException(
                        Status.BAD_REQUEST, "more than " + MOST + " cookies: expected fewer (RFC 6265bis §6.1)");
            }
            var value = pair.substring(equals + 1).strip();
            boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
            pairs.add(Map.entry(name, quoted ? value.substring(1, value.length() - 1) : value));
        }
    }
}
