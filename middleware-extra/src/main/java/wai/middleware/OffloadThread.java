package wai.middleware;

/// A thread of an [Offload]: a platform thread that ends with the JVM and inherits nothing from the request that
/// happened to start it.
final class OffloadThread extends Thread {
    private final Offload owner;

    OffloadThread(Offload owner, Runnable work) {
        super(null, work, "wai-offload", 0, false);
        this.owner = owner;
        setDaemon(true);
    }

    @SuppressWarnings("ReferenceEquality") // identity is the point
    boolean belongsTo(Offload offload) {
        return owner == offload;
    }
}
