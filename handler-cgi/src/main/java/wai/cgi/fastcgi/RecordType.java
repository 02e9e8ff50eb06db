package wai.cgi.fastcgi;

import org.jspecify.annotations.Nullable;

/// What a record is (FastCGI 1.0 §8); the constants quote the specification.
enum RecordType {
    BEGIN_REQUEST(1),
    ABORT_REQUEST(2),
    END_REQUEST(3),
    PARAMS(4),
    STDIN(5),
    STDOUT(6),
    STDERR(7),
    DATA(8),
    GET_VALUES(9),
    GET_VALUES_RESULT(10),
    UNKNOWN_TYPE(11);

    private static final RecordType[] BY_CODE = new RecordType[UNKNOWN_TYPE.code + 1];

    static {
        for (var type : values()) {
            BY_CODE[type.code] = type;
        }
    }

    private final int code;

    RecordType(int code) {
        this.code = code;
    }

    /// The type with this code; null when version 1 has none.
    ///
    /// @param code 0 to 255
    static @Nullable RecordType of(int code) {
        return code < BY_CODE.length ? BY_CODE[code] : null;
    }

    int code() {
        return code;
    }

    /// Whether records of this type concern the connection and have the null request id (§3.3).
    boolean isManagement() {
        return this == GET_VALUES || this == GET_VALUES_RESULT || this == UNKNOWN_TYPE;
    }
}
