/// Benchmarks of single parts; each class says what it measures and against what.
package wai.benchmarks;
