package wai.tck;

/// What the process of an application asks at a [StageDoor], one question per connection, and what it is told.
enum DoorMessage {
    /// An application begins. Run and place follow; the answer is [#CASE], [#PROBES] or [#NOBODY]. The application runs
    /// until [#LEFT] or [#FAILED], or until the connection ends with its process.
    ENTER,
    /// A note: run, key and text follow. The answer is [#DONE].
    NOTE,
    /// A wait for a note: run and key follow. The answer is [#DONE] and the text, or [#FAILED] and why.
    WAIT,
    /// The application has ended.
    LEFT,
    /// The application has thrown a failure of the case, or a wait has failed: its message follows.
    FAILED,
    /// The application has thrown something else: its text follows.
    THREW,
    /// The request belongs to a case: its name, the server and the divisor of its numbers follow.
    CASE,
    /// The request belongs to the differential run: the folder of its files follows.
    PROBES,
    /// No run of that number is open.
    NOBODY,
    /// What was asked is done.
    DONE;

    /// The longest text that is sent: what is longer is cut.
    static final int LONGEST = 10_000;

    static String shortened(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    }
}
