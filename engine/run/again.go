package run

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/streamflow/pipe/engine/coerce"
	"github.com/streamflow/pipe/engine/plan"
	"github.com/streamflow/pipe/engine/source"
)

// again reads a table's file a second time, for the rows that were found bad in
// staging: it holds what cells mean, and a reject tells how they are written.
// Rows are asked for in the order of their lines, so that nothing is held in
// memory, and loading pays nothing for it.
type again struct {
	x      *execution
	step   *plan.Step
	load   plan.Load
	reader *source.Reader // nil of a source that gives its rows once, such as a pipe
	fields []int          // where the table's columns are in the file
	key    *parentKey
	before map[string]parentKeys // the rejected keys of the tables referred to, as they were when reading began
	cells  map[string]*coerce.Coercer
}

func (x *execution) readAgain(ctx context.Context, step *plan.Step, table string) (*again, error) {
	a := &again{x: x, step: step, load: x.loadOf(table), before: map[string]parentKeys{}, cells: map[string]*coerce.Coercer{}}
	if x.once(table) {
		return a, nil
	}
	reader, err := x.openSource(ctx, step, a.load)
	if err != nil {
		return nil, a.changed(err)
	}
	a.reader = reader
	fields, drift := matchHeader(a.load, reader.Header())
	if a.fields = fields; drift != nil {
		err = errors.New("its header is another")
	} else {
		a.key, err = x.parentKeyOf(a.load, a.fields)
	}
	if err != nil {
		return nil, errors.Join(a.changed(err), reader.Close())
	}
	return a, nil
}

// once tells whether a source gave its rows once and for all, as a pipe does.
func (x *execution) once(table string) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.drained[table]
}

func (x *execution) loadOf(table string) plan.Load {
	for _, s := range x.plan.Steps {
		for _, action := range s.Actions {
			if l, ok := action.(plan.Load); ok && l.Name == table {
				return l
			}
		}
	}
	return plan.Load{Name: table}
}

// changed is the error of a file that is not what it was when it was staged.
func (a *again) changed(why error) error {
	return &Error{Code: "source_changed", Step: a.step.ID, At: a.load.Source, Exit: 3,
		Message: fmt.Sprintf("%s was read, and is no longer what it was: %v", a.load.Source, why),
		Hint:    "run again when nothing writes to the file"}
}

// find gives the row that starts on a line; lines are asked for in order.
func (a *again) find(ctx context.Context, line int64) (*source.Record, error) {
	for n := 0; ; n++ {
		if n%tellEvery == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		record, err := a.reader.Next()
		if _, bad := errors.AsType[*source.RowError](err); bad {
			continue
		}
		if errors.Is(err, io.EOF) || err == nil && record.Line > line {
			return nil, a.changed(fmt.Errorf("no row begins on line %d", line))
		}
		if err != nil {
			return nil, a.changed(err)
		}
		if record.Line == line {
			return record, nil
		}
	}
}

// close reads on to the end, where it is known whether all of this was the file
// that was staged. With an error it only ends.
func (a *again) close(ctx context.Context, err error) error {
	if a.reader == nil {
		return err
	}
	if err != nil {
		return errors.Join(err, a.reader.Close())
	}
	for n := 0; err == nil; n++ {
		if _, err = a.reader.Next(); err != nil {
			if _, bad := errors.AsType[*source.RowError](err); bad {
				err = nil
			}
		}
		if n%tellEvery == 0 && ctx.Err() != nil {
			err = ctx.Err()
		}
	}
	switch {
	case !errors.Is(err, io.EOF) && ctx.Err() == nil:
		err = a.changed(err)
	case !errors.Is(err, io.EOF):
	case a.reader.Info().SHA256 != a.x.fact(a.load.Facts+"_sha256"):
		err = a.changed(errors.New("it has another SHA-256"))
	default:
		err = nil
	}
	return errors.Join(err, a.reader.Close())
}

func (x *execution) fact(name string) string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.facts.text(name)
}

// reject takes a bad row of staging: (code, line, column, value, other_line).
func (a *again) reject(ctx context.Context, p plan.Problems, v []string) error {
	line, err := strconv.ParseInt(v[1], 10, 64)
	if err != nil {
		return fmt.Errorf("a bad row of %s has no line: %w", p.Table, err)
	}
	r := Reject{Table: p.Table, Code: v[0], Column: v[2], Value: v[3]}
	var key *coerce.Value
	if a.reader == nil {
		r.locate(source.Info{Path: a.load.Source, File: a.load.Source}, line)
	} else {
		record, err := a.find(ctx, line)
		if err != nil {
			return err
		}
		offset, raw := a.reader.Original()
		r.keep(offset, raw, record.Raw)
		r.locate(a.reader.Info(), line)
		r.Value = a.written(record, r.Column)
		if r.Code == orphan && a.parentIsRejected(record, r.Column) {
			r.Code = orphanOfReject
		}
		key, _ = a.key.of(record)
	}
	r.Message = stagedMessage(&r, v[4])
	if r.Code == orphan {
		r.Message += a.x.unsplitParents(a.load, r.Column)
	}
	a.x.mu.Lock()
	defer a.x.mu.Unlock()
	rejected := a.x.rejects.of(p.Table)
	if key != nil && p.Quarantine {
		rejected.parent.add(key)
	}
	return rejected.add(r, p.Quarantine)
}

// The codes of orphans. A row whose parent the same run rejected is told by
// another: mending the parent mends both.
const (
	orphan         = "orphan"
	orphanOfReject = "orphan_of_reject"
)

func stagedMessage(r *Reject, other string) string {
	switch r.Code {
	case orphan:
		return fmt.Sprintf("%s %q is in no row that it references; load that row too, or take this one out", r.Column, r.Value)
	case orphanOfReject:
		return fmt.Sprintf("%s %q is that of a row which is bad itself in this run; mend that row, and this one lands with it", r.Column, r.Value)
	}
	return fmt.Sprintf("%s %q: another row of this key, line %s, says something else; one of the two must go", r.Column, r.Value, other)
}

// unsplitParents tells of the lines in the file of a table that is referred to
// which could not be split: one of them may hold the row that is missed.
func (x *execution) unsplitParents(l plan.Load, column string) string {
	c := l.Table.Column(column)
	if c == nil || c.References == nil {
		return ""
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	parent := c.References.Table
	switch n := x.rejects.of(parent).unsplit; n {
	case 0:
		return ""
	case 1:
		return fmt.Sprintf(" (a line in the file of %s could not be split, and may hold it)", parent)
	default:
		return fmt.Sprintf(" (%d lines in the file of %s could not be split, and one may hold it)", n, parent)
	}
}

// written gives the cells of a column, or of the columns of a key, as the file
// has them.
func (a *again) written(record *source.Record, column string) string {
	names := []string{column}
	if a.load.Table.Column(column) == nil {
		names = nil
		for _, k := range a.load.Table.PrimaryKey {
			names = append(names, k.V)
		}
	}
	var cells []string
	for _, name := range names {
		if i := a.field(name); i >= 0 {
			cells = append(cells, Readable(record.Fields[i].Bytes))
		}
	}
	return strings.Join(cells, ", ")
}

func (a *again) field(column string) int {
	i := slices.IndexFunc(a.load.Columns, func(name string) bool { return name == column })
	if i < 0 {
		return i
	}
	return a.fields[i]
}

// parentIsRejected tells whether the row that a cell refers to was in the file
// of its table, and was rejected before.
func (a *again) parentIsRejected(record *source.Record, column string) bool {
	c := a.load.Table.Column(column)
	i := a.field(column)
	if c == nil || c.References == nil || i < 0 {
		return false
	}
	keys, known := a.before[column]
	if !known {
		a.x.mu.Lock()
		keys = a.x.rejects.of(c.References.Table).parent.frozen()
		a.x.mu.Unlock()
		cells, err := coerce.New(c, a.load.Table.Source.NullValues, a.load.Table.IsKey(column), a.x.plan.Dialect)
		if err != nil {
			return false
		}
		a.before[column], a.cells[column] = keys, cells
	}
	var v coerce.Value
	f := record.Fields[i]
	return len(keys) > 0 && a.cells[column].Cell(f.Bytes, f.Quoted, &v) == "" && keys.has(&v)
}
