package wai.logging;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import wai.Query;

/// Takes the values of some parameters out of the query and the form of an event.
final class Redaction {
    private static final String HIDDEN = "***";

    private static final List<String> PARTS =
            List.of("passw", "passphrase", "secret", "token", "credential", "apikey", "api_key", "api-key", "card");
    private static final Set<String> WORDS = Set.of("pwd", "pin", "otp", "cvc", "cvv", "code");

    private Redaction() {}

    /// Whether a parameter is most probably nobody's business.
    static boolean soundsSecret(String name) {
        var lower = name.toLowerCase(Locale.ROOT);
        return WORDS.contains(lower) || PARTS.stream().anyMatch(lower::contains);
    }

    static AccessEvent of(AccessEvent event, Predicate<String> names) {
        var request = event.request();
        if (!request.rawQuery().isEmpty()) {
            var target = request.rawPath() + redacted(request.rawQuery(), names);
            request = request.toBuilder().target(target).build();
        }
        return new AccessEvent(
                AccessEvent.withForm(request, redacted(event.form(), names)),
                event.status(),
                event.headers(),
                event.bytes(),
                event.began(),
                event.untilResponse(),
                event.total(),
                event.outcome(),
                event.failure());
    }

    private static List<Query.Parameter> redacted(List<Query.Parameter> form, Predicate<String> names) {
        return form.stream()
                .map(each -> names.test(each.name()) ? new Query.Parameter(each.name(), HIDDEN) : each)
                .toList();
    }

    private static String redacted(String rawQuery, Predicate<String> names) {
        var query = new StringBuilder("?");
        int start = 1;
        for (int i = 1; i <= rawQuery.length(); i++) {
            if (i == rawQuery.length() || rawQuery.charAt(i) == '&' || rawQuery.charAt(i) == ';') {
                query.append(parameter(rawQuery.substring(start, i), names));
                query.append(i < rawQuery.length() ? rawQuery.substring(i, i + 1) : "");
                start = i + 1;
            }
        }
        return query.toString();
    }

    private static String parameter(String text, Predicate<String> names) {
        int equals = text.indexOf('=');
        return equals >= 0 && names.test(decoded(text.substring(0, equals)))
                ? text.substring(0, equals + 1) + HIDDEN
                : text;
    }

    /// The name as applications see it: a secret is one also when it is spelt otherwise.
    private static String decoded(String name) {
        try {
            return URLDecoder.decode(name, UTF_8);
        } catch (IllegalArgumentException _) { // a % without its digits
            return name;
        }
    }
}
