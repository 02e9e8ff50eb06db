package wai.warp.http2;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import wai.warp.http2.hpack.Field;

/// The fields of one section as they come out of the decoder, up to a size; what is past it is counted and dropped, so
/// that a small block cannot take much memory (RFC 9113 §10.5.1).
final class FieldList implements Consumer<Field> {
    private final int most;
    private final List<Field> fields = new ArrayList<>();
    private long size;

    /// @param most the largest size, as SETTINGS_MAX_HEADER_LIST_SIZE counts
    FieldList(int most) {
        this.most = most;
    }

    @Override
    public void accept(Field field) {
        size += field.size();
        if (size <= most) {
            fields.add(field);
        }
    }

    /// Whether fields were dropped.
    boolean isTooLarge() {
        return size > most;
    }

    /// The fields in order.
    List<Field> fields() {
        return fields;
    }
}
