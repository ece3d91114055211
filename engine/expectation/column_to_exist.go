package expectation

import (
	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
)

var columnToExist = Kind{
	Name: "expect_column_to_exist",
	Doc:  "The table has the column.",
	Params: []Param{
		{Name: "column", Type: ParamText, Required: true, Doc: "The name of the column."},
		{Name: "column_index", Type: ParamInteger, Doc: "The place at which it stands, from 0; negative from the end."},
	},
	Notes: []string{
		"It looks at the table in the database, whatever the spec declares.",
		"Case matters. column_index counts from 0, and from the end when it is negative: -1 is the last column.",
	},
	Example: `{column: code, column_index: 1}`,
	compile: func(c *call) {
		n := c.e.Args.Get("column")
		index, ok := c.integer("column_index")
		if n == nil || !ok {
			return
		}
		if n.Kind != spec.NodeText || n.Text.V == "" {
			c.wrongType(n, "column", "the name of a column")
			return
		}
		c.warnNearMiss(n.Text)
		c.judgeColumns(&Columns{Has: n.Text.V, Index: index}, "")
	},
}

// warnNearMiss warns of a name that the table does not declare and that is
// nearly one that it does: the database is asked, and may have more columns.
func (c *call) warnNearMiss(name spec.Text) {
	var names []string
	for _, col := range c.Columns {
		if col.Name == name.V {
			return
		}
		names = append(names, col.Name)
	}
	if near := diag.DidYouMean(name.V, names); near != "" {
		d := c.list.Warn(name.Pos, "unknown-column", "table %q declares no column %q", c.Table, name.V).Width(len([]rune(name.V)))
		d.Suggestion = near
	}
}

// warnNearMisses is warnNearMiss of a list of names.
func (c *call) warnNearMisses(argument string) {
	if n := c.argument(argument); n != nil {
		for _, item := range n.Items {
			c.warnNearMiss(item.Text)
		}
	}
}
