package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"golang.org/x/text/encoding/unicode"
)

// signatures are first bytes of files that are not text in UTF-8.
var signatures = []struct {
	prefix, code, message string
}{
	{"\xff\xfe", WrongEncoding, "the file begins with the byte order mark of UTF-16; declare encoding: utf-16"},
	{"\xfe\xff", WrongEncoding, "the file begins with the byte order mark of UTF-16; declare encoding: utf-16"},
	{"PK\x03\x04", NotText, "the file is a zip archive (an Excel workbook is one too), not text; name it .zip and a member of it, or save the sheet as CSV"},
	{"\x1f\x8b", NotText, "the file is compressed with gzip, not text; unpack it first"},
}

var mark = []byte("\xef\xbb\xbf")

// start reads what stands before the first row: a byte order mark and, when
// there is one, the header.
func (r *Reader) start(o Options) error {
	if err := r.fill(); err != nil {
		return err
	}
	if errors.Is(r.err, unicode.ErrMissingBOM) {
		return &HeaderError{Path: r.path, Line: 1, Code: WrongEncoding,
			Message: "utf-16 is declared, but the file has no byte order mark; declare encoding: utf-16le or utf-16be"}
	}
	if r.err != nil && r.err != io.EOF && r.end == 0 {
		return r.err
	}
	if r.invalid == InvalidUTF8 {
		for _, s := range signatures {
			if bytes.HasPrefix(r.buf[:r.end], []byte(s.prefix)) {
				return &HeaderError{Path: r.path, Line: 1, Code: s.code, Message: s.message}
			}
		}
	}
	if bytes.HasPrefix(r.buf[:r.end], mark) {
		r.pos = len(mark)
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
			return r.headerError(e.Line, e.Column, e.Raw, BadLineEnds,
				"the header holds a carriage return that no line feed follows: the lines seem to end as on old Macs; save the file with LF or CRLF line ends")
		}
		return r.headerError(e.Line, e.Column, e.Raw, e.Code, "the header is malformed: "+e.Message)
	}
	if err != nil {
		return err
	}
	return r.readHeader(row)
}

func (r *Reader) readHeader(row *Record) error {
	for _, f := range row.Fields {
		r.header = append(r.header, string(f.Bytes))
	}
	r.likely = r.guess(row.Raw)
	seen := map[string]int{}
	for i, name := range r.header {
		switch before, twice := seen[name]; {
		case name == "":
			return r.headerError(row.Line, i+1, row.Raw, EmptyHeader, fmt.Sprintf(
				"column %d of %d has no name; every column of the file needs one", i+1, len(r.header)))
		case twice:
			return r.headerError(row.Line, i+1, row.Raw, DuplicateHeader, fmt.Sprintf(
				"columns %d and %d are both named %q, so a cell's column cannot be told; rename one in the file", before, i+1, name))
		}
		seen[name] = i + 1
	}
	return nil
}

func (r *Reader) headerError(line int64, column int, raw []byte, code, message string) error {
	return &HeaderError{
		Path: r.path, Line: line, Column: column, Code: code, Message: message,
		Header: r.header, Delimiter: r.guess(raw),
	}
}

// LikelyDelimiter is the delimiter that the file seems to have when its header
// is one field and holds one; 0 when nothing speaks for another delimiter.
func (r *Reader) LikelyDelimiter() rune { return r.likely }

// guess finds the most frequent of the usual delimiters in a header that holds
// none of the declared one.
func (r *Reader) guess(raw []byte) rune {
	if bytes.Contains(raw, r.delimiter) {
		return 0
	}
	var likely rune
	most := 0
	for _, d := range []rune{',', ';', '\t', '|'} {
		if n := bytes.Count(raw, []byte(string(d))); n > most {
			likely, most = d, n
		}
	}
	return likely
}
