package wai.tck;

import java.io.Serial;

/// The handler did not do what a rule demands.
final class CaseFailure extends AssertionError {
    @Serial
    private static final long serialVersionUID = 1;

    CaseFailure(String seen) {
        super(seen);
    }

    CaseFailure(String seen, Throwable cause) {
        super(seen, cause);
    }

    /// Fails unless the two are equal.
    static void expectEqual(String what, Object expected, Object seen) {
        if (!expected.equals(seen)) {
            throw new CaseFailure(what + ": expected " + shown(expected) + " but saw " + shown(seen));
        }
    }

    static void expect(boolean holds, String otherwise) {
        if (!holds) {
            throw new CaseFailure(otherwise);
        }
    }

    private static String shown(Object value) {
        var text = value instanceof String ? "\"" + value + "\"" : value.toString();
        return text.length() <= 300
                ? text
                : text.substring(0, 200) + "… (" + text.length() + " characters) …"
                        + text.substring(text.length() - 60);
    }
}
