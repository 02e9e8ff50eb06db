/// Static files: from a folder, from the class path, or embedded, with caching, listings and pre-compressed siblings.
///
/// [StaticFiles] is the entry: an application, and its settings. A [FileTree] is where files come from and the place
/// for stores of your own; [CachePolicy] says how long clients may keep what; [SymbolicLinks] and [DotFiles] what is
/// never shown. Whatever leads outside of the root is answered like what does not exist.
///
/// Inside: `FolderTree`, `ResourceTree` and `EmbeddedTree` find files; `MediaTypeTable` names types; `Siblings`
/// chooses an encoding; `ListingPage` writes HTML. Ranges and conditions of files are the handler's;
/// `wai.guarded` opens them.
package wai.staticfiles;
