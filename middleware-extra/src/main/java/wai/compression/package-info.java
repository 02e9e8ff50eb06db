/// Content codings: responses that are compressed, requests that are decompressed.
///
/// [Compression] negotiates and encodes, [Decompression] decodes within a limit. A [ContentCoding] is a plug-in: gzip
/// and deflate are here, by `java.util.zip`; others come from libraries.
package wai.compression;
