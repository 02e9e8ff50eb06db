package wai.transport;

import java.nio.channels.SelectionKey;

/// What a poller watches: the attachment of a key. All calls are made on the poller's thread.
sealed interface Watched permits ChannelTransport, Door {
    /// Tells the selector what is waited for now.
    ///
    /// @param present whose thread this is
    void applyInterest(Poller present);

    /// The channel is ready.
    void ready(SelectionKey key);

    /// The channel was closed meanwhile: whoever waits for it is to find out by trying.
    void wakeAll();
}
