package wai.warp.http2;

/// Checks limits against their ranges.
///
/// Apart from [Http2Limits], so that making its parts does not begin with making the whole: the default of the whole is
/// made of theirs.
final class LimitRange {
    private LimitRange() {}

    static void check(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " " + value + ": expected " + least + " to " + most);
        }
    }
}
