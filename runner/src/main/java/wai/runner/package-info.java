/// The command line: loads a program, finds its application and runs it on a backend.
///
/// [wai.runner.Waiup] is the program. Its way: `Options` from the arguments; `ProgramLoader` (with `MemoryCompiler` and
/// `ApplicationFinder`) from the program's name to an `Application`; `Mount` and `AccessLog` around it; a `Backend`
/// to run it; `Drain` to stop it. What goes wrong on the way is a `Failure`: one sentence and an exit code.
package wai.runner;
