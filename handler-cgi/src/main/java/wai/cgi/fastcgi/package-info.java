/// The FastCGI 1.0 protocol of an application as an engine: bytes in, events out; responses in, bytes out.
///
/// Begin with [wai.cgi.fastcgi.FastCgiEngine]; its machine of records is [wai.cgi.fastcgi.RecordReader], the life of
/// one request [wai.cgi.fastcgi.ActiveRequest]. No sockets, threads, locks or clocks live here, no CGI variable has a
/// meaning, and there are no settings but [wai.cgi.fastcgi.FastCgiLimits].
package wai.cgi.fastcgi;
