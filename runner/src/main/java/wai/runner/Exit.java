package wai.runner;

/// How the program ends; `--help` lists them ([Options]).
enum Exit {
    /// Stopped, everything answered.
    STOPPED(0),
    /// The program has no application, does not compile, or fails before it serves.
    PROGRAM(1),
    /// The command line is wrong.
    USAGE(2),
    /// The address cannot be listened on.
    LISTEN(3),
    /// Connections had to be cut when the time to drain was over.
    CUT(4),
    /// A second ^C stopped everything at once; what a shell reports for SIGINT.
    INTERRUPTED(130);

    private final int code;

    Exit(int code) {
        this.code = code;
    }

    /// The process's exit status.
    int code() {
        return code;
    }
}
