package wai.warp.server;

/// A guess, from the last connections, whether the first bytes of a new one are there when it is accepted.
///
/// They are where the server is behind its clients, and a thread can begin at once. Elsewhere the server is there
/// first, and looking for them is a system call in vain. So after some looks in vain only one connection in many is
/// looked at, until bytes are there again.
///
/// Any thread that accepts may come here: the fields are hints, and a lost one costs a look.
final class FirstBytes {
    /// So many looks in vain, one after the other, are enough.
    private static final int ENOUGH = 3;
    /// From then on one connection in so many is looked at.
    private static final int MANY = 32;

    private int inVain;
    private int passed;

    /// Whether to look for bytes of the next connection.
    boolean mayBeThere() {
        if (inVain < ENOUGH) {
            return true;
        }
        passed++;
        return passed % MANY == 0;
    }

    /// What the look has shown.
    void seen(boolean there) {
        inVain = there ? 0 : Math.min(inVain + 1, ENOUGH);
    }
}
