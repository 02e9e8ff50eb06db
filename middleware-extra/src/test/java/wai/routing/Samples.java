package wai.routing;

import wai.Application;
import wai.Middleware;
import wai.Response;
import wai.Status;

/// The snippets of the classes of the package; the tests of the classes run them.
final class Samples {
    private Samples() {}

    static Application urlMap(Application shop, Application api, Application admin) {
        // @start region="url-map"
        return UrlMap.of("/", shop).mount("/api", api).mount("/api/admin", admin);
        // @end
    }

    static Application virtualHost(Application shop, Application blog, Application customers) {
        // @start region="virtual-host"
        return VirtualHost.of("shop.example", shop)
                .and("blog.shop.example", blog)
                .and("*.shop.example", customers);
        // @end
    }

    static Application matches(Application site, Middleware signIn) {
        // @start region="matches"
        return signIn.when(Matches.pathUnder("/admin")
                        .and(Matches.method("GET", "HEAD").negate()))
                .wrap(site);
        // @end
    }

    static Application select(Application site, Middleware keys, Middleware sessions) {
        // @start region="select"
        return Select.when(Matches.pathUnder("/api"), keys)
                .orWhen(Matches.host("*.shop.example"), sessions)
                .wrap(site);
        // @end
    }

    static Application rewrite(Application site) {
        // @start region="rewrite"
        return Rewrite.root("/index.html").then(Rewrite.prefix("/v1", "/api")).wrap(site);
        // @end
    }

    static Application redirect() {
        // @start region="redirect"
        return (request, respond) -> {
            var wanted = request.query().first("return_to").orElse("/");
            return respond.with(Redirect.seeOther(Redirect.localOr(wanted, "/")));
        };
        // @end
    }

    static Application forceDomain(Application site) {
        // @start region="force-domain"
        return ForceDomain.to("www.shop.example").wrap(site);
        // @end
    }

    static Application forceSsl(Application site) {
        // @start region="force-ssl"
        return ForceSsl.redirecting().wrap(site);
        // @end
    }

    static Application cleanPath(Application site) {
        // @start region="clean-path"
        return CleanPath.redirecting(CleanPath.EndSlash.REMOVED).wrap(site);
        // @end
    }

    static Application approot() {
        // @start region="approot"
        Application mails = (request, respond) ->
                respond.with(Response.text(Status.OK, "Confirm at " + Approot.of(request) + "/confirm/17\n"));
        return Approot.fixed("https://shop.example").wrap(mails);
        // @end
    }

    static Application routeName(Application orders) {
        // @start region="route-name"
        return UrlMap.of("/orders", RouteName.of("/orders/{id}").wrap(orders));
        // @end
    }
}
