/// The comparison of handlers: what each of them showed for the same requests, and the rules by which that may differ.
///
/// Start at [Comparison]; a [Recording] is one handler's part, and [Leniency] lists every rule. Nothing in here sends a
/// request: recordings may come from files that another machine wrote.
package wai.tck.compare;
