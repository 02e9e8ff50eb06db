/// Accepting, the drivers of the engines, deadlines and shutdown; may use every other package here.
package wai.warp.server;
