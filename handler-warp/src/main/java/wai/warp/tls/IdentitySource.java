package wai.warp.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Where an identity comes from, and comes from again when it is renewed.
///
/// Those of files are made by [Identity#pemFiles] and [Identity#pkcs12File]; an [Identity] is one itself. Others may be
/// written, for a vault or a service.
@FunctionalInterface
public interface IdentitySource {
    /// Gets the identity: once when the server starts, and again at each reload. May block.
    ///
    /// @return the identity
    /// @throws IOException when it cannot be had; a reload changes nothing then
    Identity load() throws IOException;

    /// The files that it comes from: a change of one of them is a reason to load again.
    ///
    /// @return their paths; none unless overridden
    default List<Path> files() {
        return List.of();
    }
}
