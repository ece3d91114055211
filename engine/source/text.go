package source

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// witness is what the rows so far tell of the encoding that the file is in.
type witness struct {
	isUTF8 bool // declared UTF-8, and characters of several bytes were read
	isNot  bool // declared another, and text was read that is no UTF-8
	// The first row of another encoding whose text could be UTF-8 that
	// somebody wrote, and its line.
	line int64
	text []byte
}

// look takes the text of a sound row as a witness.
func (r *Reader) look(row *Record) {
	w := &r.seen
	table, ok := r.charset.(*byteTable)
	switch {
	case r.charset == nil && !w.isUTF8:
		w.isUTF8 = hasHigh(row.Raw)
	case ok && !w.isNot && hasHigh(row.Raw):
		original := table.original(r.scratch[len(r.scratch):], row.Raw)
		if w.isNot = !utf8.Valid(original); !w.isNot && w.line == 0 && isWestern(original) {
			w.line, w.text = row.Line, bytes.Clone(original)
		}
	}
}

func hasHigh(text []byte) bool {
	return bytes.IndexFunc(text, func(c rune) bool { return c >= utf8.RuneSelf }) >= 0
}

// isWestern tells whether UTF-8 holds letters and marks of Europe west of the
// Oder. The first of their bytes are capitals with accents in windows-1252, and
// the others are signs there that hardly ever follow one.
func isWestern(text []byte) bool {
	return bytes.IndexFunc(text, func(c rune) bool { return c >= 0xa0 && c <= 0x17f || c >= 0x2010 && c <= 0x203a }) >= 0
}

// misread is the error of a file that was read to its end in an encoding of one
// byte a character, and is UTF-8: every accent in it was read as two letters.
// It is nil for any other.
func (r *Reader) misread() error {
	w := &r.seen
	if _, ok := r.charset.(*byteTable); !ok || w.isNot || w.line == 0 {
		return nil
	}
	piece := excerpt(w.text)
	return &EncodingError{Path: r.path, Line: w.line, Message: fmt.Sprintf(
		"%s is declared, and all of the file is UTF-8: %q would be read as %q; say encoding: utf-8", r.encoding, piece, inWindows1252(piece))}
}

// around is how many bytes an excerpt has on each side.
const around = 12

// excerpt is a piece of text around its first character that is not ASCII.
func excerpt(text []byte) []byte {
	at := bytes.IndexFunc(text, func(c rune) bool { return c >= utf8.RuneSelf })
	from, to := max(0, at-around), min(len(text), at+around)
	for from < at && !utf8.RuneStart(text[from]) {
		from++
	}
	for to < len(text) && !utf8.RuneStart(text[to]) {
		to++
	}
	return text[from:to]
}

func inWindows1252(text []byte) string {
	var b strings.Builder
	for _, c := range text {
		b.WriteString(windows1252.text[c])
	}
	return b.String()
}

// badText tells the first byte of a row that is NUL or no character of the
// file's encoding.
func (r *Reader) badText() error {
	row := &r.record
	at := firstBad(row.Raw)
	e := r.told(&RowError{Code: InvalidEncoding})
	var field []byte
	for i, f := range row.Fields {
		if firstBad(f.Bytes) >= 0 {
			e.Column, field = i+1, f.Bytes
			break
		}
	}
	before := row.Raw[:at]
	start := bytes.LastIndexByte(before, '\n') + 1
	place := fmt.Sprintf("at line %d, character %d of the line", row.Line+int64(bytes.Count(before, newline)), utf8.RuneCount(before[start:])+1)
	switch {
	case row.Raw[at] == 0:
		e.Code = NULByte
		e.Message = fmt.Sprintf("a NUL byte %s, which no text may hold; if the whole file has them, it is in another encoding, such as utf-16", place)
	case r.charset == nil:
		e.Code = InvalidUTF8
		e.Message = fmt.Sprintf("byte 0x%02X %s, is not UTF-8: %s", row.Raw[at], place, r.likelyEncoding(field))
	default:
		e.Message = r.alien(row.Raw[at:], place)
	}
	return e
}

// firstBad is the index of the first byte that is NUL or not UTF-8, -1 when
// there is none.
func firstBad(text []byte) int {
	for i := 0; i < len(text); {
		c, n := utf8.DecodeRune(text[i:])
		if c == 0 || c == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}

// alien words what is no character of an encoding other than UTF-8.
func (r *Reader) alien(text []byte, place string) string {
	if _, ok := r.charset.(*byteTable); ok {
		cure := "the file is in another encoding, or damaged"
		if r.encoding != nameWindows && windows1252.text[text[0]] != string(text[:1]) {
			cure = fmt.Sprintf("the file looks like windows-1252, where it is %q; say encoding: windows-1252", windows1252.text[text[0]])
		}
		return fmt.Sprintf("byte 0x%02X %s, is no character of %s: %s", text[0], place, r.encoding, cure)
	}
	c, _, size := unit(text)
	if size == 1 {
		return fmt.Sprintf("byte 0x%02X %s, is half a character: the file has an odd number of bytes, and %s has an even one; it was cut, or something was added to it", c, place, r.encoding)
	}
	return fmt.Sprintf("0x%04X %s, is half of a pair that makes a character of %s: the other half is missing, so the text was cut there", c, place, r.encoding)
}

// likelyEncoding says what text that is not UTF-8 seems to be, and what to do.
func (r *Reader) likelyEncoding(field []byte) string {
	switch {
	case r.seen.isUTF8:
		return "rows before it are, so it was cut, or comes from another file; mend it"
	case looksLikeWindows(field):
		return fmt.Sprintf("the file looks like windows-1252, in which the text is %q; say encoding: windows-1252", inWindows1252(excerpt(field)))
	}
	return "which encoding the file is in cannot be told; save it as UTF-8, or say which it is: " + strings.Join(Encodings(), ", ")
}

// usual are the bytes below 0xa0 that texts in windows-1252 often have: the
// euro, the ellipsis, quotes, the bullet, dashes, the trade mark and both oe.
const usual = "\x80\x85\x8c\x91\x92\x93\x94\x95\x96\x97\x99\x9c"

// looksLikeWindows tells whether text reads as one of western Europe in
// windows-1252. Three letters with accents in a row are of other alphabets.
func looksLikeWindows(text []byte) bool {
	high := 0
	for _, b := range text {
		if b < utf8.RuneSelf {
			high = 0
			continue
		}
		c, _ := utf8.DecodeRuneInString(windows1252.text[b])
		if high++; high > 2 || b < 0xa0 && strings.IndexByte(usual, b) < 0 || c == utf8.RuneError {
			return false
		}
		if unicode.IsControl(c) {
			return false
		}
	}
	return true
}

// joint tells a row by which it shows that files were put together: it is the
// header once more, or begins with a byte order mark. Behind a header in another
// order no row is one of this file's: its cells would land in others' columns.
func (r *Reader) joint() error {
	row := &r.record
	begins := len(row.Raw) > 0 && row.Raw[0] == mark[0] && bytes.HasPrefix(row.Raw, mark)
	if begins {
		row.Fields[0].Bytes = bytes.TrimPrefix(row.Fields[0].Bytes, mark)
	}
	if !begins && r.order == nil && !r.names.has(row.Fields[0].Bytes) {
		return nil
	}
	switch order := r.isHeader(); {
	case order == nil && r.order != nil:
		e := r.told(&RowError{Code: ReorderedRow, Message: fmt.Sprintf(
			"the row stands behind line %d, which names the columns in another order, so that its cells would land in the columns of others; load it from a file of its own", r.reordered)})
		for i, from := range r.order {
			r.turned[i] = row.Fields[from]
		}
		row.Fields = append(row.Fields[:0], r.turned...)
		return e
	case order == nil && begins:
		return r.told(&RowError{Column: 1, Code: InnerMark,
			Message: "the row begins with a byte order mark, as where files were put together; take the mark (the bytes EF BB BF) out"})
	case order == nil:
		return nil
	case slices.IsSorted(order):
		r.order = nil
		return r.told(&RowError{Code: RepeatedHeader,
			Message: "the row is the header once more, as where files were put together; take it out"})
	default:
		r.order, r.reordered, r.turned = order, row.Line, make([]Field, len(order))
		return r.told(&RowError{Code: RepeatedHeader,
			Message: "the row names the columns once more, in another order, as where files were put together; load it, and the rows behind it, from a file of their own"})
	}
}

// isHeader tells whether the fields of a row are the names of the header, in any
// order and case, and gives for each of the header's which field of the row it is;
// nil when they are not. Of a file with one column that is no sign: its name may
// be a value.
func (r *Reader) isHeader() (order []int) {
	fields := r.record.Fields
	if r.columns < 2 || len(r.header) != r.columns || r.named(fields[0]) < 0 {
		return nil
	}
	order = make([]int, r.columns)
	for i, f := range fields {
		at := r.named(f)
		if at < 0 || order[at] > 0 {
			return nil
		}
		order[at] = i + 1
	}
	for i := range order {
		order[i]--
	}
	return order
}

// named is which of the header's names a field is, whatever its case: the one of
// its own case where two differ by that; -1 for none.
func (r *Reader) named(f Field) int {
	found := -1
	for i, name := range r.header {
		switch {
		case len(name) != len(f.Bytes):
		case name == string(f.Bytes):
			return i
		case found < 0 && strings.EqualFold(name, string(f.Bytes)):
			found = i
		}
	}
	return found
}

// glimpse is what names look like at a glance, so that a row of data is known by
// its first cell.
type glimpse struct {
	starts  [256]bool // first bytes, in any case
	lengths uint64    // a bit for each length, modulo 64
}

func (g *glimpse) add(name string) {
	g.lengths |= 1 << (len(name) % 64)
	for _, c := range []string{name, strings.ToLower(name), strings.ToUpper(name)} {
		g.starts[c[0]] = true
	}
}

// has is true of every cell that is a name, in any case, and of few others.
func (g *glimpse) has(cell []byte) bool {
	return len(cell) > 0 && g.lengths>>(len(cell)%64)&1 != 0 && (g.starts[cell[0]] || cell[0] >= utf8.RuneSelf)
}
