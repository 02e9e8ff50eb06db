/// Runs applications behind web servers: [Cgi] once for each process, [Scgi] as a server.
///
/// How requests are read and responses written is in hidden packages.
package wai.cgi;
