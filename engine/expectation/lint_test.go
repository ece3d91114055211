package expectation_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/streamflow/pipe/engine/expectation"
	"github.com/streamflow/pipe/engine/spec"
)

// Lint looks at every suite, also those of snapshots, and at the suites' tests;
// vars have types there and no values.
func TestLint(t *testing.T) {
	const text = `version: 1
name: lint
vars:
  as_of: {type: month_end}
  most: {type: number}
  code: {type: text, default: '^(?<=a)b'}
  late: {type: text, default: '${{ vars.as_of }}('}
as_of: '${{ vars.as_of }}'
tables:
  users: {primary_key: [id], columns: {id: text, signed: date, age: integer, gone: text}}
snapshots:
  users_snapshots: {from: users, columns: [age]}
suites:
  - table: users
    expectations:
      - rule: signed <= vars.as_of and age < vars.most
      - rule: age == vars.as_of
      - rule: gone matches vars.code or gone not matches vars.late
    tests:
      - {rule: age >= 0, rows: [{age: -1}], fails: [0]}
      - {rule: agee >= 0, rows: [{age: -1}], fails: [0]}
      - {rule: count() > 1, rows: [{age: -1}], fails: [0]}
  - table: users_snapshots
    expectations:
      - rule: as_of <= vars.as_of and age >= 0 and id != ""
      - rule: gone == "x"
      - expect_column_values_to_be_between: {column: as_of, max_value: 2030-12-31}
  - table: nowhere
    expectations: [{rule: x > 0}]
`
	s, list := spec.Read(fstest.MapFS{"specs/lint.yaml": {Data: []byte(text)}}, "specs/lint.yaml")
	if list.HasErrors() {
		t.Fatal(list)
	}
	want := []string{
		`specs/lint.yaml:6:33: there is no look-ahead or look-behind in a regular expression here [bad-regexp]; say it with two conditions: x matches "a" and not (x matches "b")`,
		`specs/lint.yaml:17:22: age is a number and vars.as_of is a date: they cannot be compared [type-mismatch]`,
		`specs/lint.yaml:21:16: table "users" has no column "agee" [unknown-column]; did you mean "age"?`,
		`specs/lint.yaml:22:56: the rule is about the table that the rows make, so no single row fails it [test-rule]; write fails: [] where the rule must hold, and the opposite rule where it must not: not (...)`,
		`specs/lint.yaml:26:15: table "users_snapshots" has no column "gone" [unknown-column]; its columns are as_of, id, age`,
	}
	if got := expectation.Lint(s).Error(); got != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
}
