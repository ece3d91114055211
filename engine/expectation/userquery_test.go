package expectation_test

import (
	"testing"
	"unicode/utf8"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/dialect"
	"github.com/streamflow/pipe/engine/expectation"
	"github.com/streamflow/pipe/engine/spec"
)

// Whatever a query says, it is told at a place inside it, or it is one query:
// what comes of it holds no semicolon that ends a statement, and its parentheses
// close inside it, so that it stays where it is put.
func FuzzUserQuery(f *testing.F) {
	for _, text := range []string{"SELECT * FROM {batch} WHERE n > 1", "SELECT 1; -- x", "SELECT ';' || $$;$$ || $a$ $$ ; $a$", "WITH x AS (VALUES (1)) SELECT * FROM x",
		`SELECT E'\';' FROM {batch}`, `SELECT "a""b;" FROM {batch} -- )`, "SELECT 1 /* /* ; */", "SELECT 1) AS x; DROP TABLE t; SELECT (1", "(SELECT `;`)", "{batch}", "é", "SELECT 'é{batch}'", "VALUES(1)"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) {
			t.Skip("a text in a YAML file is valid UTF-8")
		}
		at := diag.Pos{File: "suite.yaml", Line: 1, Col: 1}
		e := &spec.Expectation{Kind: spec.Verbatim("unexpected_rows_expectation", at), Mostly: spec.Value[float64]{V: 1},
			Args: &spec.Node{Kind: spec.NodeMap, Pairs: []spec.Pair{{Key: spec.Text{V: "unexpected_rows_query"},
				Value: &spec.Node{Kind: spec.NodeText, Pos: at, Text: spec.Verbatim(text, at)}}}}}
		for _, driver := range []spec.Driver{spec.Postgres, spec.SQLite} {
			compiled, list := expectation.Compile(e, nil, expectation.Context{Suite: "t", Table: "t", Dialect: dialect.For(driver)})
			for _, d := range list {
				if d.Line < 1 || d.Col < 1 || d.Col > utf8.RuneCountInString(text)+1 {
					t.Errorf("%v lies outside %q", d, text)
				}
			}
			if list.HasErrors() {
				continue
			}
			again := *e
			again.Args = &spec.Node{Kind: spec.NodeMap, Pairs: []spec.Pair{{Key: spec.Text{V: "unexpected_rows_query"},
				Value: &spec.Node{Kind: spec.NodeText, Pos: at, Text: spec.Verbatim("SELECT 1 FROM (\n"+compiled.Own.Rows+"\n) AS x", at)}}}}
			if _, list := expectation.Compile(&again, nil, expectation.Context{Suite: "t", Table: "t", Dialect: dialect.For(driver)}); list.HasErrors() {
				t.Errorf("%q became %q, which does not stand in parentheses: %v", text, compiled.Own.Rows, list)
			}
		}
	})
}
