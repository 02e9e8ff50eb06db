/// Files of a folder that nobody can make lead out of it, not even by a link that is put there between a look and the
/// opening.
///
/// [GuardedFolder] is the entry: its paths are for `java.nio.file.Files`, like any other, so that whoever gets one
/// needs not know. Behind them a file system that opens each segment on its own. Not exported.
package wai.guarded;
