package expectation

import (
	"github.com/streamflow/pipe/engine/spec"
)

var columnToExist = Kind{
	Name: "expect_column_to_exist",
	Doc:  "The table has the column.",
	Params: []Param{
		{Name: "column", Type: ParamText, Required: true, Doc: "The name of the column."},
		{Name: "column_index", Type: ParamInteger, Doc: "The place at which it stands, from 0; negative from the end."},
	},
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
		c.judgeColumns(&Columns{Has: n.Text.V, Index: index}, "")
	},
}
