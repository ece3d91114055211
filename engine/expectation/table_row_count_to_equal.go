package expectation

import (
	"github.com/streamflow/pipe/engine/rule"
)

var tableRowCountToEqual = Kind{
	Name:      "expect_table_row_count_to_equal",
	Doc:       "The number of rows is a certain one.",
	Params:    []Param{{Name: "value", Type: ParamInteger, Required: true, Doc: "The number of rows."}},
	Condition: true,
	Notes: []string{
		"A condition chooses the rows that are counted. Great Expectations 1.2 takes row_condition here and ignores it.",
	},
	Example: `{value: 5}`,
	AsRule:  `count() == 5`,
	compile: func(c *call) {
		t := rule.RowCount()
		if v, ok := c.wantInteger("value"); ok {
			c.judgeTable(t.Compare("==", v), "the table has {a0} rows, wanted is "+v.Text())
		}
	},
}
