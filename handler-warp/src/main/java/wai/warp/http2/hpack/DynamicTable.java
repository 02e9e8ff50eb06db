package wai.warp.http2.hpack;

import org.jspecify.annotations.Nullable;

/// The fields that both ends remember: first in, first out, bounded by size (RFC 7541 §2.3.2, §4).
final class DynamicTable {
    private static final int FIRST_CAPACITY = 16; // a power of two, as all capacities are

    /// A ring: the newest entry is before `next`.
    private @Nullable Field[] ring = new Field[FIRST_CAPACITY];

    private int next;
    private int count;
    private int size;
    private int maxSize;

    /// @param maxSize the largest size, in the octets of [Field#size]
    DynamicTable(int maxSize) {
        this.maxSize = maxSize;
    }

    /// How many entries there are.
    int count() {
        return count;
    }

    int maxSize() {
        return maxSize;
    }

    /// An entry.
    ///
    /// @param index 1 for the newest, up to [#count()]
    Field get(int index) {
        var field = ring[(next - index) & (ring.length - 1)];
        if (index < 1 || index > count || field == null) {
            throw new IndexOutOfBoundsException(index);
        }
        return field;
    }

    /// Adds a field; older ones leave, and so does everything when it is too large by itself (RFC 7541 §4.4).
    void add(Field field) {
        int added = field.size();
        evict(maxSize - added);
        if (added > maxSize) {
            return;
        }
        if (count == ring.length) {
            grow();
        }
        ring[next] = field;
        next = (next + 1) & (ring.length - 1);
        count++;
        size += added;
    }

    /// Changes the largest size; what no longer fits leaves (RFC 7541 §4.3).
    void resize(int newMaxSize) {
        maxSize = newMaxSize;
        evict(newMaxSize);
    }

    private void evict(int allowed) {
        while (count > 0 && size > allowed) {
            int oldest = (next - count) & (ring.length - 1);
            size -= get(count).size();
            ring[oldest] = null;
            count--;
        }
    }

    private void grow() {
        var larger = new Field[ring.length * 2];
        for (int i = 0; i < count; i++) {
            larger[i] = get(count - i);
        }
        ring = larger;
        next = count;
    }
}
