package run

import (
	"errors"
	"strconv"
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

// A thousand failures are not told in a thousand names.
func TestFirstNames(t *testing.T) {
	var names []string
	for i := range 1000 {
		names = append(names, "t["+strconv.Itoa(i)+"]")
	}
	for n, want := range map[int]string{
		1:    "t[0]",
		10:   "t[0], t[1], t[2], t[3], t[4], t[5], t[6], t[7], t[8], t[9]",
		11:   "t[0], t[1], t[2], t[3], t[4], t[5], t[6], t[7], t[8], t[9] and 1 more",
		1000: "t[0], t[1], t[2], t[3], t[4], t[5], t[6], t[7], t[8], t[9] and 990 more",
	} {
		if got := firstNames(names[:n]); got != want {
			t.Errorf("%d names: %s, want %s", n, got, want)
		}
	}
}
