package wai.warp.server;

import org.jspecify.annotations.Nullable;

/// A file whose facts a thread was told, so that it can send that very file: an element of an immutable list.
///
/// A list, because two threads may try to respond at the same time. One of them wins, and what it sends must be what it
/// negotiated itself.
///
/// @param thread who negotiates
/// @param file what about
/// @param next the rest of the list
record NegotiatedFile(
        Thread thread, FileLease file, @Nullable NegotiatedFile next) {
    /// The latest of a thread; null when it has none.
    @SuppressWarnings("ReferenceEquality") // threads are compared by identity
    static @Nullable NegotiatedFile of(Thread thread, @Nullable NegotiatedFile list) {
        var each = list;
        while (each != null && each.thread != thread) {
            each = each.next;
        }
        return each;
    }

    /// The list without one of its elements.
    @SuppressWarnings("ReferenceEquality") // elements are compared by identity
    static @Nullable NegotiatedFile without(NegotiatedFile gone, @Nullable NegotiatedFile list) {
        if (list == null || list == gone) {
            return gone.next;
        }
        return new NegotiatedFile(list.thread, list.file, without(gone, list.next));
    }
}
