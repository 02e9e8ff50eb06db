/// One request in a container and its right to one response: what servlets and Jetty's own handlers have in common.
///
/// [wai.servlet.exchange.ContainerExchange] decides when a response begins, ends, is answered in the application's
/// place or is cut; how that is said to a container is in the packages that extend it. Hidden.
package wai.servlet.exchange;
