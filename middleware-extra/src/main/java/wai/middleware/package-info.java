/// The shelf: one middleware per class; none knows a handler.
///
/// [RequestSizeLimit] and [BufferBody] bound and keep request bodies; [TargetUri] is no middleware, but what several
/// need.
/// [Offload], with its thread and its call, runs what computes elsewhere.
/// What needs more than a class (lint, forms, sessions, static files) has a package of its own.
package wai.middleware;
