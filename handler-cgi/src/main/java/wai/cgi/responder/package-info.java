/// The FastCGI responder: drives the engine of `wai.cgi.fastcgi` on the connections of `wai.cgi.server`, and runs the
/// requests it finds through `wai.cgi.gateway`, each on a virtual thread of its own.
///
/// [FastCgiProtocol] is the entry; a [ResponderConnection] reads, a [ResponderRequest] answers through the connection's
/// [ResponderOutput], a [RequestInput] lies between the two and holds no more than its limit. [ResponderRequests] is
/// what the threads of a connection share.
package wai.cgi.responder;
