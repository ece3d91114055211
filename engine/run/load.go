package run

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"time"

	"github.com/streamflow/pipe/engine/coerce"
	"github.com/streamflow/pipe/engine/database"
	"github.com/streamflow/pipe/engine/plan"
	"github.com/streamflow/pipe/engine/source"
	"github.com/streamflow/pipe/engine/spec"
)

// load reads a table's file once, types every cell and fills staging.
func (x *execution) load(ctx context.Context, s *database.Session, step *plan.Step, l plan.Load) (err error) {
	reader, err := x.openSource(ctx, step, l)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, reader.Close()) }()
	fields, drift := matchHeader(l, reader.Header())
	if drift != nil {
		return x.drifted(ctx, s, step, l, reader, drift)
	}
	in, err := newIntake(ctx, x, step, l, reader, fields)
	if err != nil {
		return err
	}
	x.mu.Lock()
	x.lines[l.Name] = l.Source
	x.mu.Unlock()
	loading := s.Load(ctx, l.Into, l.StagingName, in.next)
	if loading != nil {
		return x.loadError(step, l, loading)
	}
	return in.done()
}

// intake turns the rows of one file into typed rows.
type intake struct {
	ctx     context.Context
	x       *execution
	step    *plan.Step
	load    plan.Load
	reader  *source.Reader
	columns []intakeColumn
	fields  int // of a row that is neither short nor long
	row     database.Row
	keepAll bool

	read, rejected, marks int64
	nulls                 []int64
	told                  time.Time
	parent                *parentKey // nil where no row refers to the table
}

// intakeColumn is a column of the table and the field of the file that brings
// it; field is -1 for an optional column that the file does not have.
type intakeColumn struct {
	spec  *spec.Column
	field int
	cells *coerce.Coercer
}

func newIntake(ctx context.Context, x *execution, step *plan.Step, l plan.Load, reader *source.Reader, fields []int) (*intake, error) {
	in := &intake{ctx: ctx, x: x, step: step, load: l, reader: reader, fields: len(reader.Header()), keepAll: l.Table.OnBadRow.V == spec.Quarantine,
		nulls: make([]int64, len(l.Table.Columns)), told: time.Now()}
	if in.fields == 0 {
		in.fields = len(fields)
	}
	in.row.Values = make([]coerce.Value, len(l.Table.Columns))
	for i, c := range l.Table.Columns {
		cells, err := coerce.New(c, l.Table.Source.NullValues, l.Table.IsKey(c.Name.V), x.plan.Dialect)
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", c.Name.V, err)
		}
		if x.db.Latin1() {
			cells.InLatin1()
		}
		in.columns = append(in.columns, intakeColumn{spec: c, field: fields[i], cells: cells})
		if has := l.Optional[c.Name.V]; has != "" {
			x.mu.Lock()
			x.facts[has] = fields[i] >= 0
			x.mu.Unlock()
		}
	}
	var err error
	in.parent, err = x.parentKeyOf(l, fields)
	return in, err
}

// tellEvery is how many rows pass between two looks at the clock and at the
// context.
const tellEvery = 2048

// next gives the next row that fits; the rows before it that do not are kept
// as rejects.
func (in *intake) next() (*database.Row, error) {
	for {
		if in.read%tellEvery == 0 {
			if err := in.tell(); err != nil {
				return nil, err
			}
		}
		record, err := in.reader.Next()
		if errors.Is(err, io.EOF) {
			return nil, nil
		}
		var bad *source.RowError
		if errors.As(err, &bad) {
			in.read++
			if err := in.rejectRow(bad); err != nil {
				return nil, err
			}
			if bad.Code != source.RepeatedHeader && in.marked(bad.Record, bad.Line, isDamaged(bad)) {
				return &in.row, nil
			}
			continue
		}
		if err != nil {
			return nil, err
		}
		in.read++
		if in.reader.Header() == nil && isHeader(in.load, record) {
			return nil, undeclaredHeader(in.step, in.load, record, in.read == 1)
		}
		if fits, err := in.typed(record); fits || err != nil || in.marked(record, record.Line, false) {
			return &in.row, err
		}
	}
}

// typed types every cell of a row; false when one does not fit.
func (in *intake) typed(record *source.Record) (fits bool, err error) {
	for i := range in.columns {
		c := &in.columns[i]
		v := &in.row.Values[i]
		if c.field < 0 {
			v.Kind = coerce.Null
			continue
		}
		f := &record.Fields[c.field]
		if code := c.cells.Cell(f.Bytes, f.Quoted, v); code != "" {
			return false, in.rejectCell(record, c.spec, code, string(f.Bytes))
		}
	}
	// Counted only now: the blanks of a bad row became nothing.
	for i := range in.row.Values {
		if in.row.Values[i].Kind == coerce.Null && in.columns[i].field >= 0 {
			in.nulls[i]++
		}
	}
	in.row.Line = record.Line
	return true, nil
}

// marked makes of a bad row the mark that tells staging of its key: another row
// of that key may not land, since the two say different things. False for a row
// whose key cannot be read, and where bad rows fail the run anyway. Of a damaged
// row the fields before the damage are what they seem; in one that has too many
// or too few nobody can tell which is which.
func (in *intake) marked(record *source.Record, line int64, damaged bool) bool {
	if !in.keepAll || record == nil || len(record.Fields) != in.fields && !damaged {
		return false
	}
	for i := range in.columns {
		c := &in.columns[i]
		v := &in.row.Values[i]
		v.Kind = coerce.Null
		if !in.load.Table.IsKey(c.spec.Name.V) {
			continue
		}
		if c.field < 0 || c.field >= len(record.Fields) {
			return false
		}
		f := &record.Fields[c.field]
		if c.cells.Cell(f.Bytes, f.Quoted, v) != "" {
			return false
		}
	}
	in.row.Line = -line
	in.marks++
	return true
}

func (in *intake) rejectRow(bad *source.RowError) error {
	r := Reject{Code: bad.Code, Message: bad.Message}
	names := in.reader.Header()
	if names == nil {
		names = in.load.Columns
	}
	if bad.Column > 0 && bad.Column <= len(names) {
		r.Column = names[bad.Column-1]
	}
	if bad.Record != nil && bad.Column > 0 && bad.Column <= len(bad.Record.Fields) {
		r.Value = Readable(bad.Record.Fields[bad.Column-1].Bytes)
	}
	r.keep(bad.Offset, bad.Raw, bad.Text)
	r.Cut = bad.Cut
	if isDamaged(bad) || bad.Code == source.ShortRow || bad.Code == source.LongRow {
		in.x.mu.Lock()
		in.x.rejects.of(in.load.Name).unsplit++
		in.x.mu.Unlock()
	}
	return in.reject(r, bad.Line, bad.Record)
}

// isDamaged tells a row that could not be split to its end.
func isDamaged(bad *source.RowError) bool {
	switch bad.Code {
	case source.BadQuote, source.UnterminatedQuote, source.FieldTooLong, source.RowTooLong:
		return true
	}
	return false
}

func (in *intake) rejectCell(record *source.Record, c *spec.Column, code coerce.Code, value string) error {
	r := Reject{Code: string(code), Column: c.Name.V, Value: value, Message: coerce.Message(code, c, value)}
	offset, raw := in.reader.Original()
	r.keep(offset, raw, record.Raw)
	return in.reject(r, record.Line, record)
}

// reject takes a bad row; record is nil where it could not be split.
func (in *intake) reject(r Reject, line int64, record *source.Record) error {
	in.rejected++
	r.Table = in.load.Name
	r.locate(in.reader.Info(), line)
	in.x.mu.Lock()
	defer in.x.mu.Unlock()
	rejected := in.x.rejects.of(r.Table)
	if v, ok := in.parent.of(record); ok {
		rejected.parent.add(v)
	}
	return rejected.add(r, in.keepAll)
}

// tell reports progress now and then, and looks whether to go on.
func (in *intake) tell() error {
	if err := in.ctx.Err(); err != nil {
		return err
	}
	if time.Since(in.told) > 100*time.Millisecond {
		in.told = time.Now()
		in.x.o.Events(Event{Kind: Loading, Step: in.step.ID, Table: in.load.Name, Rows: in.read, Bytes: in.reader.BytesRead(), Size: in.reader.Size()})
	}
	return nil
}

// done keeps what was learned of the file, and fails the step when its rows do
// not fit.
func (in *intake) done() error {
	info := in.reader.Info()
	x, f := in.x, in.load.Facts
	x.mu.Lock()
	defer x.mu.Unlock()
	x.facts[f+"_read"], x.facts[f+"_rejected"], x.facts[f+"_marked"] = in.read, in.rejected, in.marks > 0
	x.facts[f+"_bytes"], x.facts[f+"_sha256"], x.facts[f+"_path"] = info.Bytes, info.SHA256, in.load.Source
	nulls := map[string]int64{}
	for i, n := range in.nulls {
		if n > 0 {
			nulls[in.load.Columns[i]] = n
		}
	}
	x.nulls[in.load.Name] = nulls
	if in.read == 0 && !in.load.Table.Source.AllowEmpty.V {
		return &Error{Code: "empty_source", Step: in.step.ID, At: in.load.Source, Exit: 1,
			Message: noRows(in.load),
			Hint:    fmt.Sprintf("look at what wrote the file; if it may be empty, say allow_empty: true at %s", in.load.Table.Source.Pos)}
	}
	if in.rejected > 0 && !in.keepAll {
		return x.badRows(in.step, in.load.Name, in.load.Source, in.rejected)
	}
	return nil
}

func noRows(l plan.Load) string {
	if !l.Table.Source.Header.V {
		return l.Source + " has no row"
	}
	return l.Source + " has a header and no row"
}

// openError words why a file could not be opened or its header read.
func (x *execution) openError(step *plan.Step, l plan.Load, err error) error {
	e := &Error{Code: "source_unreadable", Step: step.ID, At: l.Table.Source.Path.Pos.String(), Message: err.Error(), Exit: 3}
	var header *source.HeaderError
	var outside *source.OutsideError
	switch {
	case errors.As(err, &outside):
		e.Code, e.Exit, e.Hint = "outside-project", 1, "copy the file into the project, or give its path with --var"
	case errors.Is(err, fs.ErrNotExist):
		e.Code = "source_missing"
		e.Hint = x.whence(l)
		var missing *source.NotFoundError
		if errors.As(err, &missing) {
			e.group = missing.Folder + "\x00" + missing.Missing
		}
	case errors.As(err, &header):
		e.Code, e.Exit, e.Message = header.Code, 1, header.Message
		e.At = fmt.Sprintf("%s:%d", l.Source, header.Line)
		if header.Code == source.MissingHeader {
			e.Hint = "the delimiter that it names is said beside the source's path"
			return e
		}
		if other := otherMarks(l, header.Header, header.Text, header.Delimiter); other != nil {
			return wrongMarks(e, l, other)
		}
		if (header.Code == source.DuplicateHeader || header.Code == source.EmptyHeader) && isData(l, header.Header) {
			return headless(e, l, header.Header)
		}
	case errors.Is(err, source.ErrEmpty):
		e.Code, e.Exit = "empty_source", 1
		e.Hint = "look at what wrote the file: it has not even a header"
	}
	return e
}

// whence says which template and vars gave the path.
func (x *execution) whence(l plan.Load) string {
	if l.Written == l.Source {
		return ""
	}
	var given []string
	for _, name := range sortedKeys(x.plan.Vars) {
		given = append(given, name+" = "+x.plan.Vars[name])
	}
	return fmt.Sprintf("the path comes from %s, with %s", l.Written, strings.Join(given, ", "))
}

func (x *execution) loadError(step *plan.Step, l plan.Load, err error) error {
	if errors.Is(err, source.ErrChanged) {
		return &Error{Code: "source_changed", Step: step.ID, At: l.Source, Message: err.Error(), Exit: 3, Hint: "run again when nothing writes to the file"}
	}
	var misread *source.EncodingError
	if errors.As(err, &misread) {
		return &Error{Code: source.WrongEncoding, Step: step.ID, At: fmt.Sprintf("%s:%d", l.Source, misread.Line), Message: misread.Message, Exit: 1}
	}
	if told, ok := errors.AsType[*Error](err); ok {
		return told
	}
	var fault *database.Fault
	if errors.As(err, &fault) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("loading %s: %w", l.Source, err)
	}
	return &Error{Code: "source_unreadable", Step: step.ID, At: l.Source, Message: err.Error(), Exit: 3}
}
