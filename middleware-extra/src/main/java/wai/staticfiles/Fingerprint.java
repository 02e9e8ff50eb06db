package wai.staticfiles;

import java.util.regex.Pattern;

/// What fingerprints in the names of files look like.
final class Fingerprint {
    /// Bounded and without alternatives, so it takes linear time.
    static final Pattern HEXADECIMAL = Pattern.compile("[.-][0-9a-f]{8,64}\\.");

    private Fingerprint() {}
}
