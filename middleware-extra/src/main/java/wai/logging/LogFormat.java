package wai.logging;

import java.util.Set;

/// Makes a line of an event.
///
/// {@snippet file="wai/logging/Samples.java" region="log-format"}
///
/// No line has a line end or another control character in it, whatever the client sent: what is not printable ASCII is
/// escaped. [#redacting] hides parameters of the query and of forms that carry secrets.
@FunctionalInterface
public interface LogFormat {
    /// The line.
    ///
    /// @param event what happened
    /// @return the line, without its end
    String line(AccessEvent event);

    /// The common log format of Apache: `192.0.2.1 - - [22/Nov/2026:06:00:00 +0000] "GET / HTTP/1.1" 200 17`.
    /// The user is who was noted ([RequestNotes]).
    ///
    /// @return the format
    static LogFormat common() {
        return new ApacheLines(ApacheLines.Kind.COMMON);
    }

    /// The combined log format of Apache: the common one with `Referer` and `User-Agent`.
    ///
    /// @return the format
    static LogFormat combined() {
        return new ApacheLines(ApacheLines.Kind.COMBINED);
    }

    /// One JSON object: `time`, `remote`, `method`, `path`, `query`, `version`, `status`, `bytes`, `untilResponseMs`,
    /// `durationMs`, `outcome`, and `user`, `route` and `failure` where there is one.
    ///
    /// @return the format
    static LogFormat json() {
        return event -> JsonLines.line(event, false);
    }

    /// The same with the fields of request and response; those that carry secrets (`Authorization`,
    /// `Proxy-Authorization`, `Cookie`, `Set-Cookie`) have `…` for their value.
    ///
    /// @return the format
    static LogFormat jsonWithHeaders() {
        return event -> JsonLines.line(event, true);
    }

    /// For people at a terminal: `POST /orders?x=1  303  0 B  3 ms  item="book"`, the last for each parameter of a form
    /// ([RequestLogger#withForms]).
    ///
    /// @return the format
    static LogFormat development() {
        return event -> DevelopmentLines.line(event, "", "");
    }

    /// The same with the status in its colour, by ANSI escape sequences.
    ///
    /// @return the format
    static LogFormat developmentInColour() {
        return event -> DevelopmentLines.line(
                event, DevelopmentLines.colour(event.status().code()), "\u001b[0m");
    }

    /// The format without the values of some parameters of the query and the form: `?token=…`.
    ///
    /// @param parameters their names
    /// @return a format that sees `***` in their place
    default LogFormat redacting(String... parameters) {
        var names = Set.of(parameters);
        return event -> line(Redaction.of(event, names::contains));
    }

    /// The format without the values of all parameters whose names sound like secrets: those with `passw`, `secret`,
    /// `token`, `credential`, `api_key` or `card` in them, and `pwd`, `pin`, `otp`, `cvc`, `cvv`, `code`, in whatever
    /// case. A guess, which [#redacting] adds to.
    ///
    /// @return a format that sees `***` in their place
    default LogFormat redactingSecrets() {
        return event -> line(Redaction.of(event, Redaction::soundsSecret));
    }
}
