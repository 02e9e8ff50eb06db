/// Applications as handlers of Jetty's core, without servlets: less is lost, and a request costs less.
///
/// Begin with [wai.servlet.jetty.WaiHandler].
package wai.servlet.jetty;
