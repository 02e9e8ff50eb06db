package wai.runner;

import java.io.Serial;

/// Why the program cannot go on: one sentence for people, shown without a stack trace, and an exit code.
final class Failure extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    private final Exit exit;
    private final String sentence;
    private final String details;

    Failure(Exit exit, String sentence) {
        this(exit, sentence, "");
    }

    /// A failure with lines to show before its sentence.
    Failure(Exit exit, String sentence, String details) {
        super(sentence);
        this.exit = exit;
        this.sentence = sentence;
        this.details = details;
    }

    Failure(Exit exit, String sentence, Throwable cause) {
        super(sentence, cause);
        this.exit = exit;
        this.sentence = sentence;
        this.details = "";
    }

    Exit exit() {
        return exit;
    }

    String sentence() {
        return sentence;
    }

    /// Lines, each with its end; empty in most cases.
    String details() {
        return details;
    }
}
