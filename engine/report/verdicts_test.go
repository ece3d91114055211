package report

import (
	"strings"
	"testing"

	"github.com/streamflow/pipe/engine/run"
)

// Every expectation is counted once, and only what was never reached is told
// without a cross.
func TestCountsOfExpectations(t *testing.T) {
	for _, c := range []struct {
		checks run.Checks
		want   string
	}{
		{run.Checks{Declared: 3, Evaluated: 3, Passed: 3}, "✓ 3 expectations passed"},
		{run.Checks{Declared: 3, Evaluated: 3, Passed: 2, Warned: 1}, "! 3 expectations: 2 passed, 1 warned"},
		{run.Checks{Declared: 3, Evaluated: 3, Passed: 2, Failed: 1}, "✗ 3 expectations: 2 passed, 1 failed"},
		{run.Checks{Declared: 3}, "! 3 expectations not evaluated"},
		{run.Checks{Declared: 3, Failed: 3}, "✗ 3 expectations not evaluated"},
		{run.Checks{Declared: 3, Failed: 1}, "✗ 3 expectations not evaluated"},
		{run.Checks{Declared: 3, Evaluated: 2, Passed: 2, Failed: 1}, "✗ 3 expectations: 2 passed, 1 not evaluated"},
		{run.Checks{Declared: 4, Evaluated: 3, Passed: 1, Warned: 1, Failed: 2}, "✗ 4 expectations: 1 passed, 1 warned, 1 failed, 1 not evaluated"},
	} {
		var b strings.Builder
		for _, s := range checkSpans(c.checks) {
			b.WriteString(s.text)
		}
		if b.String() != c.want {
			t.Errorf("%+v is told as %q, want %q", c.checks, b.String(), c.want)
		}
	}
}

// A table that is not there is told in one line; of all else that could not be
// evaluated the database's own words are shown.
func TestMissingTables(t *testing.T) {
	for message, want := range map[string]string{
		`relation "a" does not exist (42P01)`:                                            "a",
		`relation "A.b c" does not exist (42P01)`:                                        "A.b c",
		`SQL logic error: no such table: main.a b (1) (SQLITE_ERROR)`:                    "a b",
		`column "a" does not exist (42703)`:                                              "",
		`SQL logic error: no such column: a (1) (SQLITE_ERROR)`:                          "",
		`Relation »a« existiert nicht (42P01)`:                                           "",
		`pipe itself: no such table: a`:                                                  "",
		`invalid input syntax for type integer: "relation "a" does not exist (42P01)" x`: "",
	} {
		e := run.Expectation{Error: &message}
		missing, others := withoutTable([]*run.Expectation{&e})
		got := ""
		if len(missing) == 1 {
			got = missing[0]
		}
		if got != want || len(missing)+len(others) != 1 {
			t.Errorf("%s: the missing table is %q, want %q", message, got, want)
		}
	}
}
