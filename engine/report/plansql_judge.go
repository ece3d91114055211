package report

import (
	"fmt"
	"strings"

	"github.com/streamflow/pipe/engine/plan"
)

func (s *script) judge(a plan.Judge) {
	for _, fit := range a.Fits {
		s.statement(fit.Title+"; a row says that it cannot", fit.Statement, false)
	}
	if a.Scan.SQL != "" {
		s.comment("judged by one scan of " + a.Table + ":")
		for _, e := range a.Expectations {
			if e.Queries() == nil {
				s.expectation(e)
				s.tallies(e)
			}
		}
		s.statement("", a.Scan, false)
	}
	if a.Second.SQL != "" {
		s.aside("when "+a.Broken+" of the scan is not 0, a second look at these rows:", a.Second)
	}
	for _, q := range a.Queries {
		s.printf("\n")
		for i, e := range judgedBy(a, q) {
			if i == 0 {
				s.comment("judged " + judged(e, "by a query of its own") + ":")
			}
			s.expectation(e)
		}
		for _, statement := range q.Statements {
			s.statement("", statement, false)
		}
	}
	for _, e := range a.Expectations {
		if e.Queries() == nil && e.Alone.SQL != "" {
			s.aside("when the scan fails, "+e.Name+" alone:", e.Alone)
		}
		if e.FailingRows.SQL != "" {
			s.aside("when "+e.Name+" is not met, "+fetched(e, "its failing rows")+":", e.FailingRows)
		}
		if e.Narrow.SQL != "" {
			s.aside("when this cannot be executed, "+fetched(e, "its failing rows")+" with the tested columns alone:", e.Narrow)
		}
		if e.Frequent.SQL != "" {
			s.aside("and "+e.Frequent.Title+":", e.Frequent)
		}
	}
}

// tallies say of which outputs of the scan the figures of an expectation are
// made.
func (s *script) tallies(e plan.Expectation) {
	var parts []string
	for _, name := range sortedKeys(e.Tallies) {
		t := e.Tallies[name]
		text := t.Scan
		if t.Less != "" {
			text += " - " + t.Less
		}
		if t.Second != "" {
			text = strings.TrimPrefix(text+" + "+t.Second, " + ")
		}
		parts = append(parts, name+" = "+text)
	}
	if len(parts) == 0 {
		return
	}
	s.comment("        " + strings.Join(parts, ", "))
}

func (s *script) expectation(e plan.Expectation) {
	s.comment(fmt.Sprintf("  %s: %s (%s, %s)", e.Name, expectationText(e.Kind, e.Rule), e.Severity, e.Pos))
}
