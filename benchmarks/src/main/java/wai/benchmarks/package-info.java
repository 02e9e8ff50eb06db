/// What is measured: [BenchApp] is the program that is run beside other servers by `benchmarks/compare`; the other
/// classes are JMH benchmarks of single parts, and say what they measure and against what.
package wai.benchmarks;
