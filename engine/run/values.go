package run

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/streamflow/pipe/engine/database"
	"github.com/streamflow/pipe/engine/plan"
)

// errEnough ends the fetching of failing rows.
var errEnough = errors.New("enough failing rows")

// values evaluates an expectation whose values Go looks at: its query gives
// every different value and the number of rows that have it, and none but the
// most frequent unexpected ones are kept.
func (x *execution) values(ctx context.Context, s *database.Session, e *plan.Expectation) (map[string]any, []ValueCount, error) {
	expected, err := e.Test.Ask()
	if err != nil {
		return nil, nil, err
	}
	var counts []ValueCount
	var elements, missing, unexpected int64
	err = guarded(ctx, s, func() error {
		return s.Rows(ctx, func(_ []string, v []any) error {
			n, ok := v[1].(int64)
			if !ok {
				return fmt.Errorf("%v is not a number of rows", v[1])
			}
			elements += n
			if v[0] == nil {
				missing += n
				return nil
			}
			fine, err := expected(valueText(v[0]))
			if err == nil && !fine {
				unexpected += n
				counts = mostFrequent(append(counts, ValueCount{valueText(v[0]), n}))
			}
			return err
		}, e.Alone.SQL)
	})
	return map[string]any{"element_count": elements, "missing_count": missing, "unexpected_count": unexpected}, mostFrequent(counts), err
}

// unexpected tells which of the rows that FailingRows or Narrow gives are failing ones:
// all of them, unless Go has to look at the tested value.
func unexpected(e *plan.Expectation, shown []plan.Field) (func(row []any) (bool, error), error) {
	if e.Test == nil {
		return func([]any) (bool, error) { return true, nil }, nil
	}
	expected, err := e.Test.Ask()
	if err != nil {
		return nil, err
	}
	tested := slices.IndexFunc(shown, func(f plan.Field) bool { return f.Name == e.Compiled.Shown[0] })
	return func(row []any) (bool, error) {
		fine, err := expected(valueText(row[tested]))
		return !fine, err
	}, nil
}

// valueText is the text of a value of a text column, however the driver gives
// it.
func valueText(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	return fmt.Sprint(v)
}
