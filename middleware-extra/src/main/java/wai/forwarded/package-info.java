/// Requests that came through proxies: who is believed, and what is made of it. One policy for all.
///
/// [TrustedProxies] says whose word counts, [Forwarded] is what such a proxy says (RFC 7239), and [RealIp] puts it into
/// the request, so that every other class asks the request and no header field.
package wai.forwarded;
