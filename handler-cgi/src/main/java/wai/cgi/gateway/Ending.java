package wai.cgi.gateway;

/// How a call ended, for the protocol that must tell it to the web server.
public enum Ending {
    /// The whole response was handed over, be it the application's or an error.
    WHOLE,
    /// The response was begun and cannot be completed: the protocol must end it so that nobody takes it for a whole
    /// one, as far as it has the words.
    CUT
}
