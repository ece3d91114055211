package coerce

import (
	"strconv"
)

// escapes gives the letter behind the backslash for the bytes that PostgreSQL's
// COPY text format cannot hold as they are.
var escapes = [256]byte{'\\': '\\', '\t': 't', '\n': 'n', '\r': 'r'}

// AppendCopy appends the value in the text format of PostgreSQL's COPY,
// escaped and without a delimiter.
func (v Value) AppendCopy(dst []byte) []byte {
	switch v.Kind {
	case Null:
		return append(dst, `\N`...)
	case Bool:
		if v.Bool {
			return append(dst, 't')
		}
		return append(dst, 'f')
	case Int:
		return strconv.AppendInt(dst, v.Int, 10)
	case Text:
		text := v.Text
		start := 0
		for i, b := range text {
			if e := escapes[b]; e != 0 {
				dst = append(append(dst, text[start:i]...), '\\', e)
				start = i + 1
			}
		}
		return append(dst, text[start:]...)
	}
	// The other kinds hold digits, letters and signs only.
	return append(dst, v.Text...)
}

// Driver gives the value as drivers of SQLite take it: nil, int64 (booleans
// are 0 and 1), float64 or string. It copies texts.
func (v Value) Driver() any {
	switch v.Kind {
	case Null:
		return nil
	case Bool:
		if v.Bool {
			return int64(1)
		}
		return int64(0)
	case Int:
		return v.Int
	case Float:
		return v.Float
	}
	return string(v.Text)
}
