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
//   - A row with malformed quotes is bad as far as its first physical line;
//     reading resumes on the next line. So a stray quote costs one row and
//     never hides the rows behind it, at the price that the inner lines of a
//     damaged multi-line field are told as bad rows of their own.
//   - A field is at most 16 MiB and a row at most 64 MiB.
package source
