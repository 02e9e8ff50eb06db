package wai.cgi.fastcgi;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static wai.cgi.fastcgi.Records.begin;
import static wai.cgi.fastcgi.Records.bytes;
import static wai.cgi.fastcgi.Records.join;
import static wai.cgi.fastcgi.Records.pairs;
import static wai.cgi.fastcgi.Records.params;
import static wai.cgi.fastcgi.Records.record;
import static wai.cgi.fastcgi.Records.request;
import static wai.cgi.fastcgi.Records.stdin;

import java.util.List;

/// What web servers send, rightly and wrongly, and what an engine without answers sees of it.
final class FastCgiVectors {
    /// @param name what is special
    /// @param input what is sent, one character per byte, before the connection is closed
    /// @param expected lines of a [Transcript]
    record Vector(String name, String input, List<String> expected) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final String LONG = "n".repeat(130);

    private FastCgiVectors() {}

    static List<Vector> all() {
        return List.of(
                vector("nothing", new byte[0], "closed"),
                vector("a request without input", request(1), "head 1 A=b", "end 1", "closed"),
                vector(
                        "input in records of its own",
                        join(begin(1), params(1), record("STDIN", 1, "he"), record("STDIN", 1, "y"), stdin(1, "")),
                        "head 1",
                        "data 1 \"hey\"",
                        "end 1",
                        "closed"),
                vector(
                        "padding everywhere",
                        join(
                                record(1, 1, new byte[] {0, 1, 1, 0, 0, 0, 0, 0}, 255),
                                record(4, 1, pairs("A", "b"), 5),
                                record(4, 1, new byte[0], 8),
                                record(5, 1, bytes("hey"), 1),
                                record(5, 1, new byte[0], 7)),
                        "head 1 A=b",
                        "data 1 \"hey\"",
                        "end 1",
                        "closed"),
                vector(
                        "a pair that two records share",
                        join(begin(1), record("PARAMS", 1, "\1\3A12"), record("PARAMS", 1, "3"), params(1)),
                        "head 1 A=123",
                        "closed"),
                vector(
                        "lengths that two records share",
                        join(
                                begin(1),
                                record("PARAMS", 1, "\u0080\0"),
                                record("PARAMS", 1, "\0\1\1"),
                                record("PARAMS", 1, "AB"),
                                params(1)),
                        "head 1 A=B",
                        "closed"),
                vector(
                        "long lengths where short ones would do, and long ones",
                        join(
                                begin(1),
                                record("PARAMS", 1, "\u0080\0\0\1\u0080\0\0\1AB\u0080\0\0\u0082\0" + LONG),
                                params(1, "C", LONG)),
                        "head 1 A=B " + LONG + "= C=" + LONG,
                        "closed"),
                vector(
                        "names that come twice, in their order, with octets beyond ASCII",
                        join(begin(1), params(1, "B", "1", "A", "\u00e4", "B", "2")),
                        "head 1 B=1 A=\\xe4 B=2",
                        "closed"),
                vector(
                        "two requests that are mixed",
                        join(
                                begin(1),
                                begin(65535),
                                params(65535, "Z", "z"),
                                record("PARAMS", 1, "\1\1A"),
                                record("STDIN", 65535, "one"),
                                record("PARAMS", 1, "b"),
                                record("PARAMS", 1, ""),
                                record("STDIN", 1, "two"),
                                record("STDIN", 65535, "three"),
                                stdin(1, ""),
                                stdin(65535, "")),
                        "head 65535 Z=z",
                        "data 65535 \"one\"",
                        "head 1 A=b",
                        "data 1 \"two\"",
                        "data 65535 \"three\"",
                        "end 1",
                        "end 65535",
                        "closed"),
                vector(
                        "an abort before the head",
                        join(begin(1), record("ABORT_REQUEST", 1, "")),
                        "aborted 1",
                        "closed"),
                vector(
                        "an abort, and what comes behind it",
                        join(
                                begin(1),
                                params(1),
                                record("STDIN", 1, "a"),
                                record("ABORT_REQUEST", 1, ""),
                                record("STDIN", 1, "b"),
                                record("ABORT_REQUEST", 1, "c"),
                                record("PARAMS", 1, "d"),
                                record("STDOUT", 1, "e"),
                                stdin(1, "")),
                        "head 1",
                        "data 1 \"a\"",
                        "aborted 1",
                        "closed"),
                vector(
                        "an abort behind the input",
                        join(request(1), record("ABORT_REQUEST", 1, "")),
                        "head 1 A=b",
                        "end 1",
                        "aborted 1",
                        "closed"),
                vector(
                        "records of a request that never began",
                        join(
                                record("STDIN", 7, "a"),
                                record("ABORT_REQUEST", 7, "a"),
                                params(7, "A", "b"),
                                record("DATA", 7, "a"),
                                record("STDERR", 7, "a"),
                                record(200, 7, bytes("a"), 1),
                                request(1)),
                        "head 1 A=b",
                        "end 1",
                        "closed"),
                vector(
                        "an authorizer",
                        join(begin(3, 2, 1), params(3, "A", "b"), request(1)),
                        "reply END_REQUEST 3 status 0 UNKNOWN_ROLE",
                        "head 1 A=b",
                        "end 1",
                        "closed"),
                vector(
                        "a filter, and a role of two bytes",
                        join(begin(3, 3, 1), begin(4, 0x101, 1)),
                        "reply END_REQUEST 3 status 0 UNKNOWN_ROLE",
                        "reply END_REQUEST 4 status 0 UNKNOWN_ROLE",
                        "closed"),
                vector("flags that nobody has defined", join(begin(1, 1, 0xff), params(1)), "head 1", "closed"),
                vector(
                        "what an application is asked for",
                        record(9, 0, pairs("FCGI_MPXS_CONNS", "", "FCGI_MAX_REQS", "", "FCGI_MAX_CONNS", ""), 2),
                        "reply GET_VALUES_RESULT 0 FCGI_MPXS_CONNS=1 FCGI_MAX_REQS=30 FCGI_MAX_CONNS=10",
                        "closed"),
                vector(
                        "what an application is asked for twice, with a value, and what it does not know",
                        record(9, 0, pairs("FCGI_MAX_CONNS", "", "OTHER", "", "FCGI_MAX_CONNS", "4"), 2),
                        "reply GET_VALUES_RESULT 0 FCGI_MAX_CONNS=10",
                        "closed"),
                vector("no question at all", record("GET_VALUES", 0, ""), "reply GET_VALUES_RESULT 0", "closed"),
                vector(
                        "management records of later versions",
                        join(record(12, 0, bytes("a"), 1), record(255, 0, bytes(""), 0), record(0, 0, bytes("abc"), 0)),
                        "reply UNKNOWN_TYPE 0 12",
                        "reply UNKNOWN_TYPE 0 255",
                        "reply UNKNOWN_TYPE 0 0",
                        "closed"),
                vector(
                        "a question in the middle of a request",
                        join(begin(1), record(12, 0, bytes("a"), 1), params(1), record("GET_VALUES", 0, "")),
                        "reply UNKNOWN_TYPE 0 12",
                        "head 1",
                        "reply GET_VALUES_RESULT 0",
                        "closed"),
                vector(
                        "parameters that end inside a pair",
                        join(begin(1), record("PARAMS", 1, "\1\2AB"), record("PARAMS", 1, ""), stdin(1, "x")),
                        "refused 1 BAD_PARAMETERS 400",
                        "closed"),
                vector(
                        "parameters that end inside a length",
                        join(begin(1), record("PARAMS", 1, "\1\u0080\0\0"), record("PARAMS", 1, ""), request(2)),
                        "refused 1 BAD_PARAMETERS 400",
                        "head 2 A=b",
                        "end 2",
                        "closed"),
                vector(
                        "a length of two gigabytes",
                        join(
                                begin(1),
                                record("PARAMS", 1, "\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ffA"),
                                params(1)),
                        "refused 1 BAD_PARAMETERS 400",
                        "closed"),
                vector(
                        "a parameter without a name",
                        join(begin(1), params(1, "", "b")),
                        "refused 1 BAD_PARAMETERS 400",
                        "closed"),
                vector(
                        "more requests than are taken at a time",
                        join(begin(1), begin(2), begin(3), begin(4), params(4), params(3)),
                        "reply END_REQUEST 4 status 0 OVERLOADED",
                        "head 3",
                        "closed"),
                vector("HTTP", bytes("GET / HTTP/1.1\r\n\r\n"), "fault BAD_VERSION"),
                vector("version 0", new byte[] {0, 1, 0, 1, 0, 0, 0, 0}, "fault BAD_VERSION"),
                vector("version 2", new byte[] {2, 1, 0, 1, 0, 0, 0, 0}, "fault BAD_VERSION"),
                vector("a short beginning", record("BEGIN_REQUEST", 1, "1234567"), "fault BAD_LENGTH"),
                vector("a long beginning", record("BEGIN_REQUEST", 1, "123456789"), "fault BAD_LENGTH"),
                vector("an abort with content", join(begin(1), record("ABORT_REQUEST", 1, "a")), "fault BAD_LENGTH"),
                vector("a beginning without an id", begin(0), "fault BAD_REQUEST_ID"),
                vector("parameters without an id", record("PARAMS", 0, "a"), "fault BAD_REQUEST_ID"),
                vector("data without an id", record("DATA", 0, "a"), "fault BAD_REQUEST_ID"),
                vector("a question with an id", record("GET_VALUES", 1, ""), "fault BAD_REQUEST_ID"),
                vector("an answer with an id", record("UNKNOWN_TYPE", 1, "12345678"), "fault BAD_REQUEST_ID"),
                vector("an answer", record("GET_VALUES_RESULT", 0, ""), "fault WRONG_DIRECTION"),
                vector("an answer that is none", record("UNKNOWN_TYPE", 0, "12345678"), "fault WRONG_DIRECTION"),
                vector("a response", join(begin(1), record("STDOUT", 1, "a")), "fault WRONG_DIRECTION"),
                vector("an end", join(begin(1), record("END_REQUEST", 1, "12345678")), "fault WRONG_DIRECTION"),
                vector("a beginning twice", join(begin(1), begin(1)), "fault DUPLICATE_BEGIN"),
                vector(
                        "a beginning behind an abort",
                        join(begin(1), record("ABORT_REQUEST", 1, ""), begin(1)),
                        "aborted 1",
                        "fault DUPLICATE_BEGIN"),
                vector("input before the parameters", join(begin(1), stdin(1, "")), "fault OUT_OF_ORDER"),
                vector(
                        "parameters behind their end",
                        join(begin(1), params(1), record("PARAMS", 1, "")),
                        "head 1",
                        "fault OUT_OF_ORDER"),
                vector(
                        "input behind its end",
                        join(request(1), stdin(1, "")),
                        "head 1 A=b",
                        "end 1",
                        "fault OUT_OF_ORDER"),
                vector(
                        "data for a responder",
                        join(begin(1), params(1), record("DATA", 1, "")),
                        "head 1",
                        "fault OUT_OF_ORDER"),
                vector(
                        "a type that nobody knows, of a request",
                        join(begin(1), record(12, 1, bytes("a"), 0)),
                        "fault UNKNOWN_RECORD"),
                vector("a question that is cut", record("GET_VALUES", 0, "\5\0FC"), "fault BAD_VALUES"),
                vector("half a header", new byte[] {1, 1, 0, 1}, "fault TRUNCATED"),
                vector("a header without its content", new byte[] {1, 1, 0, 1, 0, 8, 0, 0}, "fault TRUNCATED"),
                vector(
                        "content without its padding",
                        new byte[] {1, 12, 0, 0, 0, 0, 2, 0, 0},
                        "reply UNKNOWN_TYPE 0 12",
                        "fault TRUNCATED"));
    }

    private static Vector vector(String name, byte[] input, String... expected) {
        return new Vector(name, new String(input, ISO_8859_1), List.of(expected));
    }
}
