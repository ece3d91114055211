//go:build unix

package engine_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/streamflow/pipe/engine/database"
)

// world is all that a reader can see of an arena's target, in one transaction.
type world struct {
	live      int // the month of every live table; 0 when there are none
	stamped   []int
	published map[int]bool // by the records
	runs      map[string]recorded
	faults    []string // what no reader may ever see
}

type recorded struct {
	month        int
	status, step string
	published    bool
}

// look reads the target; nil where it cannot be reached.
func (a *arena) look() *world {
	a.t.Helper()
	var w *world
	var err error
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if w, err = a.read(true); err == nil {
			return w
		}
	}
	a.t.Errorf("reading the target: %v", err)
	return nil
}

// read is one look, in one transaction; thorough looks into a SQLite file too.
func (a *arena) read(thorough bool) (*world, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	parsed, _, err := database.ParseTarget(a.direct)
	if err != nil {
		return nil, err
	}
	db, err := database.Open(ctx, parsed, "observer", database.ReadOnly)
	if err != nil {
		return nil, err
	}
	defer func() { _ = db.Close() }() // nothing was written
	session, err := db.Session(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = session.Close() }()
	if err := session.BeginReadOnly(ctx); err != nil {
		return nil, err
	}
	w, err := observe(ctx, session, a.cluster != nil, thorough)
	if err != nil {
		return nil, err
	}
	return w, session.Rollback(ctx)
}

// reading runs queries until one fails.
type reading struct {
	ctx     context.Context
	session *database.Session
	err     error
}

func (r *reading) rows(each func(v []any), query string) {
	if r.err == nil {
		r.err = r.session.Rows(r.ctx, func(_ []string, v []any) error { each(v); return nil }, query)
	}
}

func observe(ctx context.Context, session *database.Session, postgres, thorough bool) (*world, error) {
	w := &world{published: map[int]bool{}, runs: map[string]recorded{}}
	r := &reading{ctx: ctx, session: session}
	catalogue, records := "SELECT name FROM sqlite_master WHERE type = 'table'", "pipe_runs"
	if postgres {
		catalogue = "SELECT CAST(relname AS text) FROM pg_class JOIN pg_namespace AS n ON n.oid = relnamespace WHERE relkind = 'r' AND nspname IN ('public', 'pipe')"
		records = "pipe.runs"
	}
	there := map[string]bool{}
	r.rows(func(v []any) { there[fmt.Sprint(v[0])] = true }, catalogue)
	months := map[string]int{}
	for month := range 2000 {
		months[day(month)] = month
	}
	var live []int
	var stamps [][]int
	for _, table := range chaosTables {
		if there[table] != there["users"] || there[table+"_history"] != there["users"] {
			w.fault("there is %v and not all the others", slices.Sorted(maps.Keys(there)))
		}
		if !there[table] {
			continue
		}
		r.rows(func(v []any) { live = append(live, w.whole(table, v, -1)) }, "SELECT count(*), min(tag), max(tag), CAST(sum(value) AS bigint) FROM "+table)
		var stamped []int
		r.rows(func(v []any) {
			stamped = append(stamped, w.whole(table+"_history", v, months[fmt.Sprint(v[4])]))
		}, "SELECT count(*), min(tag), max(tag), CAST(sum(value) AS bigint), CAST(as_of AS text) FROM "+table+"_history GROUP BY as_of ORDER BY as_of")
		stamps = append(stamps, stamped)
	}
	if there["runs"] || there["pipe_runs"] {
		r.rows(func(v []any) {
			run := recorded{months[fmt.Sprint(v[1])], fmt.Sprint(v[2]), fmt.Sprint(v[4]), v[3] == int64(1)}
			w.runs[fmt.Sprint(v[0])] = run
			if run.published {
				w.published[run.month] = true
			}
		}, "SELECT run_id, CAST(as_of AS text), status, CASE WHEN published THEN 1 ELSE 0 END, coalesce(step, '') FROM "+records)
	}
	w.agree(live, stamps)
	if !postgres && thorough {
		r.rows(func(v []any) {
			if v[0] != "ok" {
				w.fault("the file is not sound: %v", v[0])
			}
		}, "PRAGMA integrity_check")
		r.rows(func(v []any) { w.fault("a row of %v refers to none of %v", v[0], v[2]) }, "PRAGMA foreign_key_check")
	}
	return w, r.err
}

func (w *world) fault(format string, args ...any) {
	w.faults = append(w.faults, fmt.Sprintf(format, args...))
}

// whole tells the month that (rows, least tag, greatest tag, sum of values)
// belong to; -1 and a fault when they are not exactly one month's, or not the
// one that is wanted.
func (w *world) whole(table string, v []any, want int) int {
	tag, ok := v[1].(int64)
	month, sum := int(tag), int64(0)
	for id := range chaosRows {
		sum += int64(value(id, month))
	}
	if !ok || v[0] != int64(chaosRows) || v[1] != v[2] || v[3] != sum || want >= 0 && month != want {
		w.fault("%s is not one month: rows, tags, sum: %v, wanted %d, %d, %d (month %d)", table, v, chaosRows, month, sum, want)
		return -1
	}
	return month
}

// agree compares the tables with each other and with the records.
func (w *world) agree(live []int, stamps [][]int) {
	published := slices.Sorted(maps.Keys(w.published))
	for i := range live {
		if live[i] != live[0] {
			w.fault("the live tables are of the months %v", live)
		}
		if !slices.Equal(stamps[i], published) {
			w.fault("the months %v are stamped in %s_history, and the records say %v", stamps[i], chaosTables[i], published)
		}
	}
	if len(live) > 0 {
		w.live, w.stamped = live[0], stamps[0]
	}
	if len(published) > 0 && w.live != published[len(published)-1] {
		w.fault("month %d is live, and the records say %v", w.live, published)
	}
	for id, r := range w.runs {
		if good := r.status == "succeeded" || r.status == "unchanged"; good != r.published {
			w.fault("run %s is recorded as %s and published %t", id, r.status, r.published)
		}
	}
}

// against compares what a run said of itself with what there is.
func (w *world) against(p *process) []string {
	var found []string
	r, known := w.runs[p.RunID]
	unknown := strings.Contains(p.out.String(), `"outcome_unknown"`)
	switch {
	case p.Dry && known:
		found = append(found, "a dry run is recorded")
	case p.Dry:
	case p.code == 0 && !(known && r.published):
		found = append(found, fmt.Sprintf("a run that ended well is recorded as %+v", r))
	case p.code == 0 && !w.published[p.month]:
		found = append(found, "a run that ended well did not publish")
	case p.code > 0 && !unknown && r.published:
		found = append(found, fmt.Sprintf("a run that did not publish is recorded as %+v", r))
	case strings.Contains(p.out.String()+p.err.String(), "panic"), p.code == 2:
		found = append(found, "the program broke")
	}
	return found
}

// leftovers are runs that are dead and not shown so.
func (w *world) leftovers() []string {
	var found []string
	for id, r := range w.runs {
		if r.status == "running" {
			found = append(found, fmt.Sprintf("run %s is still shown as running", id))
		}
		if r.status == "interrupted" && r.step == "" {
			found = append(found, fmt.Sprintf("run %s was interrupted, and nothing tells at which step", id))
		}
	}
	return found
}

// observe reads all tables in one transaction, again and again, until stop;
// it may never see a mixed month.
func (a *arena) observe() (stop func()) {
	over := make(chan struct{})
	var watching sync.WaitGroup
	seen := 0
	watching.Go(func() {
		for {
			select {
			case <-over:
				return
			case <-time.After(20 * time.Millisecond):
			}
			w, err := a.read(false)
			if err != nil {
				continue // the server is down, or the disk is full
			}
			seen++
			for _, fault := range w.faults {
				a.t.Errorf("an observer saw: %s", fault)
			}
		}
	})
	return func() {
		close(over)
		watching.Wait()
		a.t.Logf("an observer looked %d times", seen)
		if seen == 0 {
			a.t.Error("the observer saw nothing")
		}
	}
}
