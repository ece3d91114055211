package spec

import "github.com/streamflow/pipe/engine/diag"

// Text is a scalar and where each of its characters stands in the file, so
// that a fault inside an expression is told at its own column.
type Text struct {
	V   string
	Pos diag.Pos // of the first character of the value: behind an opening quote
	Set bool
	// places maps character offsets of V to the file. It is nil when the value
	// does not stand verbatim in the file (folded, escaped); then every
	// character is at Pos.
	places []place
}

// place says that characters from offset on stand on line from col on.
type place struct {
	offset, line, col int
}

// At gives the place of the character with the given 0-based offset, counted
// in characters of V.
func (t Text) At(offset int) diag.Pos {
	p := t.Pos
	for _, q := range t.places {
		if q.offset > offset {
			break
		}
		p.Line, p.Col = q.line, q.col+offset-q.offset
	}
	return p
}

// IsVerbatim tells whether At is exact.
func (t Text) IsVerbatim() bool { return t.places != nil }
