package wai.warp.arrival;

import wai.warp.settings.ProxyHeader;

/// What a [ProxyEngine] found.
sealed interface ProxyEvent {
    /// A whole header; its bytes are consumed.
    ///
    /// @param header what it said
    record Header(ProxyHeader header) implements ProxyEvent {}

    /// What has nothing to carry.
    enum Signal implements ProxyEvent {
        /// There may be a header, but not all of it is there yet. Nothing is consumed.
        NEED_INPUT,
        /// There is no header. Nothing is consumed.
        ABSENT
    }
}
