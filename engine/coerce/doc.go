// Package coerce turns a cell and its declared column into a typed value or a
// reject code. It is the hot path: it allocates nothing per cell.
//
// Types are decided here, in Go, for both databases, because SQL casts differ
// and some turn rubbish into 0. It may import diag and spec.
package coerce
