/// A user's module: it names every public module, and nothing that those need for themselves.
module my.app {
    requires wai.cgi;
    requires wai.jwt;
    requires wai.metrics;
    requires wai.middleware;
    requires wai.redis;
    requires wai.spec;
    requires wai.tck;
    requires wai.test;
    requires wai.tracing;
    requires wai.warp;
}
