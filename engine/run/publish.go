package run

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/streamflow/pipe/engine/database"
	"github.com/streamflow/pipe/engine/plan"
)

// checkpoint is what a further attempt starts from.
type checkpoint struct {
	facts        facts
	rejects      map[string]rejectsMark
	overrides    []Override
	expectations []Expectation
}

func (x *execution) mark() checkpoint {
	x.mu.Lock()
	defer x.mu.Unlock()
	return checkpoint{maps.Clone(x.facts), x.rejects.mark(), slices.Clone(x.result.Overrides), slices.Clone(x.result.Expectations)}
}

func (x *execution) reset(c checkpoint) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.facts = maps.Clone(c.facts)
	x.rejects.reset(c.rejects)
	x.result.Overrides, x.result.Expectations = slices.Clone(c.overrides), slices.Clone(c.expectations)
	x.problems = nil
}

// publishOnce opens the one transaction in which everything lands, and commits
// it.
func (x *execution) publishOnce(ctx context.Context) error {
	if err := x.session.Begin(ctx); err != nil {
		return x.dropIfLost(ctx, err)
	}
	err := x.session.Holds(ctx, x.plan.Locks)
	if err == nil {
		err = x.walk(ctx, plan.PublishPhase, 1)
	}
	if err == nil {
		err = ctx.Err()
	}
	if err == nil {
		err = x.committable(ctx)
	}
	if err != nil {
		return x.dropIfLost(ctx, errors.Join(err, ignoreLost(x.session.Rollback(context.WithoutCancel(ctx)))))
	}
	// Once COMMIT is sent it is not cancelled: its answer decides.
	if err = x.session.Commit(context.WithoutCancel(ctx)); err == nil {
		x.result.Published = true
		return nil
	}
	if err = x.dropIfLost(ctx, &stepError{"record", err}); x.session != nil {
		return errors.Join(err, ignoreLost(x.session.Rollback(context.WithoutCancel(ctx))))
	}
	return x.settle(ctx, err)
}

// unknownOutcome is the code of a run of which nobody can tell whether it was
// published.
const unknownOutcome = "outcome_unknown"

// isUnknown tells whether err is that of such a run.
func isUnknown(err error) bool {
	var own *Error
	return errors.As(err, &own) && own.Code == unknownOutcome
}

// settle finds out whether a COMMIT whose answer was lost had arrived. It asks
// whatever the run's own time and retries allow: an outcome that nobody knows
// is the worst of all.
func (x *execution) settle(ctx context.Context, lost error) error {
	quiet, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
	defer cancel()
	var err error
	for wait := 100 * time.Millisecond; ; wait = min(2*wait, 2*time.Second) {
		if x.result.Published, err = x.wasPublished(quiet); err == nil {
			break
		}
		select {
		case <-quiet.Done():
			return &Error{Code: unknownOutcome, Step: "record", Exit: 3,
				Message: fmt.Sprintf("the connection was lost while committing, and the target cannot be asked whether it arrived: %v", err),
				Hint:    fmt.Sprintf("ask later: pipe show %s; running again is safe, it writes only what is missing", x.o.RunID)}
		case <-time.After(wait):
		}
	}
	if x.result.Published {
		return nil
	}
	return lost
}

// wasPublished asks the records on a connection of its own. First the lost one
// is ended: a COMMIT that is still on its way must not arrive after the answer.
func (x *execution) wasPublished(ctx context.Context) (published bool, err error) {
	session, err := x.db.Session(ctx)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, ignoreLost(session.Close())) }()
	if err := session.EndOthers(ctx); err != nil {
		return false, err
	}
	args, _ := x.applies(x.plan.Lookup)
	found, err := session.One(ctx, x.plan.Lookup.SQL, args...)
	return facts(found).truth("published"), err
}

// dropIfLost gives the session up when its connection is gone.
func (x *execution) dropIfLost(ctx context.Context, err error) error {
	var fault *database.Fault
	if !errors.As(err, &fault) || !fault.Transient || x.session == nil {
		return err
	}
	quiet, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if !x.session.Alive(quiet) {
		err = errors.Join(err, ignoreLost(x.session.Close()))
		x.session = nil
	}
	return err
}

// acquire takes a session and the locks, anew where a fault took them.
func (x *execution) acquire(ctx context.Context) error {
	again := x.attempted
	x.attempted = true
	if x.session == nil {
		session, err := x.db.Session(ctx)
		if err != nil {
			return err
		}
		x.session = session
	}
	wait := x.o.Wait
	if again {
		// What the server still holds for this run is nobody's any more, and
		// another run may need a moment to find out that this one lives.
		if err := x.session.EndOthers(ctx); err != nil {
			return x.dropIfLost(ctx, err)
		}
		wait = max(wait, 5*time.Second)
	}
	return x.dropIfLost(ctx, x.lock(ctx, x.session, wait))
}

// retrying repeats do after transient faults, with backoff and jitter, and
// tells of every further attempt. do gives the name of what it was at.
func (x *execution) retrying(ctx context.Context, do func() (string, error)) error {
	for {
		what, err := do()
		if err == nil || ctx.Err() != nil || !isTransient(err) || x.retries >= x.plan.Retries {
			return err
		}
		x.retries++
		x.result.Attempts++
		x.result.Retries = append(x.result.Retries, Retry{Step: what, Attempt: x.result.Attempts, Message: err.Error()})
		x.o.Events(Event{Kind: Retrying, Message: what, Attempt: x.result.Attempts, Err: err})
		if !pause(ctx, x.retries) {
			return err
		}
	}
}

// pause waits before a further attempt, longer each time and never quite the
// same; false when ctx ended meanwhile.
func pause(ctx context.Context, retries int) bool {
	wait := min(200*time.Millisecond<<min(retries, 6), 10*time.Second)
	select {
	case <-ctx.Done():
		return false
	case <-time.After(wait/2 + rand.N(wait)):
		return true
	}
}

// isTransient tells whether what failed may pass by itself. What is wrong with
// the data is found again by the next attempt, and then all of it.
func isTransient(err error) bool {
	return slices.ContainsFunc(flatten(err), func(e error) bool {
		var fault *database.Fault
		return errors.As(e, &fault) && fault.Transient
	})
}

// seal checks that every number balances, and sets the facts that the record
// of a published run needs.
func (x *execution) seal() error {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.describe()
	for _, t := range x.result.Tables {
		if !t.Rows.Balances() {
			return &Error{Code: "ledger_unbalanced", Step: "record", Exit: 1, At: t.Source.Path,
				Message: fmt.Sprintf("table %s: the ledger does not balance: %+v", t.Name, t.Rows),
				Hint:    "a trigger or a rule of the database may change what is written; the run was rolled back"}
		}
	}
	if c := x.result.Checks; c.Evaluated != c.Declared {
		return incomplete(c)
	}
	x.result.Status = Succeeded
	if !x.wrote() {
		x.result.Status = Unchanged
	}
	x.result.DurationMS = time.Since(x.started).Milliseconds()
	return x.recordFacts(true)
}

// incomplete is the error of a run some of whose expectations were not
// evaluated: a check that did not run is not a pass.
func incomplete(c Checks) *Error {
	return &Error{Code: "checks_incomplete", Exit: 1, Message: fmt.Sprintf("%d expectations are declared and %d were evaluated", c.Declared, c.Evaluated)}
}

// wrote tells whether any row of a table or snapshot was written. The caller
// holds mu.
func (x *execution) wrote() bool {
	for _, t := range x.plan.Tables {
		if t.Loaded && x.facts.truth(t.Facts+"_writes") {
			return true
		}
	}
	for _, s := range x.plan.Snapshots {
		if x.facts.integer(s.Facts+"_inserted") > 0 || x.facts.truth(s.Facts+"_differs") && x.o.Snapshots == ReplaceSnapshots {
			return true
		}
	}
	return false
}

// recordFacts sets the facts that the run records take. The caller holds mu.
func (x *execution) recordFacts(published bool) error {
	copied := *x.result
	copied.Published = published
	copied.Steps = slices.Clone(x.result.Steps)
	if published {
		for i := range copied.Steps {
			copied.Steps[i].Status = StepSucceeded
		}
	}
	document, err := json.Marshal(copied)
	if err != nil {
		return fmt.Errorf("writing the result document: %w", err)
	}
	x.facts["status"], x.facts["published"] = string(x.result.Status), published
	x.facts["duration_ms"], x.facts["result"] = x.result.DurationMS, string(document)
	x.facts["failed_step"], x.facts["error"] = "", ""
	if e := x.result.Error; e != nil {
		x.facts["failed_step"], x.facts["error"] = e.Step, e.Message
	}
	lists := map[string]func() (string, error){
		"expectation_results": func() (string, error) { return list(x.verdictRows()) },
		"overrides":           func() (string, error) { return list(x.overrideRows()) },
	}
	for name, make := range lists {
		text, err := make()
		if err != nil {
			return fmt.Errorf("writing the records of %s: %w", name, err)
		}
		x.facts[name] = text
	}
	return nil
}

type verdictRow struct {
	Suite       string  `json:"suite"`
	Position    int     `json:"position"`
	Name        string  `json:"name"`
	Table       string  `json:"table_name"`
	Expectation string  `json:"expectation"`
	Severity    string  `json:"severity"`
	Success     bool    `json:"success"`
	Elements    int64   `json:"element_count"`
	Unexpected  int64   `json:"unexpected_count"`
	Observed    *string `json:"observed"`
	Error       *string `json:"error"`
}

func (x *execution) verdictRows() []verdictRow {
	var rows []verdictRow
	for _, e := range x.result.Expectations {
		row := verdictRow{e.Suite, e.Index, e.Name, e.Table, e.Expectation, e.Severity, e.Success, e.Result.ElementCount, e.Result.UnexpectedCount, nil, e.Error}
		if text, err := json.Marshal(e.Result.ObservedValue); err == nil && string(text) != "null" {
			observed := string(text)
			row.Observed = &observed
		}
		rows = append(rows, row)
	}
	return rows
}

type overrideRow struct {
	Flag   string `json:"flag"`
	User   string `json:"os_user"`
	At     string `json:"at"`
	Detail string `json:"detail"`
}

func (x *execution) overrideRows() []overrideRow {
	var rows []overrideRow
	for _, o := range x.result.Overrides {
		rows = append(rows, overrideRow(o))
	}
	return rows
}
