package wai.warp.http2.hpack;

import org.jspecify.annotations.Nullable;

/// The fields that both ends remember: first in, first out, bounded by size (RFC 7541 §2.3.2, §4).
final class DynamicTable {
    private static final int FIRST_CAPACITY = 16; // a power of two, as all capacities are
    /// How many fields are found without a search; a power of two.
    private static final int REMEMBERED = 64;

    /// A ring: the newest entry is before `next`.
    private @Nullable Field[] ring = new Field[FIRST_CAPACITY];

    private int next;
    private int count;
    private int size;
    private int maxSize;
    /// How many were added in all, which numbers them.
    private int added;
    /// The number of a field, by its hash: where it stands unless others have the same, or it has left. Made when
    /// somebody looks.
    private int @Nullable [] numbers;

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

    /// Finds a field of that name and value.
    ///
    /// @return its index; 0 when there is none
    int find(String name, String value) {
        var places = numbers;
        if (places == null) {
            numbers = places = new int[REMEMBERED];
        }
        int place = place(name, value);
        int index = added - places[place] + 1;
        if (places[place] > 0 && index >= 1 && index <= count && is(get(index), name, value)) {
            return index;
        }
        for (int i = 1; i <= count; i++) {
            if (is(get(i), name, value)) {
                places[place] = added - i + 1;
                return i;
            }
        }
        return 0;
    }

    private static boolean is(Field field, String name, String value) {
        return field.name().equals(name) && field.value().equals(value);
    }

    private static int place(String name, String value) {
        int hash = 31 * name.hashCode() + value.hashCode();
        return (hash ^ hash >>> 16) & (REMEMBERED - 1);
    }

    /// Finds a field of that name.
    ///
    /// @return the index of the newest one; 0 when there is none
    int find(String name) {
        for (int i = 1; i <= count; i++) {
            if (get(i).name().equals(name)) {
                return i;
            }
        }
        return 0;
    }

    /// Adds a field; older ones leave, and so does everything when it is too large by itself (RFC 7541 §4.4).
    void add(Field field) {
        int its = field.size();
        evict(maxSize - its);
        if (its > maxSize) {
            return;
        }
        if (count == ring.length) {
            grow();
        }
        ring[next] = field;
        next = (next + 1) & (ring.length - 1);
        count++;
        size += its;
        added++;
        var places = numbers;
        if (places != null) {
            places[place(field.name(), field.value())] = added;
        }
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
