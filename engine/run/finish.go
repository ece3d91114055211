package run

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/streamflow/pipe/engine/database"
	"github.com/streamflow/pipe/engine/plan"
)

// ErrInterrupted is the cause of a context that a signal ended.
var ErrInterrupted = errors.New("interrupted")

// describe fills the result's tables, snapshots and counts from what is known
// by now. The caller holds mu.
func (x *execution) describe() {
	r := x.result
	r.Tables, r.Snapshots = []Table{}, []Snapshot{}
	for _, t := range x.plan.Tables {
		if !t.Loaded || r.Kind == "check" {
			continue
		}
		r.Tables = append(r.Tables, x.ledger(t))
	}
	for _, s := range x.plan.Snapshots {
		if r.Kind == "check" {
			break
		}
		count := func(name string) int64 { return x.facts.integer(s.Facts + name) }
		r.Snapshots = append(r.Snapshots, Snapshot{Name: s.Name, AsOf: x.plan.AsOf, Inserted: count("_inserted"), Kept: count("_kept"),
			Added: count("_added"), Changed: count("_changed"), Missing: count("_missing")})
	}
	r.RejectsTotal, r.Rejects = x.rejects.total(), x.rejects.shown(x.loaded())
	r.Checks = x.countChecks()
}

func (x *execution) ledger(t plan.Table) Table {
	count := func(name string) int64 { return x.facts.integer(t.Facts + name) }
	table := Table{Name: t.Name, Nulls: map[string]int64{}, Source: Source{Path: t.Source, SHA256: x.facts.text(t.Facts + "_sha256"), Bytes: count("_bytes")},
		Rows: Rows{Read: count("_read"), Rejected: count("_rejected"), Collapsed: count("_collapsed"), Loaded: count("_loaded"),
			Inserted: count("_inserted"), Updated: count("_updated"), Unchanged: count("_unchanged"), Absent: count("_absent")}}
	if n := x.nulls[t.Name]; n != nil {
		table.Nulls = n
	}
	if same := x.facts.text(t.Facts + "_same_as"); same != "" && same != "0" {
		table.Source.SameAs = &same
	}
	return table
}

func (x *execution) countChecks() Checks {
	var c Checks
	for _, s := range x.plan.Steps {
		for _, a := range s.Actions {
			if j, ok := a.(plan.Judge); ok {
				c.Declared += len(j.Expectations)
			}
		}
	}
	for _, e := range x.result.Expectations {
		switch {
		case e.Error != nil:
			c.Failed++
			continue
		case e.Success:
			c.Passed++
		case e.Severity == "warn":
			c.Warned++
		default:
			c.Failed++
		}
		c.Evaluated++
	}
	return c
}

// finish settles how the run ended, records it if it did not publish, and
// gives the result.
func (x *execution) finish(ctx context.Context, err error) *Result {
	x.mu.Lock()
	x.sortExpectations()
	x.describe()
	x.mu.Unlock()
	r := x.result
	if err != nil && !r.Published {
		x.fail(ctx, err)
	} else if err != nil {
		// Published all the same: what failed behind the COMMIT is told beside it.
		r.Problems = append(r.Problems, *x.explain(context.WithoutCancel(ctx), "", err))
	}
	for i := range r.Steps {
		if !r.Published && r.Steps[i].Status == StepSucceeded && x.phaseOf(r.Steps[i].ID) == plan.PublishPhase && r.Kind == "run" {
			r.Steps[i].Status = StepRolledBack
		}
	}
	r.DurationMS = time.Since(x.started).Milliseconds()
	if r.Error == nil && r.Status == "" {
		r.Status = Succeeded // a check, or a dry run
		if r.Kind == "run" && !x.wrote() {
			r.Status = Unchanged
		}
	}
	if r.Kind == "run" && !r.DryRun && !r.Published && !isUnknown(err) {
		if err := x.recordFailure(ctx); err != nil {
			r.Problems = append(r.Problems, *x.explain(ctx, "record", err))
		}
	}
	if err := x.rejects.close(); err != nil {
		r.Problems = append(r.Problems, *x.explain(context.WithoutCancel(ctx), "record", err))
	}
	return r
}

func (x *execution) phaseOf(id string) plan.Phase { return x.plan.Step(id).Phase }

func (x *execution) sortExpectations() {
	order := map[string]int{}
	for i, s := range x.plan.Steps {
		for _, a := range s.Actions {
			if j, ok := a.(plan.Judge); ok {
				order[j.Suite] = i
			}
		}
	}
	slices.SortStableFunc(x.result.Expectations, func(a, b Expectation) int {
		return cmp.Or(cmp.Compare(order[a.Suite], order[b.Suite]), cmp.Compare(a.Index, b.Index))
	})
}

// fail settles the error of a run that did not publish.
func (x *execution) fail(ctx context.Context, err error) {
	r := x.result
	var all []*Error
	for _, e := range flatten(err) {
		var s *stepError
		step := ""
		if errors.As(e, &s) {
			step = s.step
		}
		all = append(all, x.explain(ctx, step, e))
	}
	all = append(all, x.problems...)
	all = distinct(all)
	first := all[0]
	for _, e := range all {
		// What the caller must act on first: an outside fault may come and go.
		if rank(e) < rank(first) {
			first = e
		}
	}
	r.Error = first
	for _, e := range all {
		if e != first {
			r.Problems = append(r.Problems, *e)
		}
	}
	if len(r.Problems) > 0 {
		r.Problems = append([]Error{*first}, r.Problems...)
	}
	switch {
	case first.Code == "interrupted":
		r.Status = Interrupted
	case first.Exit == 4:
		r.Status = Refused
	case first.Code == "checks_failed":
		r.Status = ChecksFailed
	default:
		r.Status = Failed
	}
}

// rank orders errors by what explains the outcome best.
func rank(e *Error) int {
	switch {
	case e.Code == "interrupted", e.Code == "timeout":
		return 0
	case e.Code == "checks_failed":
		return 2
	case e.Exit == 4:
		return 3 // what a guard refused may look different once the data is mended
	}
	return 1
}

// distinct tells every cause once: six files of one missing folder are one.
func distinct(list []*Error) []*Error {
	var kept []*Error
	for _, e := range list {
		i := slices.IndexFunc(kept, func(k *Error) bool {
			return k.Code == e.Code && (k.Message == e.Message || k.group != "" && k.group == e.group)
		})
		if i < 0 {
			kept = append(kept, e)
		} else if kept[i].group != "" && kept[i] != e {
			kept[i].more++
		}
	}
	for _, e := range kept {
		if e.more > 0 {
			e.Message += fmt.Sprintf(" (and so for %d more)", e.more)
		}
	}
	return kept
}

// flatten takes joined errors apart.
func flatten(err error) []error {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	var all []error
	for _, e := range joined.Unwrap() {
		all = append(all, flatten(e)...)
	}
	return all
}

// explain makes any error one that says what to do and how to exit.
func (x *execution) explain(ctx context.Context, step string, err error) *Error {
	var own *Error
	var held *database.HeldError
	var fault *database.Fault
	cause := context.Cause(ctx)
	if ctx.Err() != nil && step == "" { // between two steps
		x.mu.Lock()
		step = x.came
		x.mu.Unlock()
	}
	switch {
	case errors.As(err, &own) && isUnknown(own):
		return own // whatever ended the run, nobody may say that it was rolled back
	case ctx.Err() != nil && errors.Is(cause, ErrTimeout):
		return &Error{Code: "timeout", Message: ErrTimeout.Error() + "; everything was rolled back", Step: step, Hint: "give it more with --timeout, or look at what takes so long", Exit: 3}
	case ctx.Err() != nil:
		return &Error{Code: "interrupted", Message: "the run was interrupted; everything was rolled back", Step: step, Exit: 130}
	case errors.As(err, &own):
		if own.Step == "" {
			own.Step = step
			if s := x.plan.Step(step); s != nil && own.At == "" {
				own.At = s.Pos.String()
			}
		}
		return own
	case errors.As(err, &held):
		e := &Error{Code: "locked", Message: held.Error(), Hint: "wait until it has ended, for instance with --wait 10m", Exit: 4}
		if held.Waited > 0 {
			e.Message = fmt.Sprintf("after %s of waiting, %s", held.Waited.Truncate(time.Millisecond), e.Message)
			e.Hint = "wait longer with --wait, or look at what keeps that run"
		}
		return e
	case errors.As(err, &fault):
		e := &Error{Code: "database", Message: err.Error(), Step: step, SQLState: fault.State, Exit: 3}
		var s *stepError
		if errors.As(err, &s) {
			e.Message = s.err.Error()
		}
		e.Message = strings.TrimSuffix(e.Message, " ("+fault.State+")") // SQLState says it
		e.Hint = faultHint(fault)
		if fault.Data {
			e.Code, e.Exit = "statement_failed", 1
			if step == plan.RecordsStep {
				e.Code, e.Exit, e.Hint = "records_foreign", 3, RecordsForeignHint
			}
			if e.Hint == "" {
				e.Hint = "a constraint of the table, or the setup SQL, does not agree with the spec"
			}
		}
		if s := x.plan.Step(step); s != nil {
			e.At = s.Pos.String()
		}
		return e
	}
	return &Error{Code: "failed", Message: err.Error(), Step: step, Exit: 3}
}

// recordFailure records a run that did not publish, in a transaction of its
// own and, where the old connection is gone, on a connection of its own. A run
// that never came to record itself leaves no record.
func (x *execution) recordFailure(ctx context.Context) error {
	if !x.begun.Load() {
		return nil
	}
	x.mu.Lock()
	err := x.recordFacts(false)
	kept := x.rejects.kept()
	x.mu.Unlock()
	if err != nil {
		return err
	}
	// What is known of the bad rows is worth some time, and the record as such is
	// not to be lost with them.
	patience := 10*time.Second + time.Duration(kept)*time.Millisecond/4
	err = x.recordFailureOnce(context.WithoutCancel(ctx), patience, x.plan.Failure)
	if err != nil && kept > 0 {
		bare := slices.DeleteFunc(slices.Clone(x.plan.Failure), func(st plan.Statement) bool { return st.Pieces })
		err = errors.Join(err, x.recordFailureOnce(context.WithoutCancel(ctx), 10*time.Second, bare))
	}
	return err
}

func (x *execution) recordFailureOnce(ctx context.Context, patience time.Duration, statements []plan.Statement) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	session, err := x.db.Session(ctx)
	if err != nil {
		return err
	}
	if err = session.Begin(ctx); err == nil {
		for _, st := range statements {
			if err = x.exec(ctx, session, st); err != nil {
				break
			}
		}
	}
	if err == nil {
		err = session.Commit(ctx)
	} else {
		err = errors.Join(err, ignoreLost(session.Rollback(ctx)))
	}
	return errors.Join(err, ignoreLost(session.Close()))
}

// cleanup drops the staging and gives the locks back. The outcome is settled
// by then: what it could not remove the next run does. Where the connection
// went with a cancelled statement, another takes the locks for it first.
func (x *execution) cleanup(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	x.notes.close()
	if x.session == nil || !x.session.Alive(ctx) {
		if x.session != nil {
			// Its error is that it is gone.
			_ = x.session.Close()
		}
		x.session = nil
		session, err := x.db.Session(ctx)
		if err != nil {
			return nil
		}
		// What is lost may still be at work there.
		if session.EndOthers(ctx) != nil || x.lock(ctx, session, 3*time.Second) != nil {
			return ignoreLost(session.Close())
		}
		x.session = session
	}
	var err error
	for _, st := range x.plan.Cleanup {
		err = errors.Join(err, ignoreLost(x.exec(ctx, x.session, st)))
	}
	return errors.Join(err, ignoreLost(x.session.Unlock(ctx)))
}
