/// The servlet that runs an application in any servlet container.
///
/// Begin with [wai.servlet.WaiServlet]. One class per container holds what that container does its own way; everything
/// else keeps to Servlet 6.0. What is not about servlets lives in hidden packages: `exchange` (one request and its
/// response), `tunnel` (raw connections).
package wai.servlet;
