package wai.tck.http2;

/// A line of a field section, as it stands in one: also a pseudo-header field.
///
/// @param name the name, one character per octet
/// @param value the value, one character per octet
public record Field(String name, String value) {}
