package expectation

import (
	"github.com/streamflow/pipe/engine/rule"
)

var tableColumnCountToBeBetween = Kind{
	Name:   "expect_table_column_count_to_be_between",
	Doc:    "The number of columns is within bounds.",
	Params: []Param{minCount, maxCount},
	Notes: []string{
		"It looks at the table in the database, whatever the spec declares.",
		"min_value above max_value is a failure in Great Expectations; lint warns of it.",
	},
	Example: `{min_value: 10, max_value: 20}`,
	compile: func(c *call) {
		b, ok := c.counts(rule.RowCount())
		if !ok {
			return
		}
		c.warnReversed(b)
		low, _ := c.integer("min_value")
		high, _ := c.integer("max_value")
		if b.isOpen() {
			low = new(int64)
		}
		c.judgeColumns(&Columns{Min: low, Max: high}, "the table has {count} columns, wanted is "+b.String())
	},
}
