package wai.staticfiles;

/// Which symbolic links are followed below the root of a folder. Others are answered like what does not exist.
public enum SymbolicLinks {
    /// None.
    REFUSED,
    /// Those that lead to something inside of the root.
    INSIDE,
    /// All, wherever they lead. Who can make a link in the folder can then show every file that the server can read.
    FOLLOWED
}
