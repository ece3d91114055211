package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/streamflow/pipe/engine/database"
	"github.com/streamflow/pipe/engine/dialect"
	"github.com/streamflow/pipe/engine/run"
)

// RunRecord is one run as the target recorded it.
type RunRecord struct {
	RunID, Spec, AsOf, Status          string
	Published                          bool
	Started                            time.Time
	Duration                           time.Duration
	Host, User                         string
	Read, Inserted, Updated, Unchanged int64 // rows, of all its tables
	// Step is the one that a running run has come to, or that the run failed or
	// was killed at; empty for one that ended well.
	Step string
}

// Runs lists the runs that a target recorded, the newest first; none where it
// holds no records. One that was killed is interrupted, even before the next
// run has recorded it so; host is the caller's, whose processes can be looked
// for.
func Runs(ctx context.Context, db *database.DB, host string) ([]RunRecord, error) {
	var list []RunRecord
	err := withRecords(ctx, db, func(r *records) error {
		err := r.session.Rows(ctx, func(_ []string, v []any) error {
			run, err := runRecord(v)
			list = append(list, run)
			return err
		}, r.ListRuns())
		for i := range list {
			if err == nil {
				list[i].Status, list[i].Step, err = r.standing(ctx, host, list[i].RunID, list[i].Status, list[i].Step)
			}
		}
		return err
	})
	return list, err
}

func runRecord(v []any) (RunRecord, error) {
	text := func(i int) string { s, _ := v[i].(string); return s }
	number := func(i int) int64 { n, _ := v[i].(int64); return n }
	started, err := time.Parse(time.RFC3339, text(5))
	if err != nil {
		return RunRecord{}, fmt.Errorf("the record of run %s: %w", text(0), err)
	}
	return RunRecord{RunID: text(0), Spec: text(1), AsOf: text(2), Status: text(3), Published: number(4) == 1, Started: started,
		Duration: time.Duration(number(6)) * time.Millisecond, Host: text(7), User: text(8),
		Read: number(9), Inserted: number(10), Updated: number(11), Unchanged: number(12), Step: text(13)}, nil
}

// standing is the status of a run, and its step, whose record says that it is
// running: whether it still lives is looked up.
func (r *records) standing(ctx context.Context, host, id, status, step string) (string, string, error) {
	if status != "running" {
		return status, step, nil
	}
	lives, at, err := r.session.Lives(ctx, id, host)
	if at != "" {
		step = at
	}
	if err == nil && !lives {
		status = "interrupted"
	}
	return status, step, err
}

// Shown is a recorded run with its result document, which is empty for one that
// is under way or was killed.
type Shown struct{ RunID, Status, Step, Document string }

// Show gives a recorded run, found by its id or the start of it. Its status and
// step are those of Runs.
func Show(ctx context.Context, db *database.DB, host, id string) (*Shown, error) {
	var shown *Shown
	err := withRecords(ctx, db, func(r *records) error {
		found, err := r.find(ctx, id)
		if found == nil || err != nil {
			return err
		}
		shown = &Shown{RunID: found.id, Document: found.document}
		shown.Status, shown.Step, err = r.standing(ctx, host, found.id, found.status, found.step)
		return err
	})
	if err == nil && shown == nil {
		err = noRun(db, id)
	}
	return shown, err
}

// foundRun is a recorded run; document is empty for one that is under way or
// was killed.
type foundRun struct{ id, status, document, step string }

// find finds a run by its id or the start of it, nil when there is none.
func (r *records) find(ctx context.Context, id string) (*foundRun, error) {
	if strings.ContainsFunc(id, func(r rune) bool { return r != '-' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		return nil, nil // not asked: what was typed by mistake is not to stand in a server's log
	}
	var found []*foundRun
	err := r.session.Rows(ctx, func(_ []string, v []any) error {
		found = append(found, &foundRun{fmt.Sprint(v[0]), fmt.Sprint(v[1]), fmt.Sprint(v[2]), fmt.Sprint(v[3])})
		return nil
	}, r.FindRun(), id)
	switch {
	case err != nil || len(found) == 0:
		return nil, err
	case len(found) > 1 && found[0].id != id:
		return nil, &UsageError{Message: fmt.Sprintf("several runs begin with %q", id), Hint: "give more of the id; pipe runs lists them"}
	}
	return found[0], nil
}

func noRun(db *database.DB, id string) error {
	return &UsageError{Message: fmt.Sprintf("%s has no run %q", db.Target.Where(), id), Hint: "pipe runs lists them"}
}

// NewerRecordsError says that a newer pipe made the records of a target.
type NewerRecordsError struct {
	Where   string // the target, without secrets
	Version int64
}

// Error says which versions they are, and Hint what to do.
func (e *NewerRecordsError) Error() string {
	return fmt.Sprintf("the run records in %s have version %d, made by a newer pipe; this one knows them up to version %d", e.Where, e.Version, dialect.RecordsVersion)
}

// Hint says what to do.
func (*NewerRecordsError) Hint() string {
	return "use that pipe or a newer one; pipe version says which this is"
}

// records are pipe's own tables in a target, looked at.
type records struct {
	dialect.Records
	session *database.Session
	version int64
}

// withRecords does nothing where the target holds no records, and refuses those
// of a newer pipe. Those of an older one are read as they are.
func withRecords(ctx context.Context, db *database.DB, do func(*records) error) error {
	s, err := db.Session(ctx)
	if err != nil {
		return err
	}
	r := &records{dialect.For(db.Target.Driver).Records(), s, 0}
	known, err := s.One(ctx, r.Exist())
	if err == nil && (known["known"] == true || known["known"] == int64(1)) {
		if known, err = s.One(ctx, r.Version()); err == nil {
			r.version, _ = known[dialect.RecordsHave].(int64)
			if err = error(&NewerRecordsError{db.Target.Where(), r.version}); r.version <= dialect.RecordsVersion {
				err = do(r)
			}
		}
	}
	var fault *database.Fault
	if errors.As(err, &fault) && fault.Data {
		err = &ForeignRecordsError{db.Target.Where(), fault}
	}
	if closing := s.Close(); err == nil {
		err = closing
	}
	return err
}

// ForeignRecordsError says that what has the names of the records of a target is
// not pipe's.
type ForeignRecordsError struct {
	Where string // the target, without secrets
	cause *database.Fault
}

// Error says what the database could not do.
func (e *ForeignRecordsError) Error() string {
	return fmt.Sprintf("the run records in %s cannot be read: %v", e.Where, e.cause)
}

// Unwrap gives the fault of the database.
func (e *ForeignRecordsError) Unwrap() error { return e.cause }

// Hint says what to do.
func (*ForeignRecordsError) Hint() string { return run.RecordsForeignHint }
