package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"

	"github.com/streamflow/pipe/engine/database"
	"github.com/streamflow/pipe/engine/run"
)

// RejectsRecord says what a recorded run rejected.
type RejectsRecord struct {
	Run    *run.Result // as it was told at its end; without a document but its id and status
	Counts []RejectsCount
	// Newest is the newest run that rejected anything, where this one did not;
	// empty when there is none.
	Newest string
}

// RejectsCount is how many rejects of one table and code are recorded.
type RejectsCount struct {
	Table, Code string
	Rows        int64
}

func (r *RejectsRecord) count(table, code string) {
	for i := range r.Counts {
		if c := &r.Counts[i]; c.Table == table && c.Code == code {
			c.Rows++
			return
		}
	}
	r.Counts = append(r.Counts, RejectsCount{table, code, 1})
}

// Recorded is how many rejects of the run are recorded. Run.RejectsTotal may be
// more: of a table that fails on bad rows the first 10,000 are recorded.
func (r *RejectsRecord) Recorded() int64 {
	n := int64(0)
	for _, c := range r.Counts {
		n += c.Rows
	}
	return n
}

// Rejects hands the rejects of a run to show, table by table, as they come from
// the target: they may be more than memory holds. id is a run's, or the
// start of it; empty means the newest run that has ended, of the named spec or,
// where that is empty, of any. most bounds the rows of one table and code; 0
// means all.
func Rejects(ctx context.Context, db *database.DB, id, spec string, most int, show func(*RejectsRecord, iter.Seq2[run.Reject, error]) error) error {
	known := false
	err := withRecords(ctx, db, func(r *records) error {
		record, err := r.rejectsOf(ctx, id, spec)
		if err != nil || record == nil {
			return err
		}
		known = true
		return show(record, r.rejectRows(ctx, record, most))
	})
	switch {
	case err != nil || known:
		return err
	case id != "":
		return noRun(db, id)
	}
	return &UsageError{Message: fmt.Sprintf("%s has no run that has ended", db.Target.Where()), Hint: "pipe runs lists them"}
}

// rejectsOf finds the run and counts its rejects; nil where there is no such run.
func (r *records) rejectsOf(ctx context.Context, id, spec string) (*RejectsRecord, error) {
	first := func(sql string) (found string, err error) {
		err = r.session.Rows(ctx, func(_ []string, v []any) error {
			found = fmt.Sprint(v[0])
			return nil
		}, sql, spec)
		return found, err
	}
	var err error
	if id == "" {
		if id, err = first(r.NewestRun()); err != nil || id == "" {
			return nil, err
		}
	}
	found, err := r.find(ctx, id)
	if err != nil || found == nil {
		return nil, err
	}
	record := &RejectsRecord{Run: &run.Result{RunID: found.id, Status: run.Status(found.status)}}
	if found.document != "" {
		if err := json.Unmarshal([]byte(found.document), record.Run); err != nil {
			return nil, fmt.Errorf("reading the record of run %s: %w", found.id, err)
		}
	}
	err = r.session.Rows(ctx, func(_ []string, v []any) error {
		record.count(fmt.Sprint(v[0]), fmt.Sprint(v[1]))
		return nil
	}, r.KindsOfRejects(), found.id)
	if err == nil && len(record.Counts) == 0 {
		record.Newest, err = first(r.NewestWithRejects())
	}
	return record, err
}

// errEnough ends a query whose rows are no longer wanted.
var errEnough = errors.New("enough")

// rejectRows are the rejects of a run: all of them, or the first most of each
// table and code.
func (r *records) rejectRows(ctx context.Context, record *RejectsRecord, most int) iter.Seq2[run.Reject, error] {
	return func(yield func(run.Reject, error) bool) {
		each := func(_ []string, v []any) error {
			if !yield(rejectRecord(v), nil) {
				return errEnough
			}
			return nil
		}
		var err error
		if most == 0 {
			err = r.session.Rows(ctx, each, r.ListRejects(r.version), record.Run.RunID)
		}
		for _, c := range record.Counts {
			if most > 0 && err == nil {
				err = r.session.Rows(ctx, each, r.FirstRejects(r.version), record.Run.RunID, c.Table, c.Code, most)
			}
		}
		if err != nil && !errors.Is(err, errEnough) {
			yield(run.Reject{}, err)
		}
	}
}

func rejectRecord(v []any) run.Reject {
	text := func(i int) string { s, _ := v[i].(string); return s }
	number := func(i int) int64 { n, _ := v[i].(int64); return n }
	r := run.Reject{Table: text(0), Code: text(1), File: text(2), Member: text(3), LineNumber: number(4), Offset: -1,
		Column: text(6), Value: text(7), Message: text(8), Cut: number(10) == 1}
	r.At = fmt.Sprintf("%s:%d", r.File, r.LineNumber)
	if r.Member != "" {
		r.At = fmt.Sprintf("%s/%s:%d", r.File, r.Member, r.LineNumber)
	}
	if offset, ok := v[5].(int64); ok {
		r.Offset = offset
	}
	if line, ok := v[9].(string); ok {
		r.Original = []byte(line)
		r.Line = run.Readable(r.Original)
	}
	return r
}
