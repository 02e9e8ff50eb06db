/// The frame of the servers for FastCGI and SCGI: listening, a virtual thread for each connection, deadlines, limits
/// and the stop; entry: [Server].
///
/// Knows no protocol: a [Protocol] is handed each connection as a [Link], which moves bytes and waits.
package wai.cgi.server;
