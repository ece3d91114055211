package expectation

import (
	"github.com/streamflow/pipe/engine/rule"
)

var columnValuesToBeBetween = Kind{
	Name:      "expect_column_values_to_be_between",
	Doc:       "Every value of the column is within bounds.",
	Params:    bounds,
	Mostly:    true,
	Condition: true,
	Notes: []string{
		"A NULL is missing: it is counted as such and never unexpected.",
		"min_value, max_value or both must be there, and the right way round: their absence is an error in Great Expectations too.",
		"Bounds are numbers beside a column of numbers and dates beside one of dates; a column of text has none.",
		"A day may be written as 2024-01-31, Jan 31 2024 or January 31, 2024. A bound with an offset beside a timestamp is that moment in UTC, as in Great Expectations.",
	},
	Example: `{column: weight, min_value: 0, max_value: 20, strict_min: true}`,
	AsRule:  `weight > 0 and weight <= 20`,
	compile: func(c *call) {
		column, ok := c.column("column")
		if !ok {
			return
		}
		t := rule.Of(column)
		if !c.ordered(t, column.Name) {
			return
		}
		b, ok := c.limits(t)
		if !ok || !c.bounded(b) {
			return
		}
		if b.isReversed() {
			c.list.Add(c.e.Args.Get("min_value").Pos, "reversed-bounds", "min_value %s is above max_value %s", b.low.Text(), b.high.Text()).
				Suggest("swap them")
			return
		}
		c.warnEmpty(b)
		c.columnRows(column.Name, b.rule(t), column.Name+" is not "+b.String())
	},
}
