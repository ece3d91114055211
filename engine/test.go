package engine

import (
	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/expectation"
	"github.com/streamflow/pipe/engine/spec"
	"github.com/streamflow/pipe/engine/vars"
)

// TestResult is what a test of a rule came to.
type TestResult = expectation.TestResult

// Test runs the tests of a spec's suites for which wanted is true, in Go and
// without a database. The spec must lint. Vars have their defaults; env answers
// "" for a variable of the environment that is not set. The list tells of tests
// that cannot be run.
func Test(s *spec.Spec, env func(string) string, wanted func(*spec.RuleTest) bool) ([]TestResult, diag.List) {
	values, list := vars.Defaults(s, expectation.TestVars(s), env)
	if list.HasErrors() {
		return nil, list
	}
	return expectation.RunTests(s, values, wanted)
}
