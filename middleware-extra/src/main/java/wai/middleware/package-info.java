/// The everyday shelf: one middleware per class, named for its effect; none knows a handler.
///
/// The page `docs/middleware.md` lists all of them, this family and the others, with their names elsewhere and their
/// place in a stack. [TargetUri] is no middleware, but what several need; [Offload] has two classes of its own.
/// What belongs to a subject (lint, routing, forms …) has a package of that name beside this one.
package wai.middleware;
