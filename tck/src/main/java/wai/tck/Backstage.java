package wai.tck;

/// What the application of a case has of its [Scene], in the process of the kit or in another ([StageDoor]).
///
/// Notes are text, so that they can cross from one process to the other.
interface Backstage {
    /// Writes a note, unless there is one under that key: the first one stands.
    ///
    /// @param value what [String#valueOf] makes of it is kept
    void note(String key, Object value);

    default void note(String key) {
        note(key, "yes");
    }

    /// Waits for a note; one that does not come fails the case.
    String noted(String key) throws InterruptedException;

    /// How many of something a case should make: an eighth where the kit tests itself, on handler after handler.
    int scaled(int many);
}
