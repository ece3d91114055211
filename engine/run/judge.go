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

// shownRows is how many failing rows of an expectation the result document
// lists.
const shownRows = 20

// judge evaluates the expectations of a suite: one scan for all that fuse,
// then the queries of their own, then the failing rows of those that failed.
// All are evaluated before the step fails.
func (x *execution) judge(ctx context.Context, s *database.Session, step *plan.Step, j plan.Judge) error {
	fused, scanErr := x.scan(ctx, s, j)
	if err := ctx.Err(); err != nil {
		return errors.Join(err, scanErr)
	}
	unfit, err := misfits(ctx, s, j)
	if err != nil {
		return err
	}
	known := map[string]map[string]any{}
	var failed []string
	at := ""
	for i := range j.Expectations {
		e := &j.Expectations[i]
		outputs := fused[e.Index]
		var counts []ValueCount
		var err error
		switch {
		case unfit[e.Index] != nil:
			err = unfit[e.Index]
		case e.Own != nil:
			outputs, err = x.own(ctx, s, e)
		case e.Test != nil:
			outputs, counts, err = x.values(ctx, s, e)
		case e.Query != "" || e.Apart || scanErr != nil:
			outputs, err = x.alone(ctx, s, e, known)
		}
		found, err := x.verdict(ctx, s, e, outputs, counts, err)
		if err != nil {
			return err
		}
		if !found.Success && (found.Severity != string(spec.SeverityWarn) || found.Error != nil) {
			failed = append(failed, found.Name)
			if at == "" {
				at = found.At
			}
		}
	}
	if len(failed) == 0 {
		return nil
	}
	return &Error{Code: "checks_failed", Step: step.ID, At: at, Exit: 1,
		Message: fmt.Sprintf("%d of %d expectations of %s failed: %s", len(failed), len(j.Expectations), j.Table, firstNames(failed))}
}

// firstNames lists as many names as a message may hold.
func firstNames(names []string) string {
	const most = 10
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}

// guarded runs a query in a way that its failing leaves the transaction usable.
func guarded(ctx context.Context, s *database.Session, do func() error) error {
	if err := s.Savepoint(ctx); err != nil {
		return err
	}
	if err := do(); err != nil {
		return errors.Join(err, s.Return(ctx))
	}
	return s.Release(ctx)
}

// alone evaluates one expectation by itself: it has a query of its own, or the
// fused one failed and the guilty must be named.
//
// What was asked before is not asked again: known has the answers by their SQL.
func (x *execution) alone(ctx context.Context, s *database.Session, e *plan.Expectation, known map[string]map[string]any) (map[string]any, error) {
	if outputs, ok := known[e.Alone.SQL]; ok {
		return outputs, nil
	}
	outputs := map[string]any{}
	err := guarded(ctx, s, func() error {
		row, err := s.One(ctx, e.Alone.SQL)
		for name, value := range row {
			outputs[name] = value
		}
		return err
	})
	if err == nil {
		known[e.Alone.SQL] = outputs
	}
	return outputs, err
}

// verdict judges one expectation and keeps what was found. Its error is that
// of a run that must stop, not of the expectation.
func (x *execution) verdict(ctx context.Context, s *database.Session, e *plan.Expectation, outputs map[string]any, counts []ValueCount, failure error) (Expectation, error) {
	found := Expectation{Suite: e.Suite, Table: e.Table, Index: e.Index, Name: e.Name, Expectation: e.Kind, Arguments: e.Arguments, Rule: e.Rule,
		Severity: e.Severity, At: e.Pos.String(), SQL: e.UserSQL,
		Result: Found{PartialUnexpectedList: []any{}, PartialUnexpectedCounts: []ValueCount{}, UnexpectedRows: []UnexpectedRow{}}}
	if found.Arguments == nil {
		found.Arguments = map[string]any{}
	}
	found.withMeta()
	if failure == nil {
		v := e.Judge.Verdict(outputs)
		failure = v.Err()
		found.Success, found.Sentence = v.Success, v.Sentence
		found.Result.ElementCount, found.Result.UnexpectedCount = v.ElementCount, v.UnexpectedCount
		found.Result.UnexpectedPercent, found.Result.UnexpectedPercentNonmissing = v.UnexpectedPercent, v.UnexpectedPercent
		found.Result.UnexpectedPercentTotal = v.UnexpectedPercentTotal
		if !e.Judge.NoMissing {
			found.Result.MissingCount, found.Result.MissingPercent = &v.MissingCount, v.MissingPercent
		}
		found.Result.ObservedValue, found.Result.Details = v.Observed, v.Details
		if failure == nil && e.FailingRows.SQL != "" && !v.Success {
			found.Result.PartialUnexpectedCounts = append(found.Result.PartialUnexpectedCounts, counts...)
			if err := x.exhibit(ctx, s, e, &found); err != nil {
				return found, err
			}
		}
	}
	if failure != nil {
		if stops(ctx, failure) {
			return found, failure
		}
		message := failure.Error()
		found.Success, found.Error = false, &message
		found.Sentence = "it could not be evaluated: " + message
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.result.Expectations = append(x.result.Expectations, found)
	return found, nil
}

func isLost(err error) bool {
	var fault *database.Fault
	return errors.As(err, &fault) && fault.Transient
}
