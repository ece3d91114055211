package expectation

import (
	"github.com/streamflow/pipe/engine/rule"
)

var tableRowCountToBeBetween = Kind{
	Name:      "expect_table_row_count_to_be_between",
	Doc:       "The number of rows is within bounds.",
	Params:    []Param{minCount, maxCount},
	Condition: true,
	compile: func(c *call) {
		t := rule.RowCount()
		if b, ok := c.counts(t); ok {
			c.warnReversed(b)
			c.judgeTable(b.rule(t), "the table has {a0} rows, wanted is "+b.String())
		}
	},
}
