/// Servlet containers inside a program, with the settings that let an application see most of HTTP.
///
/// [wai.servlet.embedded.JettyServer], [wai.servlet.embedded.TomcatServer] and [wai.servlet.embedded.UndertowServer]
/// each need the classes of their container; whoever wants other settings starts the container without them. Servlets
/// run with the context class loader of the thread that starts the server.
package wai.servlet.embedded;
