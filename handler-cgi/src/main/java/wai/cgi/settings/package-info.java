/// What can be set on CGI, FastCGI and SCGI, in immutable groups; entries: [CgiSettings] for what concerns a request,
/// [ServerSettings] for what a server needs beside it.
///
/// Every `withX` checks its value and answers a changed copy. Nothing here does anything.
package wai.cgi.settings;
