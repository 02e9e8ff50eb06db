/// Who may do what: authentication, other sites, and what browsers are told to refuse.
///
/// [BasicAuth] and [BearerAuth] ask who it is, [Csrf] and [Cors] which site sent the browser, [LocalOnly] from where.
/// [SecurityHeaders] tells browsers what to refuse by themselves. Secrets are compared in constant time, by [Secrets].
package wai.security;
