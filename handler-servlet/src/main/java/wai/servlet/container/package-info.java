/// What containers do their own way, below servlets: how they give away a connection, what Jetty's core knows.
///
/// [wai.servlet.container.UpgradedServlet] is the way of the servlet specification, [wai.servlet.container.JettyTunnel]
/// that of Jetty. Hidden, but open: containers make the upgrade handler by reflection.
package wai.servlet.container;
