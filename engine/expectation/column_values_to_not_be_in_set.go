package expectation

import (
	"github.com/streamflow/pipe/engine/rule"
)

var columnValuesToNotBeInSet = Kind{
	Name:      "expect_column_values_to_not_be_in_set",
	Doc:       "No value of the column is one of a set.",
	Params:    []Param{columnParam, {Name: "value_set", Type: ParamValues, Required: true, Doc: "The values that may not occur."}},
	Mostly:    true,
	Condition: true,
	Notes: []string{
		"A NULL is missing: it is counted as such and never unexpected.",
		"With an empty value_set, or none, nothing is unexpected; lint warns of it.",
		"A null inside value_set is refused: Great Expectations then passes whatever the data.",
	},
	Example: `{column: kind, value_set: [pallet, "?"]}`,
	AsRule:  `kind not in ["pallet", "?"]`,
	compile: func(c *call) {
		column, ok := c.column("column")
		if !ok {
			return
		}
		t := rule.Of(column)
		list, given, ok := c.values("value_set", t)
		if !ok {
			return
		}
		if !given {
			c.list.Warn(c.e.Args.Get("value_set").Pos, "checks-nothing", "value_set is null, so that nothing is ever unexpected").
				Suggest("list the values that may not occur")
		} else if len(list) == 0 {
			c.list.Warn(c.e.Args.Get("value_set").Pos, "checks-nothing", "value_set is empty, so that nothing is ever unexpected").
				Suggest("list the values that may not occur")
		}
		c.columnRows(column.Name, rule.Not(t.In(list)), column.Name+" is one of "+literals(list))
	},
}
