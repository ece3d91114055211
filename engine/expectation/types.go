package expectation

import (
	"slices"
	"strings"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/dialect"
	"github.com/streamflow/pipe/engine/rule"
	"github.com/streamflow/pipe/engine/spec"
)

// Notes of the kinds about types.
const (
	typeNote = "The type is the one that the database has for the column, as Great Expectations names it there: SMALLINT, INTEGER, BIGINT, NUMERIC, REAL, DOUBLE_PRECISION, BOOLEAN, TEXT, VARCHAR, CHAR, DATE, TIMESTAMP, UUID and so on. " +
		"An INTEGER is no BIGINT and a TEXT no VARCHAR; the length, precision or zone does not matter."
	typeSQLite = "SQLite keeps the words that its tables were declared with. In those that pipe creates there a text, date, timestamp or uuid is a TEXT, an integer or bigint an INTEGER, a double a REAL."
	typeCase   = "Names are compared letter for letter. One that no type has fails, as in Great Expectations; lint warns of it."
	typeJSONB  = "A JSONB is a JSON too."
)

// typeRefused are arguments that Great Expectations takes and ignores.
var typeRefused = map[string]string{
	"mostly":        "the type is the column's and not that of single values, and Great Expectations ignores it",
	"row_condition": "the type is the column's and not that of single values, and Great Expectations ignores it",
}

// knownType warns of a name that no type has.
func (c *call) knownType(n *spec.Node, name string) {
	names := dialect.TypeNames()
	if slices.Contains(names, name) {
		return
	}
	d := c.list.Warn(n.Pos, "unknown-type", "no type is called %q, so that no column is of it", name).Width(len([]rune(name)))
	if upper := strings.ToUpper(strings.ReplaceAll(name, " ", "_")); slices.Contains(names, upper) {
		d.Suggest("write %s", upper)
		return
	}
	if d.Suggestion = diag.DidYouMean(name, names); d.Suggestion == "" {
		d.Suggest("the types are %s", joined(names))
	}
}

// ofType makes the expectation one of the type that the database has for a
// column: one of names, whatever it is without any names.
func (c *call) ofType(column rule.Column, names []string, any bool) {
	success := c.Dialect.Bool(true) + " = " + c.Dialect.Bool(true)
	wanted := "any"
	if !any {
		var list []string
		for _, name := range names {
			list = append(list, dialect.Text(name))
			if name == "JSON" {
				list = append(list, dialect.Text("JSONB"))
			}
		}
		success, wanted = c.Dialect.Bool(true)+" = "+c.Dialect.Bool(false), "none"
		if len(list) > 0 {
			success, wanted = "pipe_type IN ("+strings.Join(list, ", ")+")", strings.Join(names, " or ")
		}
	}
	c.query([]Output{{"success", success}, {"type", "pipe_type"}}, " FROM (SELECT "+c.Dialect.TypeName(c.Table, column.Name)+" AS pipe_type) AS pipe_types")
	c.out.Judge = Judge{Kind: JudgeTruth, Mostly: 1, Observed: []string{"type"},
		Sentence: "the type of " + said(column.Name) + " is {type}, wanted is " + said(wanted)}
}
