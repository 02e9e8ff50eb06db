package wai.spi;

import java.nio.file.Path;
import java.util.Optional;
import wai.Request;
import wai.Response;

/// PLACEHOLDER: the lead's stub until file negotiation arrives.
public final class FileNegotiation {
    private FileNegotiation() {}

    /// Stub.
    ///
    /// @param request r
    /// @param response r
    /// @param path p
    /// @param facts f
    /// @return r
    public static Response answer(Request request, Response response, Path path, Optional<FileFacts> facts) {
        return response;
    }
}
