package expectation

import (
	"github.com/streamflow/pipe/engine/rule"
)

var columnValuesToBeInSet = Kind{
	Name:      "expect_column_values_to_be_in_set",
	Doc:       "Every value of the column is one of a set.",
	Params:    []Param{columnParam, valueSet},
	Mostly:    true,
	Condition: true,
	Notes: []string{
		"A NULL is missing: it is counted as such and never unexpected.",
		"With an empty value_set every value is unexpected; with null none is. Lint warns of both.",
		"A null inside value_set is refused: Great Expectations then passes whatever the data.",
	},
	Example: `{column: kind, value_set: [parcel, letter]}`,
	AsRule:  `kind in ["parcel", "letter"]`,
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
		if !given { // any value is in no set at all, says Great Expectations
			c.list.Warn(c.e.Args.Get("value_set").Pos, "checks-nothing", "value_set is null, so that nothing is ever unexpected").
				Suggest("list the values that may occur")
			c.countRows(rows{unexpected: c.Dialect.Bool(false) + " = " + c.Dialect.Bool(true), missing: c.Dialect.Quote(column.Name) + " IS NULL"},
				[]string{column.Name}, "any "+column.Name+" is as expected")
			return
		}
		c.warnEmptySet("value_set", len(list))
		c.columnRows(column.Name, t.In(list), column.Name+" is none of "+literals(list))
	},
}

// warnEmptySet warns of a set in which nothing can be.
func (c *call) warnEmptySet(name string, n int) {
	if n == 0 {
		c.list.Warn(c.e.Args.Get(name).Pos, "never-met", "%s is empty, so that every value is unexpected", name).Suggest("list the values that may occur")
	}
}
