package run

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/streamflow/pipe/engine/database"
	"github.com/streamflow/pipe/engine/plan"
)

// action does one thing of a step. These are all the verbs there are.
func (x *execution) action(ctx context.Context, s *database.Session, step *plan.Step, a plan.Action) error {
	switch a := a.(type) {
	case plan.Exec:
		return x.exec(ctx, s, a.Statement)
	case plan.Probe:
		return x.probe(ctx, s, a.Statement)
	case plan.Load:
		return x.load(ctx, s, step, a)
	case plan.Problems:
		return x.findProblems(ctx, s, step, a)
	case plan.Limit:
		return x.limit(step, a)
	case plan.Require:
		return x.require(step, a)
	case plan.Judge:
		return x.judge(ctx, s, step, a)
	}
	return fmt.Errorf("the plan holds an action that this program does not know: %T", a)
}

func (x *execution) applies(st plan.Statement) ([]any, bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.facts.args(st.Args), x.facts.holds(st.When)
}

func (x *execution) exec(ctx context.Context, s *database.Session, st plan.Statement) error {
	if st.Pieces {
		return x.recordRejects(ctx, s, st)
	}
	args, ok := x.applies(st)
	if !ok {
		return nil
	}
	if err := s.Exec(ctx, st.SQL, args...); err != nil {
		if st.Own {
			err = recordsBlocked(st, err)
		}
		return fmt.Errorf("%s: %w", st.Title, err)
	}
	return nil
}

// recordsBlocked words that pipe's own tables cannot be brought forward because
// something that is not pipe's hangs on them; any other error stays.
func recordsBlocked(st plan.Statement, err error) error {
	var fault *database.Fault
	if !errors.As(err, &fault) || len(st.When) == 0 || fault.State != "2BP01" && fault.State != "SQLITE_ERROR" {
		return err
	}
	return &Error{Code: "records_blocked", Exit: 3, SQLState: fault.State, Message: st.Title + ": " + fault.Message,
		Hint: "a view, or the like, that is not pipe's hangs on the tables in which pipe keeps its runs: drop what the message names, run again, and make it anew"}
}

func (x *execution) probe(ctx context.Context, s *database.Session, st plan.Statement) error {
	args, ok := x.applies(st)
	if !ok {
		return nil
	}
	found, err := s.One(ctx, st.SQL, args...)
	if err != nil {
		return fmt.Errorf("%s: %w", st.Title, err)
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	for name, value := range found {
		if value == nil {
			value = ""
		}
		x.facts[name] = value
	}
	return nil
}

// require fails the step when its condition is broken, unless the caller set
// the guard aside; then that is kept.
func (x *execution) require(step *plan.Step, r plan.Require) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	if !x.facts.holds(r.Unless) {
		return nil
	}
	message := x.facts.fill(r.Message)
	if r.Override != "" && x.facts.truth(r.Overridden) {
		flag := r.Override
		if flag == "--snapshots" {
			flag += " " + string(x.o.Snapshots)
		}
		x.result.Overrides = append(x.result.Overrides, Override{Flag: flag, User: x.o.User, At: time.Now().UTC().Format(time.RFC3339), Detail: message})
		return nil
	}
	return &Error{Code: r.Code, Message: message, Step: step.ID, At: r.Pos.String(), Hint: r.Hint, Exit: r.Exit}
}

// limit fails the step when more rows were set aside than the table allows.
func (x *execution) limit(step *plan.Step, l plan.Limit) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	rejected, read := x.facts.integer(l.Rejected), x.facts.integer(l.Read)
	if l.Max.Allows(rejected, read) {
		return nil
	}
	return &Error{Code: "too_many_rejects", Step: step.ID, At: l.Pos.String(), Exit: 1,
		Message: fmt.Sprintf("table %s: %s, and max_rejects allows %s", l.Table, countBad(rejected, read), l.Max.Text),
		Hint:    "mend the file, or raise max_rejects"}
}

// findProblems runs a query each of whose rows is something wrong.
func (x *execution) findProblems(ctx context.Context, s *database.Session, step *plan.Step, p plan.Problems) error {
	args, ok := x.applies(p.Statement)
	if !ok {
		return nil
	}
	var n int64
	var misfits [][]string
	var file *again
	err := s.Rows(ctx, func(_ []string, v []any) (err error) {
		n++
		if p.Kind == plan.Misfit {
			misfits = append(misfits, texts(v))
			return nil
		}
		if file == nil {
			if file, err = x.readAgain(ctx, step, p.Table); err != nil {
				return err
			}
		}
		return file.reject(ctx, p, texts(v))
	}, p.SQL, args...)
	if file != nil {
		err = file.close(ctx, err)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", p.Title, err)
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if p.Count != "" {
		rejected := x.prefix(p.Table) + "_rejected"
		x.facts[p.Count], x.facts[rejected] = n, x.facts.integer(rejected)+n
	}
	switch {
	case n == 0 || p.Quarantine:
		return nil
	case p.Kind == plan.Misfit:
		e := x.misfit(step, p, misfits)
		x.problems = append(x.problems, e)
		return e
	}
	return x.badRows(step, p.Table, p.Pos.String(), n)
}

// badRows is the error of a table whose rows do not fit. The caller holds mu.
func (x *execution) badRows(step *plan.Step, table, at string, n int64) *Error {
	e := &Error{Code: "bad_rows", Step: step.ID, At: at, Exit: 1,
		Message: fmt.Sprintf("table %s: %s", table, countBad(n, x.facts.integer(x.prefix(table)+"_read"))),
		Hint:    "mend the rows in the file, or set them aside with on_bad_row: quarantine and max_rejects"}
	if first := x.rejects.first(table); first != nil {
		e.At = first.At
	}
	return e
}

// countBad says how many rows are bad: "1 of 7,043 rows is bad".
func countBad(bad, read int64) string {
	verb := "are"
	if bad == 1 {
		verb = "is"
	}
	return fmt.Sprintf("%s of %s rows %s bad", grouped(bad), grouped(read), verb)
}

// grouped writes a count with a comma every three digits.
func grouped(n int64) string {
	text := strconv.FormatInt(n, 10)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

func texts(values []any) []string {
	list := make([]string, len(values))
	for i, v := range values {
		if v != nil {
			list[i] = facts{"v": v}.text("v")
		}
	}
	return list
}
