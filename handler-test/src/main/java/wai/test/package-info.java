/// The handler in memory: a client that calls an application without a port.
package wai.test;
