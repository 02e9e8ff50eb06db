/// Which application answers, and under which address: no router, but what routers stand on.
///
/// [UrlMap] and [VirtualHost] choose an application by path and by host, [Select] a middleware by any [Matches].
/// [Rewrite] changes what the application sees; [CleanPath], [ForceDomain] and [ForceSsl] send the client elsewhere,
/// by the responses of [Redirect]. [Approot] says where the application is, for links.
package wai.routing;
