/// JSON Web Tokens as bearer tokens (RFC 7519, RFC 6750, RFC 8725).
///
/// [JwtAuth] is the middleware, [JwtKeys] what tokens are verified with, [JwtClaims] what the application finds. The
/// cryptography is that of Nimbus JOSE + JWT, which does not show. Making tokens, logins and OAuth flows do not belong
/// here.
package wai.jwt;
