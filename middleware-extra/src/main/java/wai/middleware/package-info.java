/// The shelf: one middleware per class; none knows a handler.
///
/// [Lint] checks applications and the other middleware while they run. The package-private classes named after it are
/// its parts, to be read in this order: `LintLayer`, `LintCall`, `LintTrail`, and then what they check with.
/// [RequestSizeLimit] and [BufferBody] bound and keep request bodies; [TargetUri] is no middleware, but what several
/// need.
/// [Offload], with its thread and its call, runs what computes elsewhere.
/// What needs more than a class (forms, sessions, static files) has a package of its own.
package wai.middleware;
