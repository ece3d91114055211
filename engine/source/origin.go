package source

import (
	"io"
	"unicode/utf8"
)

// origin keeps what a decoder was given, so that a row is told as the file has
// it and not as it reads in UTF-8: bytes that are not in the encoding show in
// no text.
type origin struct {
	in    io.Reader
	width func(text []byte) int // the bytes of the file that a decoded text stood for
	mark  int                   // what is still to come of a byte order mark that the decoder keeps to itself
	kept  []byte                // kept[from:] was read and is not yet passed
	from  int
	base  int64 // where kept[from:] begins in the file
}

// Read passes on what the file gives, and keeps it.
func (o *origin) Read(p []byte) (int, error) {
	n, err := o.in.Read(p)
	if o.from > len(o.kept)/2 {
		o.kept = o.kept[:copy(o.kept, o.kept[o.from:])]
		o.from = 0
	}
	o.kept = append(o.kept, p[:n]...)
	o.move(min(o.mark, n))
	o.mark -= min(o.mark, n)
	return n, err
}

// pass moves on behind a decoded text.
func (o *origin) pass(text []byte) { o.move(o.width(text)) }

func (o *origin) move(n int) {
	n = min(n, len(o.kept)-o.from)
	o.from += n
	o.base += int64(n)
}

// next gives where the text that comes next stands in the file, and its bytes
// there.
func (o *origin) next(text []byte) (offset int64, raw []byte) {
	rest := o.kept[o.from:]
	return o.base, rest[:min(o.width(text), len(rest))]
}

// byteEach is the width of texts in encodings of one byte a character. What a
// byte does not mean there is decoded as one character too.
func byteEach(text []byte) int { return utf8.RuneCount(text) }

// pairEach is the width of texts in UTF-16. A half of a pair without the other
// is decoded as one character of two bytes.
func pairEach(text []byte) int {
	n := 0
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		text = text[size:]
		n += 2
		if r > 0xffff {
			n += 2
		}
	}
	return n
}

// Original gives the row that Next gave last as the file has it: where its
// first byte stands, from 0, and its bytes without the last line end. The
// bytes are valid until the next Next.
func (r *Reader) Original() (offset int64, raw []byte) {
	return r.original(r.row, r.record.Raw)
}

// original is Original of the text at buf[at:].
func (r *Reader) original(at int, text []byte) (offset int64, raw []byte) {
	if r.origin == nil {
		return r.base + int64(at), text
	}
	// Each look begins where the one before ended, so that a file of bad rows is
	// walked once.
	r.origin.pass(r.buf[r.passed:at])
	r.passed = at
	return r.origin.next(text)
}

// leave gives up the file's own bytes of buf[:at], which is about to go.
func (r *Reader) leave(at int) {
	if r.origin != nil {
		r.origin.pass(r.buf[r.passed:at])
		r.passed = 0
	}
}
