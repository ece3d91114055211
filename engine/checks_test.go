package engine_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/streamflow/pipe/engine"
	"github.com/streamflow/pipe/engine/database"
	"github.com/streamflow/pipe/engine/plan"
	"github.com/streamflow/pipe/engine/run"
)

// measured is a table of every type, with NULLs, and expectations of rows that
// hold, fail, allow exceptions, have conditions and follow from each other.
const measured = `version: 1
name: measured
tables:
  t:
    primary_key: [id]
    columns: {id: integer, n: integer, x: double, m: "numeric(10,2)", s: text, d: date, b: boolean}
suites:
  - table: t
    expectations:
      - rule: n >= 0
      - rule: n <= 100
      - rule: n in 0..50
      - rule: n >= 0 and m < 1000
      - rule: x > 0.5
      - rule: x > 0.25 and x < 8
      - rule: m >= 0.01
      - {rule: m >= 0, where: 's == "a"'}
      - {rule: n > 1, where: 's == "b"'}
      - {rule: n > 1, where: 's in ["a", "b"]'}
      - {rule: n != nil, where: b}
      - rule: s in ["a", "b", "c"]
      - rule: not (s in ["x", "y"])
      - rule: length(s) < 2
      - rule: s != "z"
      - {rule: 's == "a"', mostly: 0.1}
      - {rule: 's in ["a", "b", "c", "d"]', mostly: 0.9}
      - {rule: n + m > 5, mostly: 0.2}
      - rule: n / m < 1000 or x > 1
      - rule: n > m or b
      - rule: (n ?? 0) >= 0
      - rule: d >= date("2024-01-01")
      - rule: d > date("2023-06-30") and d < date("2030-01-01")
      - rule: b or not b
      - rule: mean(x) > 0 and count() > 3
      - rule: count(n > 3) >= 1
      - expect_column_values_to_not_be_null: {column: id}
      - expect_column_values_to_not_be_null: {column: n}
      - expect_column_values_to_not_be_null: {column: m, mostly: 0.5}
      - expect_column_values_to_not_be_null: {column: s, row_condition: 'col("n") > 2', condition_parser: great_expectations}
      - expect_column_values_to_be_null: {column: b, mostly: 0.1}
      - expect_column_values_to_be_between: {column: m, min_value: 0, max_value: 9}
      - expect_column_values_to_be_unique: {column: n}
      - expect_column_value_lengths_to_equal: {column: s, value: 1}
      - expect_column_pair_values_to_be_equal: {column_A: n, column_B: m}
      - expect_column_pair_values_a_to_be_greater_than_b: {column_A: n, column_B: m, or_equal: true}
      - expect_select_column_values_to_be_unique_within_record: {column_list: [n, m]}
      - expect_compound_columns_to_be_unique: {column_list: [n, s]}
`

// What one scan finds is what every expectation finds by itself, and the query
// that is shown to people gives as many rows as are unexpected.
func TestOneScanFindsWhatEachExpectationFinds(t *testing.T) {
	for name, rows := range map[string][]string{
		"all is well":  {"1, 3, 0.75, 1.5, 'a', '2024-02-01', TRUE", "2, 4, 2, 2.5, 'b', '2025-02-01', FALSE", "3, 5, 3, 3.5, 'c', '2024-03-01', TRUE"},
		"some break":   {"1, -1, 0.3, 0, 'a', '2024-02-01', TRUE", "2, 0, 9, 1000, 'b', '2023-02-01', NULL", "3, 60, 0.5, 5, 'x', '2024-03-01', FALSE"},
		"NULL is rife": {"1, NULL, NULL, NULL, NULL, NULL, NULL", "2, 1, NULL, 1, 'bb', NULL, TRUE", "3, NULL, 0.5, NULL, 'a', '2024-03-01', TRUE", "4, 7, 1, NULL, NULL, '2020-01-01', NULL"},
		"no row":       nil,
	} {
		onBoth(t, func(t *testing.T, target string) {
			t.Run(name, func(t *testing.T) {
				db := filled(t, target, rows)
				p := compiled(t, measured, target)
				fused := run.Check(context.Background(), p, db, run.Options{})
				for i := range p.Steps {
					j := p.Steps[i].Actions[0].(plan.Judge)
					if j.Scan.SQL == "" || j.Broken == "" {
						t.Fatal("nothing is fused")
					}
					j.Scan.SQL = "SELECT no_such_column"
					p.Steps[i].Actions[0] = j
				}
				alone := run.Check(context.Background(), p, db, run.Options{})
				if len(fused.Expectations) != fused.Checks.Declared || fused.Checks.Evaluated != fused.Checks.Declared {
					t.Errorf("%d declared, %d evaluated, %d told", fused.Checks.Declared, fused.Checks.Evaluated, len(fused.Expectations))
				}
				for i, e := range fused.Expectations {
					if e.Error != nil {
						t.Errorf("%s: %s", e.Name, *e.Error)
					}
					if diff := cmp.Diff(text(t, alone.Expectations[i]), text(t, e)); diff != "" {
						t.Errorf("%s %s (-alone +in one scan):\n%s", e.Name, e.Rule, diff)
					}
				}
				countShown(t, db, fused)
			})
		})
	}
}

// countShown runs the query of every expectation that has one.
func countShown(t *testing.T, db *database.DB, r *run.Result) {
	t.Helper()
	s, err := db.Session(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range r.Expectations {
		if e.SQL == "" {
			continue
		}
		found, err := s.One(context.Background(), "SELECT count(*) AS n FROM ("+e.SQL+") AS rows_of_it")
		if err != nil || found["n"] != e.Result.UnexpectedCount {
			t.Errorf("%s: %s gives %v rows (%v), %d are unexpected", e.Name, e.SQL, found["n"], err, e.Result.UnexpectedCount)
		}
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func text(t *testing.T, e run.Expectation) string {
	t.Helper()
	b, err := json.MarshalIndent(e, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// filled makes the table of measured anew, with the rows given.
func filled(t *testing.T, target string, rows []string) *database.DB {
	t.Helper()
	db, s := open(t, target, "checks")
	sql := "DROP TABLE IF EXISTS t; CREATE TABLE t (id integer PRIMARY KEY, n integer, x double precision, m numeric(10,2), s text, d date, b boolean);"
	for _, row := range rows {
		sql += "INSERT INTO t VALUES (" + row + ");"
	}
	if err := errors.Join(s.Exec(context.Background(), sql), s.Close()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func compiled(t testing.TB, text, target string) *plan.Plan {
	t.Helper()
	c, err := engine.Compile(engine.Request{Project: fstest.MapFS{"spec.yaml": {Data: []byte(text)}}, Spec: "spec.yaml", Target: target,
		Env: func(string) string { return "" }, ChecksOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	return c.Plan
}

// warn never fails a run; what cannot be evaluated fails it, whatever its
// severity; and so does an expectation of which nothing was heard.
func TestWhatFailsACheck(t *testing.T) {
	const suite = "version: 1\nname: s\ntables: {t: {primary_key: [id], columns: {id: integer, n: integer, s: text}}}\nsuites:\n- table: t\n  expectations:\n"
	for _, test := range []struct {
		name, expectations string
		spoil              func(*plan.Judge)
		want               run.Status
		code               string
		checks             run.Checks
	}{
		{name: "warn fails nothing", expectations: "  - {rule: n > 5, severity: warn}\n  - rule: n > 0\n", want: run.Succeeded,
			checks: run.Checks{Declared: 2, Evaluated: 2, Passed: 1, Warned: 1}},
		{name: "error does", expectations: "  - {rule: n > 5}\n  - rule: n > 0\n", want: run.ChecksFailed, code: "checks_failed",
			checks: run.Checks{Declared: 2, Evaluated: 2, Passed: 1, Failed: 1}},
		{name: "warn that cannot be evaluated does", expectations: "  - {rule: n > 5, severity: warn}\n  - rule: n > 0\n", want: run.ChecksFailed, code: "checks_failed",
			spoil: func(j *plan.Judge) {
				j.Scan.SQL, j.Expectations[0].Alone.SQL = "SELECT no_such_column", "SELECT no_such_column"
			}, checks: run.Checks{Declared: 2, Evaluated: 1, Passed: 1, Failed: 1}},
	} {
		onBoth(t, func(t *testing.T, target string) {
			t.Run(test.name, func(t *testing.T) {
				db := filled(t, target, []string{"1, 1, 1, 1, 's', '2024-01-01', TRUE"})
				p := compiled(t, suite+test.expectations, target)
				if test.spoil != nil {
					j := p.Steps[0].Actions[0].(plan.Judge)
					test.spoil(&j)
					p.Steps[0].Actions[0] = j
				}
				r := run.Check(context.Background(), p, db, run.Options{})
				code := ""
				if r.Error != nil {
					code = r.Error.Code
				}
				if r.Status != test.want || code != test.code || r.Checks != test.checks {
					t.Errorf("%s (%s), %+v; want %s (%s), %+v", r.Status, code, r.Checks, test.want, test.code, test.checks)
				}
			})
		})
	}
}

// A second look that does not find the rows which the first one saw is no
// verdict: each expectation is asked by itself.
func TestALookThatDisagreesDecidesNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, target string) {
		db := filled(t, target, []string{"1, -1, 1, 1, 's', '2024-01-01', TRUE"})
		var rules strings.Builder
		for i := range 4 {
			fmt.Fprintf(&rules, "  - rule: n != %d\n", i-1)
		}
		p := compiled(t, "version: 1\nname: s\ntables: {t: {primary_key: [id], columns: {id: integer, n: integer}}}\nsuites:\n- table: t\n  expectations:\n"+rules.String(), target)
		j := p.Steps[0].Actions[0].(plan.Judge)
		j.Second.SQL += " AND 1 = 0"
		p.Steps[0].Actions[0] = j
		r := run.Check(context.Background(), p, db, run.Options{})
		if r.Checks != (run.Checks{Declared: 4, Evaluated: 4, Passed: 3, Failed: 1}) || r.Expectations[0].Result.UnexpectedCount != 1 {
			t.Errorf("%+v", r.Checks)
		}
	})
}

// What a result says of the rows that fail is the same on both databases.
func TestResultsOfFailedExpectations(t *testing.T) {
	const text = `version: 1
name: s
tables: {t: {primary_key: [id], columns: {id: integer, n: integer, m: "numeric(10,2)", s: text, d: date}}}
suites:
- table: t
  expectations:
  - expect_column_values_to_be_in_set: {column: s, value_set: [ok], meta: {owner: billing}}
  - expect_column_pair_values_to_be_equal: {column_A: n, column_B: m}
  - rule: n > 100 and m > 100
  - expect_column_values_to_not_be_null: {column: d}
  - expect_column_values_to_match_strftime_format: {column: s, strftime_format: "%Y"}
  - {rule: n > 1, mostly: 0.5}
`
	rows := []string{"1, 1, 0, 1.5, 'b', NULL, TRUE", "2, 2, 0, 2, 'é', NULL, TRUE", "3, 3, 0, 7, 'b', NULL, TRUE", "4, 3, 0, 7, 'Z', NULL, TRUE",
		"5, NULL, 0, 2, NULL, '2024-01-01', TRUE", "6, 3, 0, 3, 'ok', NULL, TRUE", "7, 3, 0, 7.00, '2024', NULL, TRUE"}
	wanted := []string{
		`[{"value":"b","count":2},{"value":"2024","count":1},{"value":"Z","count":1},{"value":"é","count":1}] ["b","é","b","Z","2024"] 5 of 7: 83.33 71.43 14.29 meta map[owner:billing]`,
		`[{"value":[3,7],"count":3},{"value":[1,1.5],"count":1},{"value":[null,2],"count":1}] [[1,1.5],[3,7],[3,7],[null,2],[3,7]] 5 of 7: 71.43 71.43 0.00 meta <nil>`,
		`[{"value":{"n":3,"m":7},"count":3},{"value":{"n":1,"m":1.5},"count":1},{"value":{"n":2,"m":2},"count":1},{"value":{"n":3,"m":3},"count":1},{"value":{"n":null,"m":2},"count":1}]` +
			` [{"n":1,"m":1.5},{"n":2,"m":2},{"n":3,"m":7},{"n":3,"m":7},{"n":null,"m":2},{"n":3,"m":3},{"n":3,"m":7}] 7 of 7: 100.00 100.00 0.00 meta <nil>`,
		`[{"value":null,"count":6}] [null,null,null,null,null,null] 6 of 7: 85.71 85.71 - meta <nil>`,
		`[{"value":"b","count":2},{"value":"Z","count":1},{"value":"ok","count":1},{"value":"é","count":1}] ["b","é","b","Z","ok"] 5 of 7: 83.33 71.43 14.29 meta <nil>`,
		`[] [] 1 of 7: 16.67 14.29 14.29 meta <nil>`, // what is met is not looked into
	}
	digits := strings.NewReplacer(".00", "", "1.50", "1.5") // SQLite keeps no trailing zeros
	percent := func(p *float64) string {
		if p == nil {
			return "-"
		}
		return fmt.Sprintf("%.2f", *p)
	}
	onBoth(t, func(t *testing.T, target string) {
		db := filled(t, target, rows)
		r := run.Check(context.Background(), compiled(t, text, target), db, run.Options{})
		for i, e := range r.Expectations {
			counts, err := json.Marshal(e.Result.PartialUnexpectedCounts)
			list, listErr := json.Marshal(e.Result.PartialUnexpectedList)
			if err := errors.Join(err, listErr); err != nil || e.Error != nil {
				t.Fatal(err, *e.Error)
			}
			if _, ok := e.Arguments["meta"]; ok {
				t.Errorf("%s: meta is among the arguments", e.Name)
			}
			got := digits.Replace(string(counts)+" "+string(list)) + fmt.Sprintf(" %d of %d: %s %s %s meta %v", e.Result.UnexpectedCount, e.Result.ElementCount,
				percent(e.Result.UnexpectedPercentNonmissing), percent(e.Result.UnexpectedPercentTotal), percent(e.Result.MissingPercent), e.Meta)
			if diff := cmp.Diff(wanted[i], got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", e.Name, diff)
			}
		}
	})
}

// More regular expressions than PostgreSQL keeps at hand are not asked in one
// scan, and all are judged.
func TestManyPatternsShareNoScan(t *testing.T) {
	var rules strings.Builder
	for i := range 40 {
		fmt.Fprintf(&rules, "  - rule: s matches \"^[a-z]+-%d$\" or n < %d\n", i, 100)
	}
	rules.WriteString("  - rule: s matches \"^b\"\n")
	onBoth(t, func(t *testing.T, target string) {
		db := filled(t, target, []string{"1, 1, 1, 1, 'ab-1', '2024-01-01', TRUE", "2, 100, 1, 1, 'ab-3', '2024-01-01', TRUE"})
		p := compiled(t, "version: 1\nname: s\ntables: {t: {primary_key: [id], columns: {id: integer, n: integer, s: text}}}\nsuites:\n- table: t\n  expectations:\n"+rules.String(), target)
		j := p.Steps[0].Actions[0].(plan.Judge)
		held := 0
		for i := range 40 {
			if strings.Contains(j.Scan.SQL, fmt.Sprintf("+-%d$", i)) {
				held++
			}
		}
		if held == 0 || held > 30 {
			t.Errorf("%d patterns in one scan", held)
		}
		r := run.Check(context.Background(), p, db, run.Options{})
		if r.Checks != (run.Checks{Declared: 41, Evaluated: 41, Passed: 1, Failed: 40}) {
			t.Errorf("%+v", r.Checks)
		}
		for i, e := range r.Expectations {
			want := int64(1)
			switch i {
			case 3:
				want = 0
			case 40:
				want = 2
			}
			if e.Result.UnexpectedCount != want {
				t.Errorf("%s: %d unexpected, want %d", e.Rule, e.Result.UnexpectedCount, want)
			}
		}
	})
}
