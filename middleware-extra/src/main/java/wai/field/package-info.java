/// Reads and writes what stands in header fields, for several families of the shelf; not exported.
///
/// `Authority` is a host with its port, `Fields` edits the fields of a response whatever its body, `Accepted` weighs
/// lists with quality values, `QuotedText` is the quoted string. Parsers walk once over their text and use no regular
/// expression, so that no input is slow.
package wai.field;
