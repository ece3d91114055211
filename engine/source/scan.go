package source

import (
	"bytes"
	"fmt"
	"io"
)

// scanned is what scan found at the start of the data.
type scanned struct {
	size int  // bytes of the row with its line end
	more bool // the row goes on behind the data
	sure int  // with more: bytes that the field at the end has for certain
	bad  *RowError
	// reach is how far the damage of a bad row goes: what stands before it may be
	// part of a text in quotes. open tells that a text in quotes was meant, which
	// may go on.
	reach int
	open  bool
}

// behind is where the first line begins that the damage of a bad row does not
// reach, or would at the least where no line ends in data.
func (s scanned) behind(data []byte) int {
	from := min(s.reach, len(data))
	if i := bytes.IndexByte(data[from:], '\n'); i >= 0 {
		return from + i + 1
	}
	return from + MaxOriginal
}

// scan splits the row at the start of data, quotes and all, into the record's
// fields. At the end of the file the end of data ends the row too. It starts
// over from the row's first byte each time that more data is there, which the
// doubling of the buffer keeps linear.
func (r *Reader) scan(data []byte, atEOF bool) scanned {
	fields, lineEnd := r.record.Fields[:0], -1
	defer func() { r.record.Fields = fields }()
	r.scratch = r.scratch[:0]
	for i := 0; ; {
		var f Field
		var next int
		var last bool
		var s scanned
		column := len(fields) + 1
		if bytes.HasPrefix(data[i:], r.quote) {
			f, next, last, s = r.quoted(data, i, column, atEOF)
		} else {
			if lineEnd < i {
				lineEnd = i + bytes.IndexByte(data[i:], '\n')
				if lineEnd < i && atEOF {
					lineEnd = len(data)
				}
			}
			if lineEnd < i {
				s, column = r.unended(data[i:], column)
			} else if f, next, last, s = r.unquoted(data[:lineEnd], i, column); last {
				next = min(lineEnd+1, len(data))
			}
		}
		if s.bad != nil || s.more {
			s.reach = max(s.reach, i)
			return r.stopped(s, data, column)
		}
		fields = append(fields, f)
		if last {
			return r.stopped(scanned{size: next}, data, 0)
		}
		i = next
	}
}

// unquoted gives the field at line[i:], where the next one starts, and whether
// there is none. line ends before its line feed.
func (r *Reader) unquoted(line []byte, i, column int) (f Field, next int, last bool, s scanned) {
	text := line[i:]
	if d := bytes.Index(text, r.delimiter); d >= 0 {
		text, next = text[:d], i+d+len(r.delimiter)
	} else {
		next, last = len(line), true
	}
	switch {
	case len(text) > r.fieldLimit:
		s.bad = r.tooLong(column)
	case bytes.Contains(text, r.quote):
		s.bad = &RowError{Code: BadQuote, Message: fmt.Sprintf(
			"field %d has a quote inside but does not begin with one; put the whole field in quotes and double the quotes inside, or declare another quote character", column)}
		s.open = bytes.HasPrefix(bytes.TrimLeft(text, " \t"), r.quote)
	case last:
		text = trimCR(text)
	}
	return Field{Bytes: text[:len(text):len(text)]}, next, last, s
}

// unended looks at the end of the data, where a row has neither quotes nor an
// end; text starts with its field number column. It gives the number of the
// field that the data ends in.
func (r *Reader) unended(text []byte, column int) (scanned, int) {
	for {
		d := bytes.Index(text, r.delimiter)
		if d < 0 {
			// The start of a longer delimiter may be at the end.
			return scanned{more: true, sure: len(text) - len(r.delimiter) + 1}, column
		}
		text = text[d+len(r.delimiter):]
		column++
		if bytes.HasPrefix(text, r.quote) {
			return scanned{more: true}, column
		}
	}
}

// quoted gives the field whose opening quote is at data[i].
func (r *Reader) quoted(data []byte, i, column int, atEOF bool) (f Field, next int, last bool, s scanned) {
	q := len(r.quote)
	doubled := false
	for j := i + q; ; {
		k := bytes.Index(data[j:], r.quote)
		switch {
		case k < 0 && !atEOF:
			s = scanned{more: true, sure: len(data) - i}
		case k < 0 && len(data)-i > r.fieldLimit, k >= 0 && j+k+q-i > r.fieldLimit:
			s.bad = r.tooLong(column)
		case k < 0:
			s.bad = &RowError{Code: UnterminatedQuote, Message: fmt.Sprintf("the quote that opens field %d is never closed; close it, or double it if it is part of the text", column)}
			if data[len(data)-1] != '\n' {
				s.reach = len(data) // the file was cut, it seems, and in the middle of this text
			}
		case !atEOF && len(data)-j-k-q < max(q, len(r.delimiter), 2):
			s = scanned{more: true, sure: j + k + q - i}
		}
		if s.more || s.bad != nil {
			return f, 0, false, s
		}
		end := j + k
		behind := data[end+q:]
		if bytes.HasPrefix(behind, r.quote) {
			doubled = true
			j = end + 2*q
			continue
		}
		f = Field{Bytes: r.inner(data[i+q:end:end], doubled), Quoted: true}
		next = end + q
		switch {
		case bytes.HasPrefix(behind, r.delimiter):
			return f, next + len(r.delimiter), false, s
		case len(behind) == 0:
			return f, next, true, s
		case behind[0] == '\n':
			return f, next + 1, true, s
		case behind[0] == '\r' && len(behind) == 1:
			return f, next + 1, true, s
		case behind[0] == '\r' && behind[1] == '\n':
			return f, next + 2, true, s
		}
		s.bad = &RowError{Code: BadQuote, Message: fmt.Sprintf("the quoted text of field %d is followed by other text instead of the delimiter; double the quotes that are part of the text", column)}
		s.reach, s.open = next, true
		return f, 0, false, s
	}
}

// undouble copies text with each pair of quotes made one.
func (r *Reader) undouble(text []byte) []byte {
	start := len(r.scratch)
	for {
		i := bytes.Index(text, r.quote)
		if i < 0 {
			break
		}
		r.scratch = append(r.scratch, text[:i+len(r.quote)]...)
		text = text[i+2*len(r.quote):]
	}
	r.scratch = append(r.scratch, text...)
	// Should the scratch move later, this row's earlier fields keep the old one.
	return r.scratch[start:len(r.scratch):len(r.scratch)]
}

// stopped completes a verdict that fell at the given field: a row that waits
// for more data, or is whole, is bad when it is over the limits.
func (r *Reader) stopped(s scanned, data []byte, column int) scanned {
	switch {
	case s.bad != nil:
	case s.more && s.sure > r.fieldLimit:
		s.bad = r.tooLong(column)
	case s.more && len(data) >= r.rowLimit, s.size >= r.rowLimit:
		s.bad = &RowError{Code: RowTooLong, Message: fmt.Sprintf("the row is longer than %d bytes; a quote that is never closed is the usual cause", r.rowLimit)}
		column = 0
	}
	if s.bad != nil {
		s.bad.Column = column
	}
	return s
}

func (r *Reader) tooLong(column int) *RowError {
	return &RowError{Code: FieldTooLong, Message: fmt.Sprintf("field %d is longer than %d bytes; a quote that is never closed is the usual cause", column, r.fieldLimit)}
}

// reject tells a row that cannot be split and moves on behind its first line.
func (r *Reader) reject(data []byte, row scanned) error {
	e := row.bad
	e.Line, e.Record = r.line, r.sound(e.Column)
	if end := bytes.IndexByte(data, '\n'); end >= 0 {
		r.damaged = r.line
		r.doubtful = r.linesOfDamage(data, end, row)
		r.keep(e, r.offset, trimCR(data[:end]))
		r.advance(end + 1)
		r.line++
		return e
	}
	r.keep(e, r.offset, trimCR(data))
	e.Cut = e.Cut || r.err == nil // the line goes on behind what was read of it
	r.skipping = true
	return e
}

// sound is the row in which the field of this number is damaged, as far as it is
// not: nil when its first field is, or may be.
func (r *Reader) sound(column int) *Record {
	fields := r.record.Fields[:max(0, min(column-1, len(r.record.Fields)))]
	for i, f := range fields {
		if bytes.IndexByte(f.Bytes, '\n') >= 0 {
			fields = fields[:i] // what is told is one line, and this is not in it
			break
		}
	}
	if len(fields) == 0 {
		return nil
	}
	r.record.Fields = fields
	return &r.record
}

// linesOfDamage is how many lines behind the first, which ends at data[end], may
// be part of a damaged row.
func (r *Reader) linesOfDamage(data []byte, end int, row scanned) int {
	reached, least := 0, 0
	if row.reach > end {
		reached = 1 + bytes.Count(data[end+1:row.reach], newline)
	}
	if !row.open {
		return reached
	}
	if reached == 0 {
		least = r.linesInQuotes(data, end)
	}
	return reached + r.doubts(data[min(row.behind(data), len(data)):], least, r.err == io.EOF)
}

// linesInQuotes is how many lines behind the first, which ends at data[end],
// belong to a text that its quotes leave open: as far as the next line whose
// quotes close one. It is 0 when they leave none open, or no end is near.
func (r *Reader) linesInQuotes(data []byte, end int) int {
	if bytes.Count(data[:end], r.quote)%2 == 0 {
		return 0
	}
	rest := data[end+1 : min(len(data), end+1+lookAhead)]
	for n := 1; len(rest) > 0; n++ {
		line, behind, _ := bytes.Cut(rest, newline)
		if bytes.Count(line, r.quote)%2 == 1 {
			return n
		}
		rest = behind
	}
	return 0
}

// doubt tells a line that may be part of the damaged row before it. Taken for a
// row of its own, a line of somebody's text could land.
func (r *Reader) doubt() error {
	data := r.buf[r.pos:r.end]
	end := bytes.IndexByte(data, '\n')
	if end < 0 && r.err == nil && len(data) < r.rowLimit {
		return r.fill()
	}
	r.doubtful--
	if len(data) == 0 {
		return nil
	}
	e := &RowError{Line: r.line, Code: BadQuote, Message: fmt.Sprintf(
		"the line may be part of a text in quotes that line %d begins, which is damaged so that nobody can tell where it ends; mend line %d", r.damaged, r.damaged)}
	if end < 0 {
		r.keep(e, r.offset, trimCR(data))
		e.Cut = e.Cut || r.err == nil
		r.skipping = true
		return e
	}
	r.keep(e, r.offset, trimCR(data[:end]))
	r.advance(end + 1)
	r.line++
	if len(e.Raw) == 0 {
		return nil // a blank line is nobody's row
	}
	return e
}

// ragged tells a row with another number of fields than the file has.
func (r *Reader) ragged() error {
	row := &r.record
	e := r.told(&RowError{})
	if len(row.Fields) < r.columns {
		e.Code = ShortRow
		e.Message = fmt.Sprintf("expected %d fields, found %d; a line end inside a field needs quotes around it", r.columns, len(row.Fields))
		if d := r.partedBy(row); d != 0 {
			e.Message = fmt.Sprintf("expected %d fields, found 1; parted by %q it has them all, which the spec must say if it is the delimiter", r.columns, d)
		}
		return e
	}
	e.Code = LongRow
	e.Message = fmt.Sprintf("expected %d fields, found %d; a field that holds the delimiter %q needs quotes around it", r.columns, len(row.Fields), r.delimiter)
	return e
}

// partedBy is the usual delimiter by which a row of one field has as many as it
// ought to; 0 when there is none.
func (r *Reader) partedBy(row *Record) rune {
	for _, d := range usualDelimiters {
		if len(row.Fields) == 1 && !row.Fields[0].Quoted && bytes.Count(row.Raw, []byte(string(d))) == r.columns-1 {
			return d
		}
	}
	return 0
}
