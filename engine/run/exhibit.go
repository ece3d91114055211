package run

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/streamflow/pipe/engine/database"
	"github.com/streamflow/pipe/engine/plan"
	"github.com/streamflow/pipe/engine/spec"
)

// exhibit fetches what shows people why an expectation is not met: its failing
// rows and their most frequent values. The verdict is settled by then: what
// cannot be fetched is told in a note, and changes nothing. Its error is that of
// a run that must stop.
func (x *execution) exhibit(ctx context.Context, s *database.Session, e *plan.Expectation, found *Expectation) error {
	fetch := func(query plan.Statement, shown []plan.Field) error {
		if e.Own != nil {
			return x.ownRows(ctx, s, e, found)
		}
		return guarded(ctx, s, func() error { return x.failing(ctx, s, e, query, shown, found) })
	}
	failure := fetch(e.FailingRows, e.Shown)
	if stops(ctx, failure) {
		return failure
	}
	if failure != nil {
		found.withoutRows()
		note := "its rows cannot be shown: "
		if e.Narrow.SQL != "" {
			narrow := fetch(e.Narrow, e.NarrowShown)
			if stops(ctx, narrow) {
				return narrow
			}
			if narrow == nil {
				note = "its rows are shown without the other columns of " + e.Table + ": "
			} else {
				found.withoutRows()
			}
		}
		found.note(note + failure.Error())
	}
	if e.Frequent.SQL == "" {
		return nil
	}
	failure = guarded(ctx, s, func() error { return frequent(ctx, s, e, found) })
	if stops(ctx, failure) {
		return failure
	}
	if failure != nil {
		found.Result.PartialUnexpectedCounts = []ValueCount{}
		found.note("its most frequent values cannot be counted: " + failure.Error())
	}
	return nil
}

// stops tells whether an error ends the run, and not just a query.
func stops(ctx context.Context, err error) bool {
	return err != nil && (ctx.Err() != nil || isLost(err))
}

// note adds to what is told beside the verdict.
func (e *Expectation) note(text string) {
	if e.Note != "" {
		e.Note += "; "
	}
	e.Note += text
}

// withoutRows drops the rows of a query that failed before its end: they are
// neither all nor the first.
func (e *Expectation) withoutRows() {
	e.Failing = nil
	e.Result.PartialUnexpectedList, e.Result.UnexpectedRows = []any{}, []UnexpectedRow{}
}

// failing fetches the failing rows now: after a rollback they are gone. shown
// are the fields that the query gives, before the line.
func (x *execution) failing(ctx context.Context, s *database.Session, e *plan.Expectation, query plan.Statement, shown []plan.Field, found *Expectation) error {
	path := x.lines[e.Table]
	tested := testedFields(e, shown)
	fails, err := unexpected(e, shown)
	if err != nil {
		return err
	}
	err = s.Rows(ctx, func(_ []string, v []any) error {
		if wanted, err := fails(v); err != nil || !wanted {
			return err
		}
		var row UnexpectedRow
		texts := make([]any, len(tested))
		for i, f := range shown {
			field := Field{f.Name, typedText(v[i], f.Kind)}
			if t := slices.IndexFunc(tested, func(t plan.Field) bool { return t.Name == f.Name }); t >= 0 {
				texts[t] = v[i]
			}
			if f.Key {
				row.Key = append(row.Key, field)
				continue
			}
			row.Values = append(row.Values, field)
		}
		if len(tested) > 0 && len(found.Result.PartialUnexpectedList) < shownRows {
			found.Result.PartialUnexpectedList = append(found.Result.PartialUnexpectedList, testedValue(e, tested, texts))
		}
		if line := v[len(v)-1]; line != nil {
			row.At = fmt.Sprintf("%s:%v", path, line)
		}
		if found.Failing = append(found.Failing, row); len(found.Failing) == plan.MaxFailing {
			return errEnough
		}
		return nil
	}, query.SQL)
	if errors.Is(err, errEnough) {
		err = nil
	}
	found.Result.UnexpectedRows = found.Failing[:min(len(found.Failing), shownRows)]
	return err
}

// typedText reads a value that a query gave as text: numbers keep their digits.
func typedText(v any, kind spec.Kind) any {
	text, ok := v.(string)
	if !ok {
		if v == nil {
			return nil
		}
		text = fmt.Sprint(v)
	}
	switch kind {
	case spec.KindBoolean:
		return text == "true"
	case spec.KindInteger, spec.KindBigint, spec.KindNumeric, spec.KindDouble:
		// NaN and Infinity are no JSON numbers.
		if _, err := strconv.ParseFloat(text, 64); err == nil && json.Valid([]byte(text)) {
			return json.Number(text)
		}
	}
	return text
}
