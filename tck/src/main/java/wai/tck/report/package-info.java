/// What a run of the kit showed, as data, and the ways to keep and show it: JSON, XML for build servers, a page.
///
/// Start at [HandlerReport], one handler's results; [MatrixPage] puts several side by side. Knows the rules, but
/// neither cases nor clients: results may come from files that another machine wrote.
package wai.tck.report;
