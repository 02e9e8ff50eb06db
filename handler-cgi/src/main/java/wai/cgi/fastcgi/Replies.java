package wai.cgi.fastcgi;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import wai.cgi.fastcgi.FastCgiFault.Kind;

/// Whole records that answer others.
final class Replies {
    private static final int END_SIZE = 8;
    private static final int UNKNOWN_SIZE = 8;

    private Replies() {}

    /// The end of a request (§5.5).
    static ByteBuffer end(int id, int applicationStatus, ProtocolStatus status) {
        var out = new RecordBuffer(RecordReader.HEADER_SIZE + END_SIZE);
        putEnd(id, applicationStatus, status, out);
        return out.toBuffer();
    }

    /// Appends the end of a request (§5.5).
    static void putEnd(int id, int applicationStatus, ProtocolStatus status, RecordBuffer out) {
        out.putHeader(RecordType.END_REQUEST, id, END_SIZE);
        out.putInt(applicationStatus);
        out.putPadded(status.code(), END_SIZE - Integer.BYTES - 1);
    }

    /// What a management record gets that this version does not know (§4.2).
    static ByteBuffer unknownType(int typeCode) {
        var out = new RecordBuffer(RecordReader.HEADER_SIZE + UNKNOWN_SIZE);
        out.putHeader(RecordType.UNKNOWN_TYPE, 0, UNKNOWN_SIZE);
        out.putPadded(typeCode, UNKNOWN_SIZE - 1);
        return out.toBuffer();
    }

    /// The values that were asked for and are known, each once, in the order of the question (§4.1).
    static ByteBuffer values(byte[] asked, FastCgiLimits limits) throws FastCgiFault {
        var values = new LinkedHashMap<String, String>();
        var names = new NameValues(asked, asked.length);
        while (names.next()) {
            switch (names.name()) {
                case "FCGI_MAX_CONNS" -> values.put(names.name(), Integer.toString(limits.connections()));
                case "FCGI_MAX_REQS" -> values.put(names.name(), Integer.toString(limits.allRequests()));
                case "FCGI_MPXS_CONNS" -> values.put(names.name(), limits.requests() > 1 ? "1" : "0");
                default -> {} // what is not known is left out of the answer
            }
        }
        if (names.problem() != null) {
            throw new FastCgiFault(Kind.BAD_VALUES, RecordType.GET_VALUES + ": " + names.problem());
        }
        var content = new RecordBuffer(0);
        values.forEach((name, value) -> {
            content.putPadded(name.length(), 0); // below 128: one byte each
            content.putPadded(value.length(), 0);
            content.put(name.getBytes(ISO_8859_1), 0, name.length());
            content.put(value.getBytes(ISO_8859_1), 0, value.length());
        });
        var out = new RecordBuffer(RecordReader.HEADER_SIZE + content.size());
        out.putHeader(RecordType.GET_VALUES_RESULT, 0, content.size());
        out.put(content.array(), 0, content.size());
        return out.toBuffer();
    }
}
