/// What CGI, FastCGI and SCGI share: meta-variables become a request (RFC 3875 §4), a response becomes a head with
/// `Status` and a body (RFC 3875 §6); entry: [Gateway].
///
/// Knows no socket and no protocol: a protocol brings [Variables], a body to read and an [Output].
package wai.cgi.gateway;
