/// One middleware per class; none knows a handler.
package wai.middleware;
