/// SCGI: a netstring of variables in front of a body, one request for each connection.
///
/// [ScgiHead] reads the netstring and knows no socket; [ScgiProtocol] drives it.
package wai.cgi.scgi;
