/// What a browser is remembered by: cookies, and sessions on top of them.
///
/// [Cookies] reads what a client sends, [Cookie] writes one. [Sessions] keeps a [Session] for each browser, in an
/// encrypted cookie or in a [SessionStore]; [Flash] hands a message on to the next page.
package wai.session;
