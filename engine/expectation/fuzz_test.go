package expectation_test

import (
	"testing"
	"unicode/utf8"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/expectation"
	"github.com/streamflow/pipe/engine/rule"
	"github.com/streamflow/pipe/engine/spec"
)

// Whatever a row_condition says, it compiles or is told at a place inside it.
func FuzzRowCondition(f *testing.F) {
	for _, text := range []string{`col("n") > 5`, `col("s")=="x" and col("n") > 1`, `col('d') >= date('2024-01-31')`, `col("n").notNull()`,
		`col("é") == "é"`, `col("s") == `, `col(`, `col("n") > 1e999`, `col("n") == -.5`, "", `col("d") < "x" é`} {
		f.Add(text)
	}
	columns := []rule.Column{{Name: "n", Type: spec.Type{Kind: spec.KindNumeric}}, {Name: "s", Type: spec.Type{Kind: spec.KindText}},
		{Name: "d", Type: spec.Type{Kind: spec.KindDate}}, {Name: "b", Type: spec.Type{Kind: spec.KindBoolean}}}
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) {
			t.Skip("a text in a YAML file is valid UTF-8")
		}
		word := func(s string) *spec.Node { return &spec.Node{Kind: spec.NodeText, Text: spec.Text{V: s, Set: true}} }
		at := diag.Pos{File: "suite.yaml", Line: 1, Col: 1}
		condition := &spec.Node{Kind: spec.NodeText, Pos: at, Text: spec.Verbatim(text, at)}
		e := &spec.Expectation{Kind: spec.Verbatim("expect_column_values_to_not_be_null", at), Mostly: spec.Value[float64]{V: 1},
			Args: &spec.Node{Kind: spec.NodeMap, Pairs: []spec.Pair{{Key: word("column").Text, Value: word("n")},
				{Key: word("row_condition").Text, Value: condition}, {Key: word("condition_parser").Text, Value: word("great_expectations")}}}}
		list := expectation.Check(e, nil, expectation.Context{Suite: "t", Table: "t", Columns: columns})
		for _, d := range list {
			if d.Col < 1 || d.Col > utf8.RuneCountInString(text)+1 {
				t.Errorf("%v lies outside %q", d, text)
			}
		}
	})
}
