package expectation

import (
	"github.com/streamflow/pipe/engine/rule"
)

var tableRowCountToBeBetween = Kind{
	Name:      "expect_table_row_count_to_be_between",
	Doc:       "The number of rows is within bounds.",
	Params:    []Param{minCount, maxCount},
	Condition: true,
	Notes: []string{
		"A condition chooses the rows that are counted. Great Expectations 1.2 takes row_condition here and ignores it.",
		"Without any bound it always succeeds.",
		"min_value above max_value is a failure in Great Expectations; lint warns of it.",
	},
	Example: `{min_value: 1, max_value: 1000}`,
	AsRule:  `count() >= 1 and count() <= 1000`,
	compile: func(c *call) {
		t := rule.RowCount()
		if b, ok := c.counts(t); ok {
			c.warnReversed(b)
			c.judgeTable(b.rule(t), "the table has {a0} rows, wanted is "+b.String())
		}
	},
}
