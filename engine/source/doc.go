// Package source reads a data file as a header and rows that know their
// physical line, in one pass and in flat memory. It knows files, not tables:
// what a cell means is coerce's. It imports nothing of the engine.
//
// The dialect of CSV is RFC 4180 with any single character as delimiter and as
// quote, LF, CRLF or both as line ends, and a byte order mark or none. Nothing
// malformed is repaired: it is a RowError, and reading goes on behind it.
//
//   - A quoted field may hold delimiters, line ends (kept as they are) and
//     quotes (doubled). A quote inside an unquoted field is bad_quote.
//   - A carriage return that no line feed follows is data.
//   - Lines of zero bytes are skipped when the file has more than one column;
//     in a file of one column they are rows with one blank field.
//   - A row with malformed quotes is bad, and so is each line as far as the
//     damage reaches: it may be part of a text in quotes, and must not land as a
//     row of its own. Reading resumes behind it. A quote that is never closed in
//     a file that ends in a line end is taken for a stray one, which costs its
//     own line and does not hide the rows behind it.
//   - A row whose fields are the names of the header, in any case, is
//     repeated_header, and one that begins with a byte order mark is inner_mark:
//     both are where files were put together. Where such a header has another
//     order, each row behind it is reordered_row, as far as the next header.
//   - Bytes that are no character of the file's encoding make their row bad; all
//     encodings are read as UTF-8, in which such bytes stand as bytes that are
//     none, so that the file's own bytes can be had again. A file that is UTF-8
//     under the name of another encoding ends in an EncodingError.
//   - A file that is written to while it is read ends in ErrChanged.
//   - A field is at most 16 MiB and a row at most 64 MiB.
package source
