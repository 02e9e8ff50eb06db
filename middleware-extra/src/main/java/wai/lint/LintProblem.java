package wai.lint;

import wai.HeaderName;
import wai.spi.Rule;

/// A broken rule of which it is not yet known who is to blame.
///
/// @param rule the rule
/// @param subject what tells this problem from others of the rule in the same exchange: a layer that passes it on
///     outwards is not blamed for it again. May be secret, never shown
/// @param seen for people, without secrets
/// @param fix what to do about it
record LintProblem(Rule rule, String subject, String seen, String fix) {
    private static final int SHOWN = 60;

    /// A problem that an exchange has at most once.
    static LintProblem of(Rule rule, String seen, String fix) {
        return new LintProblem(rule, "", seen, fix);
    }

    /// A field with its value, cut where it is long, left out where it may be secret.
    static String shown(HeaderName name, String value) {
        return switch (name.lowerCase()) {
            case "authorization", "proxy-authorization", "cookie", "set-cookie" -> name + ": …";
            default -> name + ": " + (value.length() <= SHOWN ? value : value.substring(0, SHOWN) + "…");
        };
    }
}
