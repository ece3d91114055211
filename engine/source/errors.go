package source

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
)

// ErrEmpty is inside the error of Open for a file that must have a header and
// holds nothing: no byte, only a byte order mark, or only blank lines.
var ErrEmpty = errors.New("the file is empty")

// ErrChanged is inside the error of Next when the file was written to while it
// was read, so that what was read is no state that anybody wrote. (A file that
// another took the place of by its name is read to its own end.)
var ErrChanged = errors.New("the file changed while it was read")

// The codes of a RowError. They are stable.
const (
	ShortRow          = "short_row"
	LongRow           = "long_row"
	BadQuote          = "bad_quote"
	UnterminatedQuote = "unterminated_quote"
	BareReturn        = "bare_return" // a carriage return outside quotes that ends no line
	NULByte           = "nul_byte"
	InvalidUTF8       = "invalid_utf8"
	InvalidEncoding   = "invalid_encoding" // of a file in another encoding than UTF-8
	FieldTooLong      = "field_too_long"
	RowTooLong        = "row_too_long"
	RepeatedHeader    = "repeated_header" // a row whose fields are the names of the header
	ReorderedRow      = "reordered_row"   // a row behind a header in another order
	InnerMark         = "inner_mark"      // a row that begins with a byte order mark
)

// RowError is a malformed row. Reading goes on behind it.
type RowError struct {
	Line    int64 // physical line on which the row starts, 1-based
	Offset  int64 // of the row's first byte in the file, from 0
	Column  int   // 1-based number of the field, 0 for the row as a whole
	Code    string
	Message string // what is wrong, why, and what to do; no full stop
	// Raw is a copy of the original line, or of the lines of a row whose quotes
	// are sound, as the file has them, without the last line end; Text is the
	// same as UTF-8. They are at most MaxOriginal bytes, and Cut tells that the
	// row has more.
	Raw, Text []byte
	Cut       bool
	// Record is the row as far as it could be split: without the damaged field and
	// those behind it where quotes are malformed, nil where nothing is before. It
	// is valid until the next Next.
	Record *Record
}

// Error gives the line, the message and the code.
func (e *RowError) Error() string {
	return fmt.Sprintf("line %d: %s [%s]", e.Line, e.Message, e.Code)
}

// MaxOriginal bounds what is kept of a bad row, in bytes.
const MaxOriginal = 1 << 20

// keep copies into e what it shows of text, which begins at offset of the file.
func (r *Reader) keep(e *RowError, offset int64, text []byte) {
	raw := r.original(text)
	e.Offset, e.Cut = offset, len(raw) > MaxOriginal || len(text) > MaxOriginal
	e.Raw = bytes.Clone(raw[:min(len(raw), MaxOriginal)])
	if e.Text = e.Raw; r.charset != nil {
		e.Text = bytes.Clone(text[:min(len(text), MaxOriginal)])
	}
}

// told completes the error of the row in r.record.
func (r *Reader) told(e *RowError) *RowError {
	e.Line, e.Record = r.record.Line, &r.record
	r.keep(e, r.record.Offset, r.record.Raw)
	return e
}

// The codes of a HeaderError beside those of a RowError. They are stable.
const (
	DuplicateHeader = "duplicate_header"
	EmptyHeader     = "empty_header"
	MissingHeader   = "missing_header" // the first line is no row of names
	WrongEncoding   = "wrong_encoding" // the first bytes are another encoding's
	NotText         = "not_text"       // the first bytes are an archive's
	BadLineEnds     = "bad_line_ends"  // lines end in a lone carriage return
)

// HeaderError is a first row that cannot name the columns.
type HeaderError struct {
	Path    string
	Line    int64 // physical line, 1-based
	Column  int   // 1-based number of the field, 0 for the row as a whole
	Code    string
	Message string   // what is wrong, why, and what to do; no full stop
	Header  []string // the names as read, nil when the row could not be split
	Text    []byte   // the row as UTF-8, nil when the file is no text
	// Delimiter is the delimiter that the row seems to have, 0 when there is
	// no sign of another than the one that was asked for.
	Delimiter rune
	// Encoding is the encoding that the file seems to be in, "" when there is no
	// sign of another than the one that was asked for.
	Encoding string
}

// Error gives the place, the message and the code.
func (e *HeaderError) Error() string {
	return fmt.Sprintf("%s:%d: %s [%s]", e.Path, e.Line, e.Message, e.Code)
}

// EncodingError is the error of Next at the end of a file that is in another
// encoding than the one declared, in which it could be read all the same.
type EncodingError struct {
	Path    string
	Line    int64  // physical line of the first text that was misread, 1-based
	Message string // what is wrong, why, and what to do; no full stop
}

// Error gives the place, the message and the code.
func (e *EncodingError) Error() string {
	return fmt.Sprintf("%s:%d: %s [%s]", e.Path, e.Line, e.Message, WrongEncoding)
}

// NotFoundError is a file or a member of an archive that does not exist. It is
// fs.ErrNotExist.
type NotFoundError struct {
	Path string // as it was asked for
	// Folder is the nearest folder or archive that exists on the way to Path.
	Folder string
	// Archive tells that Folder is an archive.
	Archive bool
	// Missing is the first part of Path that Folder does not hold.
	Missing string
	// Nearest are names in Folder, the most likely first; at most ten.
	Nearest []string
}

// Error gives the path, where the trail ends and what is there.
func (e *NotFoundError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s does not exist", e.Path)
	what := "folder"
	if e.Archive {
		what = "archive"
	}
	switch {
	case e.Folder == "":
	case slices.Contains(e.Nearest, e.Missing) && filepath.Base(e.Path) == e.Missing:
		fmt.Fprintf(&b, ": it is a symbolic link that leads nowhere")
	case slices.Contains(e.Nearest, e.Missing):
		fmt.Fprintf(&b, ": %s in the %s %s is no folder", e.Missing, what, e.Folder)
	case len(e.Nearest) == 0:
		fmt.Fprintf(&b, ": the %s %s is empty", what, e.Folder)
	default:
		fmt.Fprintf(&b, ": the %s %s has no %q; it has %s", what, e.Folder, e.Missing, strings.Join(e.Nearest, ", "))
	}
	return b.String()
}

// Unwrap makes errors.Is(err, fs.ErrNotExist) hold.
func (e *NotFoundError) Unwrap() error { return fs.ErrNotExist }
