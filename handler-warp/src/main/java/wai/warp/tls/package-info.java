/// What can be set on TLS: certificates and keys, who may come in, and how it is spoken.
///
/// Entry: [Tls], for `Listener.withTls`. Keys and certificates are [Identity], where they come from [IdentitySource].
/// Nothing here moves bytes; that is Warp's own business.
package wai.warp.tls;
