package run

import (
	"errors"
	"testing"

	"github.com/streamflow/pipe/engine/plan"
)

// An expectation of which nothing was heard is no pass: the run fails.
func TestEveryExpectationIsHeardOf(t *testing.T) {
	p := &plan.Plan{Steps: []plan.Step{{ID: "check.t", Actions: []plan.Action{plan.Judge{Expectations: make([]plan.Expectation, 3)}}}}}
	x := &execution{plan: p, result: &Result{Expectations: []Expectation{{Success: true}, {Severity: "warn"}}}}
	c := x.countChecks()
	if want := (Checks{Declared: 3, Evaluated: 2, Passed: 1, Warned: 1}); c != want {
		t.Fatalf("%+v, want %+v", c, want)
	}
	var e *Error
	if err := error(incomplete(c)); !errors.As(err, &e) || e.Exit != 1 || e.Code != "checks_incomplete" {
		t.Errorf("%v", err)
	}
}
