package wai.staticfiles;

import java.util.List;
import wai.Headers;

/// A file that was looked up, and what is said of it.
///
/// @param entry no folder
/// @param fields the fields of its response that do not depend on the request
/// @param siblings its pre-compressed copies
/// @param at when the lookup began, in nanoseconds
record FoundFile(FileTree.Entry entry, Headers fields, List<Siblings.Found> siblings, long at) {}
