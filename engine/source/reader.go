package source

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"io/fs"
	"unicode/utf8"
)

// The limits of a row, in bytes.
const (
	maxField = 16 << 20
	maxRow   = 64 << 20
)

// bufferSize is the size of the window over the file. It grows for rows that
// are longer, up to maxRow.
const bufferSize = 256 << 10

// Record is one row. It and its bytes are valid until the next Next.
type Record struct {
	Line   int64 // physical line on which the row starts, 1-based
	Offset int64 // of its first byte in the file, from 0
	// Raw is the line or lines as UTF-8, without the last line end; see Original.
	Raw    []byte
	Fields []Field
}

// Field is one cell, unquoted.
type Field struct {
	Bytes  []byte
	Quoted bool
}

// Reader reads the rows of a file. Only BytesRead and Size may be called while
// another goroutine uses it.
type Reader struct {
	path   string
	in     io.Reader
	intake *intake
	err    error // what ended the stream; io.EOF at its proper end

	delimiter, quote         []byte
	eachDelimiter, eachQuote uint64 // for cut
	narrow                   bool   // both are one byte, as cut needs
	encoding                 string // the first of its names
	charset                  charset
	fieldLimit               int // maxField; less in tests
	rowLimit                 int

	// buf[pos:end] is read and not yet given out; buf[pos] stands at offset of
	// the file, on line.
	buf      []byte
	pos, end int
	offset   int64
	line     int64
	plain    bool // buf[pos:end] is ASCII without NUL
	skipping bool // the rest of the line at pos belongs to a row that was told as bad

	doubtful int   // lines to come that may be part of a damaged row
	damaged  int64 // the line on which that row begins

	columns int // fields of every row; 0: not known yet
	header  []string
	names   glimpse // of the header's
	first   []byte  // the header's line as UTF-8
	likely  rune

	// Behind a header in another order, which stood on line reordered, order tells
	// which field of a row each column is, and turned is where a row is put right.
	order     []int
	reordered int64
	turned    []Field

	record  Record
	scratch []byte // fields whose doubled quotes were undone
	seen    witness
}

// newReader reads the header too. size is that of the buffer at first.
func newReader(path string, t *intake, o Options, size int) (*Reader, error) {
	name, c, err := findCharset(o.Encoding)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	r := &Reader{
		path: path, intake: t, encoding: name, charset: c,
		delimiter: []byte(string(o.Delimiter)), quote: []byte(string(o.Quote)),
		fieldLimit: maxField, rowLimit: maxRow,
		buf: make([]byte, size), line: 1,
	}
	r.narrow = len(r.delimiter) == 1 && len(r.quote) == 1
	r.eachDelimiter, r.eachQuote = eachOne*uint64(r.delimiter[0]), eachOne*uint64(r.quote[0])
	if !o.Header {
		r.columns = o.Columns
	}
	if err := r.start(o); err != nil {
		return nil, err
	}
	return r, nil
}

// Header gives the names of the columns, nil when the file has no header row.
func (r *Reader) Header() []string { return r.header }

// Info identifies what was read, once Next gave io.EOF. Before, SHA256 is
// empty and Bytes is what was read so far.
func (r *Reader) Info() Info {
	info := Info{Path: r.path, File: r.path, SHA256: r.intake.sum, Bytes: r.intake.count.Load()}
	if archive := r.intake.in.archive; archive != "" {
		info.File, info.Member = archive, r.intake.in.member
	}
	return info
}

// Archive is the archive as it was when it was opened, nil of what is in none:
// members that are read at different times may be of two archives of one name.
func (r *Reader) Archive() fs.FileInfo { return r.intake.in.version }

// BytesRead is the number of bytes of the file read so far, for progress. Any
// goroutine may call it.
func (r *Reader) BytesRead() int64 { return r.intake.count.Load() }

// Size is the number of bytes of the file, unpacked, for progress; 0 when it
// cannot be known. Any goroutine may call it.
func (r *Reader) Size() int64 { return r.intake.in.size }

// Once tells that what was read cannot be read again: the path is that of a
// pipe or a device.
func (r *Reader) Once() bool { return r.intake.in.once }

// Original gives the row that Next gave last as the file has it: where its
// first byte stands, from 0, and its bytes without the last line end. The
// bytes are valid until the next Next.
func (r *Reader) Original() (offset int64, raw []byte) {
	return r.record.Offset, r.original(r.record.Raw)
}

// original gives the bytes of the file that text was read from.
func (r *Reader) original(text []byte) []byte {
	if r.charset == nil {
		return text
	}
	return r.charset.original(nil, text)
}

// Close lets go of the file. It is called once.
func (r *Reader) Close() error { return r.intake.in.close() }

// Next gives the next row, io.EOF behind the last one. A *RowError is a
// malformed row, behind which the next Next goes on; any other error is final.
func (r *Reader) Next() (*Record, error) {
	for {
		if r.skipping {
			if err := r.skip(); err != nil {
				return nil, err
			}
			continue
		}
		if r.doubtful > 0 {
			if err := r.doubt(); err != nil {
				return nil, err
			}
			continue
		}
		data := r.buf[r.pos:r.end]
		var size int
		var lines int64
		if r.narrow {
			size, lines = r.cut(data)
		}
		if size == 0 || size > r.fieldLimit { // a field may be over it
			done, err := r.nextHard(data)
			if done || err != nil {
				return r.given(err)
			}
			continue
		}
		raw := trimCR(data[:size-1])
		r.take(raw, size, lines)
		if len(raw) == 0 && r.columns != 1 {
			continue
		}
		return r.given(r.check())
	}
}

func (r *Reader) given(err error) (*Record, error) {
	if err != nil {
		return nil, err
	}
	return &r.record, nil
}

// take moves on behind a row of the given size and notes where it stood.
func (r *Reader) take(raw []byte, size int, lines int64) {
	r.record.Raw = raw
	r.record.Line = r.line
	r.record.Offset = r.offset
	r.line += lines
	r.advance(size)
}

// advance moves on by n bytes of the buffer.
func (r *Reader) advance(n int) {
	size := n
	if r.charset != nil {
		size = r.charset.size(r.buf[r.pos : r.pos+n])
	}
	r.offset += int64(size)
	r.pos += n
}

// nextHard deals with what is not one whole line without quotes: quotes, the
// last line, the end of the buffer. It reports whether a row is ready.
func (r *Reader) nextHard(data []byte) (done bool, err error) {
	atEOF := r.err == io.EOF
	if len(data) == 0 && r.err != nil {
		return false, cmp.Or(r.misread(), r.err)
	}
	row := r.scan(data, atEOF)
	switch {
	case row.bad != nil && r.err == nil && len(data) < MaxOriginal && !bytes.Contains(data, newline):
		return false, r.fill() // for the rest of the line, to show it
	case row.bad != nil && row.open && r.err == nil && len(data) < row.behind(data)+lookAhead:
		return false, r.fill() // for the end of the text
	case row.bad != nil:
		return false, r.reject(data, row)
	case row.more && r.err != nil:
		return false, r.err // not io.EOF: with that, scan never asks for more
	case row.more:
		return false, r.fill()
	}
	raw := data[:row.size]
	if n := len(raw); n > 0 && raw[n-1] == '\n' {
		raw = raw[:n-1]
	}
	lines := int64(1 + bytes.Count(raw, newline))
	raw = trimCR(raw)
	r.take(raw, row.size, lines)
	if len(raw) == 0 && r.columns != 1 {
		return false, nil
	}
	return true, r.check()
}

var newline = []byte{'\n'}

func trimCR(line []byte) []byte {
	if n := len(line); n > 0 && line[n-1] == '\r' {
		return line[:n-1]
	}
	return line
}

// check judges the row in r.record: its characters and its number of fields.
func (r *Reader) check() error {
	row := &r.record
	if !r.plain {
		if bytes.IndexByte(row.Raw, 0) >= 0 || !utf8.Valid(row.Raw) {
			return r.badText()
		}
		r.look(row)
	}
	if bytes.IndexByte(row.Raw, '\r') >= 0 {
		if bad := r.bareReturn(); bad != nil {
			return bad
		}
	}
	if len(row.Fields) == r.columns {
		return r.joint()
	}
	if r.columns == 0 {
		r.columns = len(row.Fields)
		return nil
	}
	return r.ragged()
}

// fill reads on until the buffer is full or the stream ends. Rows given out
// before are no longer valid.
func (r *Reader) fill() error {
	if r.err != nil {
		return r.err
	}
	if r.pos > 0 {
		copy(r.buf, r.buf[r.pos:r.end])
		r.end -= r.pos
		r.pos = 0
	}
	if r.end == len(r.buf) {
		grown := make([]byte, 2*len(r.buf))
		copy(grown, r.buf)
		r.buf = grown
	}
	for empty := 0; r.end < len(r.buf) && r.err == nil; {
		n, err := r.in.Read(r.buf[r.end:])
		r.end += n
		if n > 0 {
			empty = 0
		} else if empty++; err == nil && empty == 100 {
			err = io.ErrNoProgress
		}
		if err != nil && err != io.EOF {
			err = fmt.Errorf("reading %s at byte %d: %w", r.path, r.BytesRead(), err)
		}
		r.err = err
	}
	r.plain = isPlain(r.buf[r.pos:r.end])
	return nil
}

// skip throws away what is left of a bad row's line.
func (r *Reader) skip() error {
	rest := r.buf[r.pos:r.end]
	if size := bytes.IndexByte(rest, '\n'); size >= 0 {
		r.advance(size + 1)
		r.line++
		r.skipping = false
		return nil
	}
	whole := len(rest)
	if r.err == nil {
		// The end of the buffer may be inside a character.
		whole = max(0, whole-utf8.UTFMax)
		for whole > 0 && !utf8.RuneStart(rest[whole]) {
			whole--
		}
	}
	r.advance(whole)
	return r.fill()
}

// bareReturn is the error of a row with a carriage return outside quotes and
// not at its end: somebody's line end, and rows that would hide in one field.
func (r *Reader) bareReturn() error {
	row := &r.record
	for i, f := range row.Fields {
		if !f.Quoted && bytes.IndexByte(f.Bytes, '\r') >= 0 {
			return r.told(&RowError{Column: i + 1, Code: BareReturn,
				Message: fmt.Sprintf("field %d holds a lone carriage return, which is a line end to some programs; end lines in LF or CRLF, or put quotes around the field", i+1)})
		}
	}
	return nil
}
