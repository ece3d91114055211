package rule_test

import (
	"fmt"
	"math/big"
	"slices"
	"testing"

	"github.com/streamflow/pipe/engine/dialect"
	"github.com/streamflow/pipe/engine/rule"
	"github.com/streamflow/pipe/engine/spec"
)

func conjunctScope() rule.Scope {
	column := func(name string, kind spec.Kind) rule.Column {
		return rule.Column{Name: name, Type: spec.Type{Kind: kind}, Nullable: true}
	}
	return rule.Scope{Table: "t", Columns: []rule.Column{column("n", spec.KindInteger), column("m", spec.KindNumeric), column("x", spec.KindDouble),
		column("s", spec.KindText), column("d", spec.KindDate), column("b", spec.KindBoolean)}}
}

func compileRow(t *testing.T, text string) *rule.Rule {
	t.Helper()
	r, list := rule.Compile(source(text), conjunctScope())
	if list.HasErrors() {
		t.Fatal(list)
	}
	return r
}

// What follows from another condition is false of no row of which that one is
// not false, and the simple cases are seen.
func TestWhatFollowsFromAnotherCondition(t *testing.T) {
	values := map[string][]any{
		"n": {nil, big.NewRat(-1, 1), big.NewRat(0, 1), big.NewRat(1, 1), big.NewRat(2, 1), big.NewRat(3, 1), big.NewRat(4, 1), big.NewRat(5, 1), big.NewRat(100, 1)},
		"x": {nil, -1.0, 0.0, 0.1, 0.5, 1.0, 2.5, 3.0},
		"s": {nil, "", "a", "b", "ab", "é", "éa", "A", "zz", " ", " a"},
		"d": {nil, "2023-12-31", "2024-01-01", "2024-01-02", "2025-01-01"},
	}
	rules := map[string][]string{
		"n": {"n > 0", "n >= 0", "n >= 1", "0 < n", "n < 4", "n <= 4", "n <= 3", "n == 2", "n != 2", "n != 100", "n in [1, 2, 3]", "n in [2]",
			"not (n in [100, -1])", "not (n in [100])", "n in 0..3", "n in 1..2", "not (n > 3)", "not (n <= 0)", "not (n == 5)", "n != nil"},
		"x": {"x > 0", "x >= 0.1", "x > 0.1", "x >= 0.10000000000000001", "x > 0.10000000000000001", "x <= 2.5", "x < 2.5", "x in [0.1, 0.5]"},
		"s": {`s == "a"`, `s in ["a", "b"]`, `s in ["a", "éa"]`, `s != "zz"`, `not (s in ["zz", "A"])`, "length(s) == 1", "length(s) <= 2",
			"length(s) > 0", "length(s) < 2", `s >= "a"`, `s > "A"`, `s contains "a"`, `s != "A"`, `not (s in ["a", "b"])`, `s startsWith "z"`, `trim(s) != ""`,
			"lower(s) == s", "s == nil", "s != nil"},
		"d": {`d >= date("2024-01-01")`, `d > date("2023-12-31")`, `d > date("2024-01-01")`, `d < date("2025-01-01")`, `d == date("2024-01-02")`},
	}
	seen := map[string]bool{}
	for column, texts := range rules {
		for _, a := range texts {
			for _, b := range texts {
				x, y := compileRow(t, a), compileRow(t, b)
				if !follows(x, y) {
					continue
				}
				seen[a+" => "+b] = true
				for _, v := range values[column] {
					row := rule.Row{column: v}
					one, errA := x.Eval(row, rule.Data{})
					other, errB := y.Eval(row, rule.Data{})
					if errA != nil || errB != nil {
						t.Fatal(errA, errB)
					}
					if other == rule.False && one != rule.False {
						t.Errorf("%s is said to follow from %s, but not of %v", b, a, v)
					}
				}
			}
		}
	}
	for _, want := range []string{"n > 0 => n >= 0", "n in 1..2 => n <= 4", "n == 2 => n < 4", "n in [1, 2, 3] => not (n in [100])", "n <= 3 => n != 100",
		`s == "a" => s in ["a", "b"]`, `not (s in ["zz", "A"]) => s != "zz"`, `s >= "a" => s > "A"`, "length(s) == 1 => length(s) <= 2",
		`s == "a" => length(s) == 1`, `s in ["a", "b"] => length(s) == 1`, `s == "a" => s != "zz"`, `s == "a" => s > "A"`,
		`s in ["a", "b"] => not (s in ["zz", "A"])`, `s == "a" => s contains "a"`, `s == "a" => trim(s) != ""`, `s in ["a", "b"] => lower(s) == s`,
		`length(s) == 1 => s != "zz"`, `s startsWith "z" => not (s in ["a", "b"])`, `s >= "a" => s != "A"`, `d == date("2024-01-02") => d > date("2024-01-01")`, "not (n > 3) => n <= 3"} {
		if !seen[want] {
			t.Errorf("%s is not seen", want)
		}
	}
	for _, never := range []string{`s in ["a", "éa"] => length(s) == 1`, `s in ["a", "b"] => s contains "a"`, `s >= "a" => s != "zz"`,
		`s == "a" => s == nil`, `length(s) <= 2 => s != "zz"`} {
		if seen[never] {
			t.Errorf("%s is said to follow", never)
		}
	}
}

// follows tells whether every conjunct of b follows from one of a.
func follows(a, b *rule.Rule) bool {
	d := dialect.For(spec.Postgres)
	return !slices.ContainsFunc(b.Conjuncts(d), func(y rule.Conjunct) bool {
		return !slices.ContainsFunc(a.Conjuncts(d), func(x rule.Conjunct) bool { return x.Implies(y) })
	})
}

// A rule that is total is unknown only where one of the columns told is NULL,
// and if it is strict, it is unknown wherever one is.
func TestWhenARuleIsUnknown(t *testing.T) {
	for text, want := range map[string]string{
		"n > 0":                      "[n] true true",
		"n > 0 and n < 5":            "[n] true true",
		"n in 0..3":                  "[n] true true",
		"n > 0 and m > 0":            "[m n] true false",
		"n > 0 or b":                 "[b n] true false",
		"n > m":                      "[m n] true true",
		"not b":                      "[b] true true",
		"(n ?? 0) > 0":               "[] true true",
		"n != nil":                   "[] true true",
		"n > 0 and m != nil":         "[n] true false",
		"length(trim(s)) > 0":        "[s] true true",
		`s contains "a"`:             "[s] true true",
		`s matches "a"`:              "[s] true true",
		"n / m > 1":                  "[] false false",
		"n % 2 == 1":                 "[] false false",
		"n == nil or m / n > 1":      "[] false false",
		"year(d) == 2024 and n == 1": "[d n] true false",
	} {
		r := compileRow(t, text)
		columns, total, strict := r.Unknown()
		if !total {
			columns = nil
		}
		if got := fmt.Sprint(columns, total, strict); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
		for _, null := range []string{"n", "m", "s", "d", "b"} {
			row := rule.Row{"n": big.NewRat(1, 1), "m": big.NewRat(2, 1), "s": "a", "d": "2024-01-01", "b": true, "x": 1.0}
			row[null] = nil
			truth, err := r.Eval(row, rule.Data{})
			if err != nil {
				t.Fatal(text, err)
			}
			isOne := slices.Contains(columns, null)
			if total && truth == rule.Unknown && !isOne || strict && isOne && truth != rule.Unknown {
				t.Errorf("%s is %v where %s is NULL", text, truth, null)
			}
		}
	}
}
