package report

import (
	"slices"

	"github.com/streamflow/pipe/engine/plan"
)

// judged words how an expectation with a query of its own is evaluated; query
// is how it is said where the query alone does it. Where pipe itself looks at
// the values no SQL says what is expected of them, and a reader of the query
// must not take it for the whole of the check.
func judged(e plan.Expectation, query string) string {
	if e.Test != nil {
		return "value by value, by pipe itself"
	}
	return query
}

// fetched words what the query for the failing rows gives; failing is how it is
// said where they are all that it gives.
func fetched(e plan.Expectation, failing string) string {
	if e.Test != nil {
		return "the rows among which pipe finds the failing ones"
	}
	return failing
}

// judgedBy are the expectations of a query.
func judgedBy(a plan.Judge, q plan.Query) []plan.Expectation {
	var list []plan.Expectation
	for _, e := range a.Expectations {
		if slices.Contains(q.Expectations, e.Name) {
			list = append(list, e)
		}
	}
	return list
}
