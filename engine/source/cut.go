package source

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// Each byte of these is one byte of a word.
const (
	eachLow  = 0x7f7f7f7f7f7f7f7f
	eachHigh = 0x8080808080808080
	eachOne  = 0x0101010101010101
)

// equal marks, by their high bits, the bytes of w that are c; each holds c
// eight times.
func equal(w, each uint64) uint64 {
	x := w ^ each
	return ^((x&eachLow + eachLow) | x | eachLow)
}

// cut splits the row at the start of data, eight bytes at a time, which takes
// half the time of one search for each field. It gives the row's length with
// its line feed and the line feeds in it; 0 when the row is not whole, not
// sound, or ends too near the end of the data: then scan must look.
//
// It and scan must agree on every row; the fuzz test holds them to it.
func (r *Reader) cut(data []byte) (size int, lines int64) {
	fields := r.record.Fields[:0]
	r.scratch = r.scratch[:0]
	start := 0 // of the field being read, with its quote
	for i := 0; i+8 <= len(data); i += 8 {
		w := binary.LittleEndian.Uint64(data[i:])
		for m := equal(w, r.eachDelimiter) | equal(w, eachOne*'\n') | equal(w, r.eachQuote); m != 0; m &= m - 1 {
			at := i + bits.TrailingZeros64(m)>>3
			switch {
			case at < start: // inside a quoted field
			case data[at] == byte(r.eachDelimiter):
				fields = append(fields, Field{Bytes: data[start:at:at]})
				start = at + 1
			case data[at] == '\n':
				text := trimCR(data[start:at])
				r.record.Fields = append(fields, Field{Bytes: text[:len(text):len(text)]})
				return at + 1, lines + 1
			case at > start:
				return 0, 0
			default:
				text, next, inner := r.cutQuoted(data, at)
				if next == 0 {
					return 0, 0
				}
				fields = append(fields, Field{Bytes: text, Quoted: true})
				start, lines = next, lines+inner
				if data[next-1] == '\n' {
					r.record.Fields = fields
					return next, lines + 1
				}
			}
		}
		// A word that lies wholly inside a quoted field is not looked at.
		if start >= i+16 {
			i = start&^7 - 8
		}
	}
	r.record.Fields = fields
	return 0, 0
}

// cutQuoted gives the text of the field whose quote opens at data[at], where
// the next field or row starts (0: scan must look) and the line feeds inside.
func (r *Reader) cutQuoted(data []byte, at int) (text []byte, next int, lines int64) {
	quote, pairs := byte(r.eachQuote), false
	for end := at + 1; ; end += 2 {
		k := bytes.IndexByte(data[end:], quote)
		if k < 0 || len(data)-end-k < 3 {
			return nil, 0, 0
		}
		end += k
		switch c := data[end+1]; {
		case c == quote:
			pairs = true
			continue
		case c == byte(r.eachDelimiter), c == '\n':
			next = end + 2
		case c == '\r' && data[end+2] == '\n':
			next = end + 3
		default:
			return nil, 0, 0
		}
		text = data[at+1 : end : end]
		return r.inner(text, pairs), next, int64(bytes.Count(text, newline))
	}
}

// inner is the text of a quoted field with its pairs of quotes made one.
func (r *Reader) inner(text []byte, pairs bool) []byte {
	if pairs {
		return r.undouble(text)
	}
	return text
}

// isPlain tells whether text is ASCII without NUL.
func isPlain(text []byte) bool {
	i := 0
	for ; i+32 <= len(text); i += 32 {
		a, b := binary.LittleEndian.Uint64(text[i:]), binary.LittleEndian.Uint64(text[i+8:])
		c, d := binary.LittleEndian.Uint64(text[i+16:]), binary.LittleEndian.Uint64(text[i+24:])
		// No byte of a word is above 0x7f, and adding 0x7f sets the high bit
		// of every byte but 0.
		if (a|b|c|d)&eachHigh != 0 || (a+eachLow)&(b+eachLow)&(c+eachLow)&(d+eachLow)&eachHigh != eachHigh {
			return false
		}
	}
	for ; i < len(text); i++ {
		if text[i] == 0 || text[i] >= 0x80 {
			return false
		}
	}
	return true
}
