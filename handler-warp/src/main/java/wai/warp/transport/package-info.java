/// Bytes in, bytes out, file out, wait; nothing here knows HTTP.
package wai.warp.transport;
