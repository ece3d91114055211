package engine

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/streamflow/pipe/engine/database"
	"github.com/streamflow/pipe/engine/dialect"
)

// RunRecord is one run as the target recorded it.
type RunRecord struct {
	RunID, Spec, AsOf, Status          string
	Published                          bool
	Started                            time.Time
	Duration                           time.Duration
	Host, User                         string
	Read, Inserted, Updated, Unchanged int64 // rows, of all its tables
}

// Runs lists the runs that a target recorded, the newest first; none where it
// holds no records.
func Runs(ctx context.Context, db *database.DB) ([]RunRecord, error) {
	var list []RunRecord
	err := withRecords(ctx, db, func(s *database.Session, records dialect.Records) error {
		return s.Rows(ctx, func(_ []string, v []any) error {
			r, err := runRecord(v)
			list = append(list, r)
			return err
		}, records.ListRuns())
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
		Read: number(9), Inserted: number(10), Updated: number(11), Unchanged: number(12)}, nil
}

// Show gives the result document of a recorded run, found by its id or the
// start of it. It is empty for a run that is under way or was killed; status
// tells which.
func Show(ctx context.Context, db *database.DB, id string) (document, status string, err error) {
	none := &UsageError{Message: fmt.Sprintf("%s has no run %q", db.Target.Where(), id), Hint: "pipe runs lists them"}
	if strings.ContainsFunc(id, func(r rune) bool { return r != '-' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		return "", "", none // not asked: what was typed by mistake is not to stand in a server's log
	}
	var found []string
	err = withRecords(ctx, db, func(s *database.Session, records dialect.Records) error {
		return s.Rows(ctx, func(_ []string, v []any) error {
			found = append(found, fmt.Sprint(v[0]))
			status, document = fmt.Sprint(v[1]), fmt.Sprint(v[2])
			return nil
		}, records.FindRun(), id)
	})
	switch {
	case err != nil:
		return "", "", err
	case len(found) == 0:
		return "", "", none
	case len(found) > 1 && found[0] != id:
		return "", "", &UsageError{Message: fmt.Sprintf("several runs begin with %q", id), Hint: "give more of the id; pipe runs lists them"}
	}
	return document, status, nil
}

func withRecords(ctx context.Context, db *database.DB, do func(*database.Session, dialect.Records) error) error {
	s, err := db.Session(ctx)
	if err != nil {
		return err
	}
	records := dialect.For(db.Target.Driver).Records()
	known, err := s.One(ctx, records.Exist())
	if err == nil && (known["known"] == true || known["known"] == int64(1)) {
		err = do(s, records)
	}
	if closing := s.Close(); err == nil {
		err = closing
	}
	return err
}
