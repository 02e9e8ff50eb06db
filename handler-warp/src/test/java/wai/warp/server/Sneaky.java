package wai.warp.server;

/// What the compiler does not let an application or a hook do, and the JVM does.
final class Sneaky {
    private Sneaky() {}

    /// Throws anything where nothing is declared.
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // that is the trick
    static <E extends Throwable> E thrown(Throwable thrown) throws E {
        throw (E) thrown;
    }

    /// Null where there must be something.
    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // that is the trick
    static <T> T nothing() {
        return null;
    }
}
