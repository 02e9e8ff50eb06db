package wai.transport;

/// What came out of a method handle, which says of itself that it may throw anything, where nothing is declared.
final class Unchecked {
    private Unchecked() {}

    /// What to throw on.
    ///
    /// @throws Error when it is one
    static RuntimeException of(Throwable thrown) {
        if (thrown instanceof Error error) { // no pattern switch: there may be no memory to link one
            throw error;
        }
        return thrown instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(thrown);
    }
}
