package expectation

import (
	"github.com/streamflow/pipe/engine/dialect"
)

var tableRowCountToEqualOtherTable = Kind{
	Name:      "expect_table_row_count_to_equal_other_table",
	Doc:       "The table has as many rows as another one of the spec.",
	Params:    []Param{{Name: "other_table_name", Type: ParamTable, Required: true, Doc: "The other table."}},
	Condition: true,
	Notes: []string{
		"observed_value holds both numbers, as self and other.",
		"A condition chooses rows of this table; all rows of the other are counted.",
	},
	Example: `{other_table_name: depots}`,
	AsRule:  `count() == row_count("depots")`,
	compile: func(c *call) {
		other, ok := c.table("other_table_name")
		if !ok {
			return
		}
		self := dialect.Filtered("count(*)", c.filter())
		counted := "(SELECT count(*) FROM " + c.Dialect.Quote(other) + ")"
		c.out.Scan = []Output{{"success", self + " = " + counted}, {"self", self}, {"other", counted}}
		c.out.Judge = Judge{Kind: JudgeTruth, Mostly: 1, Observed: []string{"self", "other"}, Labels: []string{"self", "other"},
			Sentence: "the table has {self} rows, and " + said(other) + " has {other}"}
		if other != c.Table {
			c.out.Reads = []string{other}
		}
	},
}
