package rule_test

import (
	"math/big"
	"strings"
	"testing"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/rule"
	"github.com/streamflow/pipe/engine/spec"
)

func number(t testing.TB, s string) *big.Rat {
	t.Helper()
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		t.Fatalf("%q is not a number", s)
	}
	return r
}

// A row rule is true, false or unknown of a row; NULL is what is not there.
func TestEval(t *testing.T) {
	row := rule.Row{"n": number(t, "3"), "x": number(t, "0.1"), "f": 0.1, "s": "abc", "flag": true, "date": "2024-01-31", "ts": "2024-01-31 00:00:00", "u": nil}
	for text, want := range map[string]rule.Truth{
		`n == 3 and x == 0.1 and f == 0.1`:    rule.True,
		`x == 0.10000000000000000000000001`:   rule.False,
		`u == "a"`:                            rule.Unknown,
		`u == "a" or flag`:                    rule.True,
		`u == "a" and not flag`:               rule.False,
		`u != nil`:                            rule.False,
		`n / 0 > 0`:                           rule.True,
		`(n - n) / 0 > 0`:                     rule.Unknown,
		`date == ts`:                          rule.True,
		`s matches "^A"`:                      rule.False,
		`number(s) > 0`:                       rule.Unknown,
		`exists_in(n, "other.a")`:             rule.False,
		`exists_in(n, "t.n")`:                 rule.True,
		`days_between(date, vars.as_of) == 0`: rule.True,
	} {
		r := compile(t, text)
		if r == nil {
			continue
		}
		got, err := r.Eval(row, rule.Data{Rows: []rule.Row{row}, Tables: map[string][]rule.Row{"other": {{"a": number(t, "4")}, {}}}})
		if err != nil || got != want {
			t.Errorf("%s is %v (%v), want %v", text, got, err, want)
		}
	}
}

// A table rule is asked of the rows that where leaves.
func TestEvalTable(t *testing.T) {
	rows := []rule.Row{{"n": number(t, "1"), "x": number(t, "0.1")}, {"n": number(t, "2"), "x": number(t, "0.2")}, {"n": number(t, "9")}}
	for text, want := range map[string]rule.Truth{
		`count() == 2 and sum(x) == 0.3 and mean(x) == 0.15`:   rule.True,
		`count() == row_count("t")`:                            rule.False,
		`max(n) > row_count("other")`:                          rule.True,
		`sum(x, n > 2) > 0`:                                    rule.Unknown,
		`median(n) == 1.5 and quantile(n, 0.9) == 2`:           rule.True,
		`unique(n) and count_distinct(x) == 2`:                 rule.True,
		`stddev(n, n == 1) == nil and null_fraction(f) == 1.0`: rule.True,
	} {
		r := compile(t, text)
		if r == nil {
			continue
		}
		got, err := r.EvalTable(rule.Data{Rows: rows, Where: compile(t, "n < 9"), Tables: map[string][]rule.Row{"other": {{}}}})
		if err != nil || got != want {
			t.Errorf("%s is %v (%v), want %v", text, got, err, want)
		}
	}
}

// What cannot be evaluated is an error, never a truth and never a panic.
func TestEvalRefuses(t *testing.T) {
	for _, tt := range []struct {
		text string
		row  rule.Row
		want string
	}{
		{`n > 1`, rule.Row{"n": "1"}, "the column n is a number, and the row has 1 (string)"},
		{`n > 1`, rule.Row{"n": number(t, "1.5")}, "the column n is a number"},
		{`f > 1`, rule.Row{"f": number(t, "1")}, "the column f is a number"},
		{`year(date) > 1`, rule.Row{"date": "2024"}, "the column date is a date"},
		{`year(date) > 1`, rule.Row{"date": "yyyy-mm-dd"}, "canonical form"},
		{`date > vars.later`, rule.Row{"date": "2024-01-31"}, "has no value"},
		{`exists_in(n, "other.a")`, rule.Row{"n": number(t, "1")}, "the table other, of which no rows are given"},
		{`count() > 1`, rule.Row{}, "about the whole table"},
	} {
		r := compile(t, tt.text)
		if r == nil {
			continue
		}
		if _, err := r.Eval(tt.row, rule.Data{}); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s of %v: %v, want %q", tt.text, tt.row, err, tt.want)
		}
	}
}

// A cell of a test is a value that its column can hold, and nothing else.
func TestCell(t *testing.T) {
	node := func(kind spec.NodeKind, text string) *spec.Node {
		return &spec.Node{Kind: kind, Text: source(text), Pos: diag.Pos{File: "suite.yaml", Line: 1, Col: 1}, Bool: text == "true"}
	}
	for _, tt := range []struct {
		kind spec.Type
		node *spec.Node
		want string // the value as Text gives it, or a part of the fault
	}{
		{spec.Type{Kind: spec.KindInteger}, node(spec.NodeInt, "-2147483648"), "-2147483648"},
		{spec.Type{Kind: spec.KindInteger}, node(spec.NodeInt, "2147483648"), "more than 32 bits"},
		{spec.Type{Kind: spec.KindInteger}, node(spec.NodeInt, "-2147483649"), "more than 32 bits"},
		{spec.Type{Kind: spec.KindInteger}, node(spec.NodeNum, "1.5"), "has a fraction"},
		{spec.Type{Kind: spec.KindInteger}, node(spec.NodeText, "1"), "is text"},
		{spec.Type{Kind: spec.KindBigint}, node(spec.NodeInt, "9223372036854775807"), "9223372036854775807"},
		{spec.Type{Kind: spec.KindBigint}, node(spec.NodeInt, "9223372036854775808"), "more than 64 bits"},
		{spec.Type{Kind: spec.KindNumeric}, node(spec.NodeNum, "0.10"), "0.1"},
		{spec.Type{Kind: spec.KindNumeric, Precision: 4, Scale: 2}, node(spec.NodeNum, "-99.99"), "-99.99"},
		{spec.Type{Kind: spec.KindNumeric, Precision: 4, Scale: 2}, node(spec.NodeInt, "100"), "more than 2 digits before the point"},
		{spec.Type{Kind: spec.KindNumeric, Precision: 4, Scale: 2}, node(spec.NodeNum, "0.001"), "more than 2 digits behind the point"},
		{spec.Type{Kind: spec.KindDouble}, node(spec.NodeNum, "0.1"), "0.1"},
		{spec.Type{Kind: spec.KindDouble}, node(spec.NodeNum, "1e999"), "not within the range"},
		{spec.Type{Kind: spec.KindText}, node(spec.NodeText, "é"), `"é"`},
		{spec.Type{Kind: spec.KindText}, node(spec.NodeText, "a\x00"), "U+0000"},
		{spec.Type{Kind: spec.KindText}, node(spec.NodeInt, "1"), "is text"},
		{spec.Type{Kind: spec.KindBoolean}, node(spec.NodeBool, "true"), "true"},
		{spec.Type{Kind: spec.KindBoolean}, node(spec.NodeInt, "1"), "is a boolean"},
		{spec.Type{Kind: spec.KindDate}, node(spec.NodeText, "2024-02-29"), `"2024-02-29"`},
		{spec.Type{Kind: spec.KindDate}, node(spec.NodeText, "2023-02-29"), "no such day"},
		{spec.Type{Kind: spec.KindTimestamptz}, node(spec.NodeText, "2024-01-01 00:30:00.50+01:00"), `"2023-12-31 23:30:00.5+00"`},
		{spec.Type{Kind: spec.KindUUID}, node(spec.NodeText, "00000000-0000-4000-8000-0000000000AB"), `"00000000-0000-4000-8000-0000000000ab"`},
		{spec.Type{Kind: spec.KindUUID}, node(spec.NodeNull, ""), "null"},
		{spec.Type{Kind: spec.KindText}, node(spec.NodeList, ""), "is a list"},
	} {
		v, list := rule.Cell(rule.Column{Name: "c", Type: tt.kind}, tt.node)
		got := rule.Text(v)
		if len(list) > 0 {
			got = list[0].Message
		}
		if ok := got == tt.want || len(list) > 0 && strings.Contains(got, tt.want); !ok {
			t.Errorf("%s of a %s column: %s, want %s", tt.node.Text.V, tt.kind, got, tt.want)
		}
	}
}
