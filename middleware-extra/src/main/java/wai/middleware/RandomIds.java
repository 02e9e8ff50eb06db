package wai.middleware;

import java.nio.ByteBuffer;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/// Random UUIDs (RFC 9562 §5.4) of a secure source, which is asked for many of them at a time: to ask it for each
/// would cost more than all else that is done for the id of a request.
///
/// The source is the JDK's generator by NIST SP 800-90A, which the system seeds; to ask the system for all bytes takes
/// four times as long. Nobody can guess an id from others. Those that are made and not yet given are in memory, as keys
/// are.
final class RandomIds implements Supplier<String> {
    private static final int STORED = 128;
    private static final int BYTES = 2 * Long.BYTES;

    private final SecureRandom random = source();
    /// Threads that find it empty at the same time fill one each, of which the last stays.
    private volatile Store store = new Store(new byte[0]);

    private static SecureRandom source() {
        try {
            return SecureRandom.getInstance("DRBG");
        } catch (NoSuchAlgorithmException _) {
            return new SecureRandom(); // a JDK that was configured otherwise
        }
    }

    @Override
    public String get() {
        while (true) {
            var current = store;
            int at = current.taken.getAndIncrement();
            if (at < current.ids) {
                return current.id(at).toString();
            }
            var bytes = new byte[STORED * BYTES];
            random.nextBytes(bytes);
            store = new Store(bytes);
        }
    }

    /// Random bytes, each of which is used once.
    private static final class Store {
        private final ByteBuffer bytes;
        private final int ids;
        private final AtomicInteger taken = new AtomicInteger();

        Store(byte[] bytes) {
            this.bytes = ByteBuffer.wrap(bytes);
            this.ids = bytes.length / BYTES;
        }

        /// The bytes of one id, with the version (4) and the variant of random UUIDs.
        UUID id(int index) {
            long high = bytes.getLong(index * BYTES);
            long low = bytes.getLong(index * BYTES + Long.BYTES);
            return new UUID((high & ~0xf000L) | 0x4000L, (low & ~(3L << 62)) | (1L << 63));
        }
    }
}
