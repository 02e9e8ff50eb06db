package wai.logging;

import java.util.Set;

/// Takes the values of some parameters out of the query of an event.
final class Redaction {
    private static final String HIDDEN = "***";

    private Redaction() {}

    static AccessEvent of(AccessEvent event, Set<String> names) {
        var request = event.request();
        if (request.rawQuery().isEmpty()) {
            return event;
        }
        var target = request.rawPath() + redacted(request.rawQuery(), names);
        return new AccessEvent(
                request.toBuilder().target(target).build(),
                event.status(),
                event.headers(),
                event.bytes(),
                event.began(),
                event.untilResponse(),
                event.total(),
                event.outcome(),
                event.failure());
    }

    private static String redacted(String rawQuery, Set<String> names) {
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

    private static String parameter(String text, Set<String> names) {
        int equals = text.indexOf('=');
        return equals >= 0 && names.contains(text.substring(0, equals)) ? text.substring(0, equals + 1) + HIDDEN : text;
    }
}
