package run

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/streamflow/pipe/engine/database"
	"github.com/streamflow/pipe/engine/plan"
)

// withMeta takes meta out of the arguments: it is no part of the question.
func (e *Expectation) withMeta() {
	if meta, ok := e.Arguments["meta"]; ok {
		e.Arguments, e.Meta = maps.Clone(e.Arguments), meta
		delete(e.Arguments, "meta")
	}
}

// frequent fetches the most frequent unexpected values.
func frequent(ctx context.Context, s *database.Session, e *plan.Expectation, found *Expectation) error {
	fields := testedFields(e, e.Shown)
	return s.Rows(ctx, func(_ []string, v []any) error {
		last := len(v) - 1
		n, ok := v[last].(int64)
		if !ok || last != len(fields) {
			return fmt.Errorf("the query for the most frequent values of %s gave %v for a number of rows", e.Name, v[last])
		}
		found.Result.PartialUnexpectedCounts = append(found.Result.PartialUnexpectedCounts, ValueCount{testedValue(e, fields, v), n})
		return nil
	}, e.Frequent.SQL)
}

// testedFields are the columns that Tested names, among those that are fetched.
func testedFields(e *plan.Expectation, shown []plan.Field) []plan.Field {
	var fields []plan.Field
	for _, name := range e.Tested {
		for _, f := range shown {
			if f.Name == name {
				fields = append(fields, f)
				break
			}
		}
	}
	return fields
}

// testedValue makes the unexpected value of the texts of its columns.
func testedValue(e *plan.Expectation, fields []plan.Field, texts []any) any {
	switch {
	case len(fields) == 1:
		return typedText(texts[0], fields[0].Kind)
	case e.Pair:
		var list []any
		for i, f := range fields {
			list = append(list, typedText(texts[i], f.Kind))
		}
		return list
	}
	var object Fields
	for i, f := range fields {
		object = append(object, Field{f.Name, typedText(texts[i], f.Kind)})
	}
	return object
}

// mostFrequent keeps the most frequent of counts of texts, in the order of
// Frequent.
func mostFrequent(counts []ValueCount) []ValueCount {
	slices.SortFunc(counts, func(a, b ValueCount) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(fmt.Sprint(a.Value), fmt.Sprint(b.Value)))
	})
	return counts[:min(len(counts), plan.MaxFrequent)]
}
