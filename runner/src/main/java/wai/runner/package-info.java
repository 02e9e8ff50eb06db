/// The command line: compiles a file, finds its application and runs it.
package wai.runner;
