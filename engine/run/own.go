package run

import (
	"context"
	"errors"

	"github.com/streamflow/pipe/engine/database"
	"github.com/streamflow/pipe/engine/plan"
)

// own evaluates an expectation that holds SQL of the user's own, where nothing
// can be written.
func (x *execution) own(ctx context.Context, s *database.Session, e *plan.Expectation) (map[string]any, error) {
	if len(e.Compared) == 2 {
		return compared(ctx, s, e)
	}
	var outputs map[string]any
	err := s.ReadOnly(ctx, func() error {
		return s.Command(ctx, func(columns []string, values []any) error {
			outputs = map[string]any{}
			for i, name := range columns {
				outputs[name] = values[i]
			}
			return nil
		}, e.Alone.SQL)
	})
	return outputs, err
}

// compared counts the rows of two queries that match.
func compared(ctx context.Context, s *database.Session, e *plan.Expectation) (map[string]any, error) {
	bag := e.Own.Bag()
	width := -1
	take := func(add func([]any)) func([]string, []any) error {
		return func(columns []string, values []any) error {
			if width >= 0 && width != len(columns) {
				return errors.New("the two queries have different numbers of columns")
			}
			width = len(columns)
			add(values)
			return nil
		}
	}
	err := s.ReadOnly(ctx, func() error {
		if err := s.Command(ctx, take(bag.Add), e.Compared[0].SQL); err != nil {
			return err
		}
		return s.Command(ctx, take(bag.Match), e.Compared[1].SQL)
	})
	return bag.Outputs(), err
}

// ownRows fetches the rows that a query of the user's own gives: they have
// columns of their own, and nobody knows the lines they came from.
func (x *execution) ownRows(ctx context.Context, s *database.Session, e *plan.Expectation, found *Expectation) error {
	err := s.ReadOnly(ctx, func() error {
		return s.Command(ctx, func(columns []string, values []any) error {
			row := UnexpectedRow{Key: Fields{}}
			for i, name := range columns {
				row.Values = append(row.Values, Field{name, values[i]})
			}
			found.Failing = append(found.Failing, row)
			return nil
		}, e.FailingRows.SQL)
	})
	found.Result.UnexpectedRows = found.Failing[:min(len(found.Failing), shownRows)]
	return err
}
