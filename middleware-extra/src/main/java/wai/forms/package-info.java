/// HTML forms: reads what `<form>` and `FormData` send, URL-encoded or as `multipart/form-data`, within limits.
///
/// [Forms] is the entry: settings, and the ways to read. [Form] is a form that was read as a whole, with its
/// [FormFile]s, which a [FileStore] keeps in memory, in temporary files, or wherever you like; [FormPart] is one entry
/// while it streams by. Whatever a client does wrong is a [FormException], which carries the status to answer with.
///
/// Inside: `MultipartEngine` splits a body into parts and does no I/O; `MultipartReader` feeds it from a stream and
/// counts; `PartHead`, `MediaType`, `FieldParameters` and `ExtendedValue` read the fields of a part. JSON, and
/// rendering or validating forms, do not belong here.
package wai.forms;
