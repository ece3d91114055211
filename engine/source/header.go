package source

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"regexp"
)

// signatures are the first bytes of files that are no text.
var signatures = []struct{ prefix, message string }{
	{"PK\x03\x04", "the file is a zip archive (an Excel workbook is one too), not text; name it .zip and a member of it, or save the sheet as CSV"},
	{"\xd0\xcf\x11\xe0", "the file is an old Excel workbook, not text; save the sheet as CSV"},
	{"\x1f\x8b", "the file is compressed with gzip, not text; unpack it first"},
	{"\x28\xb5\x2f\xfd", "the file is compressed with zstd, not text; unpack it first"},
	{"\xfd7zX", "the file is compressed with xz, not text; unpack it first"},
}

const (
	markUTF8 = "\xef\xbb\xbf"
	markLE   = "\xff\xfe"
	markBE   = "\xfe\xff"
)

var mark = []byte(markUTF8)

// headSize is how many bytes tell what kind of file it is.
const headSize = 4

// meet looks at the first bytes of the file and makes ready to read it as text.
func (r *Reader) meet() error {
	head := make([]byte, headSize)
	n, err := io.ReadFull(r.intake, head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return fmt.Errorf("reading %s: %w", r.path, err)
	}
	head = head[:n]
	if e := r.greet(head); e != nil {
		e.Path, e.Line = r.path, 1
		return e
	}
	r.in = decode(io.MultiReader(bytes.NewReader(head), r.intake), r.charset)
	return nil
}

// greet gives what is wrong with a file that begins with head, nil when nothing
// is. It settles the order of the bytes of utf-16.
func (r *Reader) greet(head []byte) *HeaderError {
	for _, s := range signatures {
		if bytes.HasPrefix(head, []byte(s.prefix)) {
			return &HeaderError{Code: NotText, Message: s.message}
		}
	}
	begins := ""
	for _, m := range []string{markUTF8, markLE, markBE} {
		if bytes.HasPrefix(head, []byte(m)) {
			begins = m
		}
	}
	if begins == markLE && len(head) == headSize && head[2] == 0 && head[3] == 0 {
		return &HeaderError{Code: WrongEncoding, Message: "the file begins with the byte order mark of UTF-32, which pipe does not read; save it as UTF-8"}
	}
	if r.encoding == nameUTF16 && begins != markUTF8 {
		r.charset = units{binary.LittleEndian}
		if begins == markBE {
			r.charset = units{binary.BigEndian}
		}
	}
	unmarked := withoutMark(head)
	_, wide := r.charset.(units)
	e := &HeaderError{Code: WrongEncoding, Encoding: nameUTF16}
	switch {
	case begins == markUTF8 && r.charset != nil:
		e.Message = r.encoding + " is declared, and the file begins with the byte order mark of UTF-8"
		e.Encoding = nameUTF8
	case begins == markLE && r.encoding == nameUTF16BE, begins == markBE && r.encoding == nameUTF16LE, begins != "" && begins != markUTF8 && !wide:
		e.Message = "the file begins with the byte order mark of UTF-16"
	case begins == "" && r.encoding == nameUTF16 && len(head) > 0:
		e.Message = "utf-16 is declared, but the file has no byte order mark"
		if e.Encoding = unmarked; unmarked == "" {
			e.Message += "; declare encoding: utf-16le or utf-16be"
			return e
		}
	case begins == "" && !wide && unmarked != "":
		e.Message = "every second byte at the start of the file is NUL, as in UTF-16"
		e.Encoding = unmarked
	default:
		return nil
	}
	e.Message += "; declare encoding: " + e.Encoding
	return e
}

// withoutMark names the kind of UTF-16 that head seems to be: in names of
// columns every second byte is NUL.
func withoutMark(head []byte) string {
	switch {
	case len(head) < headSize:
	case head[0] != 0 && head[1] == 0 && head[2] != 0 && head[3] == 0:
		return nameUTF16LE
	case head[0] == 0 && head[1] != 0 && head[2] == 0 && head[3] != 0:
		return nameUTF16BE
	}
	return ""
}

// start reads what stands before the first row: a byte order mark and, when
// there is one, the header.
func (r *Reader) start(o Options) error {
	if err := r.meet(); err != nil {
		return err
	}
	if err := r.fill(); err != nil {
		return err
	}
	if r.err != nil && r.err != io.EOF && r.end == 0 {
		return r.err
	}
	if bytes.HasPrefix(r.buf[:r.end], mark) {
		r.advance(len(mark))
		r.plain = isPlain(r.buf[r.pos:r.end])
	}
	if !o.Header {
		return nil
	}
	row, err := r.Next()
	if err == io.EOF {
		return fmt.Errorf("%s: %w: it has no header row", r.path, ErrEmpty)
	}
	if e, ok := errors.AsType[*RowError](err); ok {
		if e.Code == BareReturn {
			return r.headerError(e.Line, e.Column, e.Text, BadLineEnds,
				"the header holds a carriage return that no line feed follows: the lines seem to end as on old Macs; save the file with LF or CRLF line ends")
		}
		return r.headerError(e.Line, e.Column, e.Text, e.Code, "the header is malformed: "+e.Message)
	}
	if err != nil {
		return err
	}
	return r.readHeader(row)
}

// SplitHeader gives the names of a header's line when it is parted and quoted
// by these characters; nil when it cannot be.
func SplitHeader(line []byte, delimiter, quote rune) []string {
	o, err := Options{Delimiter: delimiter, Quote: quote, Header: true}.withDefaults()
	if err != nil {
		return nil
	}
	in := &stream{Reader: bytes.NewReader(line), close: func() error { return nil }}
	r, err := newReader("", newIntake(in), o, len(line)+headSize)
	if e, ok := errors.AsType[*HeaderError](err); ok {
		return e.Header
	} else if err != nil {
		return nil
	}
	return r.header
}

// HeaderLine is the header's line as UTF-8, nil when the file has none.
func (r *Reader) HeaderLine() []byte { return r.first }

func (r *Reader) readHeader(row *Record) error {
	r.first = bytes.Clone(row.Raw)
	for _, f := range row.Fields {
		r.header = append(r.header, string(f.Bytes))
	}
	r.likely = r.guess(row.Raw)
	if noteForExcel.Match(row.Raw) {
		return r.headerError(row.Line, 1, row.Raw, MissingHeader, fmt.Sprintf("the first line, %s, is a note for Excel and names no column; take it out of the file", bytes.TrimSpace(row.Raw)))
	}
	seen := map[string]int{}
	for i, name := range r.header {
		switch before, twice := seen[name]; {
		case name == "":
			why := "every column of the file needs one"
			if i == len(r.header)-1 {
				why += ", and a delimiter at the end of the line begins one"
			}
			return r.headerError(row.Line, i+1, row.Raw, EmptyHeader, fmt.Sprintf("column %d of %d has no name; %s", i+1, len(r.header), why))
		case twice:
			return r.headerError(row.Line, i+1, row.Raw, DuplicateHeader, fmt.Sprintf(
				"columns %d and %d are both named %q, so a cell's column cannot be told; rename one in the file", before, i+1, name))
		}
		seen[name] = i + 1
		r.names.add(name)
	}
	return nil
}

func (r *Reader) headerError(line int64, column int, raw []byte, code, message string) error {
	return &HeaderError{
		Path: r.path, Line: line, Column: column, Code: code, Message: message,
		Header: r.header, Text: bytes.Clone(raw), Delimiter: r.guess(raw),
	}
}

// LikelyDelimiter is the delimiter that the file seems to have when its header
// is one field and holds one; 0 when nothing speaks for another delimiter.
func (r *Reader) LikelyDelimiter() rune { return r.likely }

// noteForExcel is the line by which Excel is told a delimiter.
var noteForExcel = regexp.MustCompile(`^"?(?i:sep)=.{1,3}\s*$`)

var usualDelimiters = []rune{',', ';', '\t', '|'}

// guess finds the most frequent of the usual delimiters in a header that holds
// none of the declared one.
func (r *Reader) guess(raw []byte) rune {
	if bytes.Contains(raw, r.delimiter) {
		return 0
	}
	var likely rune
	most := 0
	for _, d := range usualDelimiters {
		if n := bytes.Count(raw, []byte(string(d))); n > most {
			likely, most = d, n
		}
	}
	return likely
}
