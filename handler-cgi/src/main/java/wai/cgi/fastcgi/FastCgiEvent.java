package wai.cgi.fastcgi;

import java.nio.ByteBuffer;
import java.util.List;
import wai.Status;

/// What [FastCgiEngine] found in its input.
public sealed interface FastCgiEvent {
    /// The events that carry nothing.
    enum Signal implements FastCgiEvent {
        /// The input is used up, or holds only the beginning of a record header: add bytes behind it and ask again.
        NEED_INPUT,
        /// The web server will send nothing more.
        PEER_CLOSED
    }

    /// A request whose parameters are complete; its input follows.
    ///
    /// @param id its number on this connection
    /// @param parameters in the order of their arrival, names that came twice too
    record Head(int id, List<Parameter> parameters) implements FastCgiEvent {
        /// Keeps the list as it is.
        public Head {
            parameters = List.copyOf(parameters);
        }
    }

    /// A parameter of a request: a CGI variable.
    ///
    /// @param name not empty; octets as Latin-1 characters
    /// @param value octets as Latin-1 characters, because nothing says in which charset they are
    record Parameter(String name, String value) {}

    /// Bytes of the input of a request.
    ///
    /// @param id of a request whose head was seen
    /// @param bytes a view of the input, at least one byte; valid until the input is changed
    record Data(int id, ByteBuffer bytes) implements FastCgiEvent {}

    /// The input of a request is complete.
    ///
    /// @param id of a request whose head was seen
    record EndOfInput(int id) implements FastCgiEvent {}

    /// The web server does not want the response any more, most often because its client left: end it soon by
    /// [FastCgiEngine#sendCut] (FastCGI 1.0 §5.4).
    ///
    /// @param id of a request that is active; its head was not seen when that was not complete
    record Aborted(int id) implements FastCgiEvent {}

    /// A request that no application shall see: answer it with the status, then [FastCgiEngine#sendEnd]. Whatever else
    /// comes of it is ignored.
    ///
    /// @param id of a request whose head was not seen
    /// @param reason why
    /// @param message what was seen and what is allowed
    record Refused(int id, Reason reason, String message) implements FastCgiEvent {}

    /// Why a request is refused.
    enum Reason {
        /// The parameters are not name-value pairs (FastCGI 1.0 §3.4).
        BAD_PARAMETERS(400),
        /// The parameters have more bytes than allowed.
        PARAMETERS_TOO_LARGE(431),
        /// The parameters are more than allowed.
        TOO_MANY_PARAMETERS(431);

        private final int code;

        Reason(int code) {
            this.code = code;
        }

        /// The status to answer with.
        ///
        /// @return a status of 4xx
        public Status status() {
            return Status.of(code);
        }
    }

    /// A whole record to send as it is: the answer to a management record, or the end of a request that was not taken
    /// on.
    ///
    /// @param record its bytes
    record Reply(ByteBuffer record) implements FastCgiEvent {}
}
