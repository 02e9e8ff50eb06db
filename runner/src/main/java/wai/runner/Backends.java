package wai.runner;

import java.util.Map;

/// The backends by their names for `--on`.
final class Backends {
    static final String DEFAULT = "warp";

    private Backends() {}

    static Map<String, Backend> all() {
        return Map.of(DEFAULT, WarpServing::start);
    }
}
