package wai.logging;

import java.util.Locale;

/// Events for people at a terminal.
final class DevelopmentLines {
    private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB"};

    private DevelopmentLines() {}

    static String line(AccessEvent event, String colour, String end) {
        var request = event.request();
        var text = new StringBuilder();
        text.append(request.method()).append(' ').append(ApacheLines.escaped(request.rawPath() + request.rawQuery()));
        text.append("  ").append(colour).append(event.status().code()).append(end);
        event.bytes().ifPresent(bytes -> text.append("  ").append(size(bytes)));
        text.append("  ").append(event.total().toMillis()).append(" ms");
        for (var parameter : event.form()) {
            text.append("  ").append(ApacheLines.escaped(parameter.name())).append('=');
            text.append('"').append(ApacheLines.escaped("" + parameter.value())).append('"');
        }
        if (event.failure() != null) {
            text.append("  ").append(event.outcome()).append(": ").append(ApacheLines.escaped("" + event.failure()));
        }
        return text.toString();
    }

    /// Green, cyan, yellow, red, by the class of the status.
    static String colour(int status) {
        return switch (status / 100) {
            case 1, 2 -> "\u001b[32m";
            case 3 -> "\u001b[36m";
            case 4 -> "\u001b[33m";
            default -> "\u001b[31m";
        };
    }

    private static String size(long bytes) {
        double size = bytes;
        int unit = 0;
        while (size >= 1000 && unit < UNITS.length - 1) {
            size /= 1000;
            unit++;
        }
        return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", size, UNITS[unit]);
    }
}
