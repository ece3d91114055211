package run

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/streamflow/pipe/engine/database"
	"github.com/streamflow/pipe/engine/plan"
	"github.com/streamflow/pipe/engine/spec"
)

// misfitCode is the code of a table that exists and does not fit.
const misfitCode = "table_misfit"

// isMisfit tells an error after which the other tables are looked at too: all
// that do not fit are told in one run.
func isMisfit(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Code == misfitCode
}

// misfit words everything in which a table does not fit its declaration: rows
// of (column, declared, actual, hint, accepts, alter). What would accept it
// stands beside it: statements for the table, or lines for the spec.
func (x *execution) misfit(step *plan.Step, p plan.Problems, rows [][]string) *Error {
	patch := &patch{plan: x.plan, table: p.Declared}
	at := p.Pos
	var what []string
	for i, v := range rows {
		column, declared, actual, accepts, alter := v[0], v[1], v[2], v[4], v[5]
		declaredAt := ""
		if pos, ok := p.Places[column]; ok {
			declaredAt = " at " + pos.String()
			if i == 0 {
				at = pos
			}
		}
		patch.statement(alter)
		switch {
		case declared == "a table":
			what = append(what, fmt.Sprintf("it is %s", actual))
			patch.notes = append(patch.notes, v[3])
			continue
		case declared == "primary_key":
			what = append(what, "it has "+actual)
			patch.key = plan.Names(accepts)
			if alter == "" {
				patch.notes = append(patch.notes, v[3])
			}
			continue
		case declared == "no reference":
			what = append(what, fmt.Sprintf("%s has %s, which is not declared", column, actual))
			patch.refers(column, plan.Names(accepts))
			continue
		case declared == "not declared":
			what = append(what, fmt.Sprintf("%s is not declared, and is %s", column, actual))
		case strings.HasPrefix(actual, "no such column"):
			what = append(what, fmt.Sprintf("%s is declared %s%s, and it has no such column", column, declared, declaredAt))
		default:
			what = append(what, fmt.Sprintf("%s is declared %s%s, and is %s", column, declared, declaredAt, actual))
		}
		patch.holds(column, accepts)
		if alter == "" {
			patch.notes = append(patch.notes, column+": "+v[3])
		}
	}
	return &Error{Code: misfitCode, Step: step.ID, At: at.String(), Exit: 1,
		Message: fmt.Sprintf("table %s is in the target otherwise than declared at %s:\n- %s", p.Table, p.Pos, strings.Join(what, "\n- ")),
		Hint:    patch.choice(p.Pos)}
}

// holds declares a column as what the table has; nothing where no type of pipe
// is that.
func (p *patch) holds(column, kind string) {
	if kind == "" || p.table == nil {
		return
	}
	t, ok := spec.ParseType(kind)
	if !ok {
		return
	}
	c := p.table.Column(column)
	if c == nil {
		p.declare(column, ofType(t), "if the file has it")
		return
	}
	as := *c
	as.Type = spec.Value[spec.Type]{V: t, Set: true}
	// How cells of the old type are written says nothing of the new one.
	if !t.IsNumber() || !c.Type.V.IsNumber() {
		as.Decimal, as.Thousands = spec.Value[rune]{}, spec.Value[rune]{}
	}
	if t.Kind != c.Type.V.Kind {
		as.TrueValues, as.FalseValues, as.Formats, as.SourceTZ = nil, nil, nil, spec.Text{}
	}
	p.declare(column, &as, "instead of "+c.Type.V.String())
}

// refers declares that a column refers to another: to is that one's table, its
// name, and the type that the column is declared with where it is not yet.
func (p *patch) refers(column string, to []string) {
	if len(to) != 3 || p.table == nil {
		return
	}
	as := spec.Column{Optional: spec.Value[bool]{V: true, Set: true}}
	as.Type.V, _ = spec.ParseType(to[2])
	if c := p.table.Column(column); c != nil {
		as = *c
	}
	as.References = &spec.Reference{Text: spec.Text{V: to[0] + "." + to[1], Set: true}}
	p.declare(column, &as, "")
}

// headersToo looks at the headers of the files that the run will not come to
// load, so that what drifted is told in one run.
func (x *execution) headersToo(ctx context.Context, s *database.Session) {
	for i := range x.plan.Steps {
		step := &x.plan.Steps[i]
		for _, a := range step.Actions {
			l, ok := a.(plan.Load)
			if !ok || !isRegular(l.Source) {
				continue
			}
			if e := x.headerOf(ctx, s, step, l); e != nil {
				x.mu.Lock()
				x.problems = append(x.problems, e)
				x.mu.Unlock()
			}
		}
	}
}

// headerOf gives what is wrong with the file of a table before its first row.
func (x *execution) headerOf(ctx context.Context, s *database.Session, step *plan.Step, l plan.Load) *Error {
	reader, err := x.openSource(ctx, step, l)
	if err == nil {
		if _, d := matchHeader(l, reader.Header()); d != nil {
			err = x.drifted(ctx, s, step, l, reader, d)
		}
		err = errors.Join(err, reader.Close())
	}
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return nil
}
