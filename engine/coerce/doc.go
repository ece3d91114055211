// Package coerce turns a cell and its declared column into a typed value or a
// reject code. It is the hot path: it allocates nothing per cell.
//
// Types are decided here, in Go, for both databases, because SQL casts differ
// and some turn rubbish into 0. It may import diag and spec. It carries the
// time zone database, so that a zone means the same on every machine.
//
// What a cell means is settled in this order:
//
//  1. With trim, ASCII spaces and tabs around it fall away, quoted or not.
//  2. A blank cell is NULL, whatever null_values says; but a quoted blank of a
//     text column is the empty string, save in a key, where it is a bad row.
//  3. A cell that equals one of null_values, letter for letter, is NULL; but a
//     quoted one of a text column is that text.
//  4. Anything else is read as the column's type, or is a bad row.
//
// The column's own null_values replace the source's.
package coerce
