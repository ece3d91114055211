package expectation

import (
	"github.com/streamflow/pipe/engine/rule"
)

var columnPairValuesAToBeGreaterThanB = Kind{
	Name:      "expect_column_pair_values_a_to_be_greater_than_b",
	Doc:       "The first of two columns is greater than the second in every row where both have values.",
	Params:    []Param{columnA, columnB, {Name: "or_equal", Type: ParamBoolean, Default: "false", Doc: "Whether they may be equal."}, pairIgnore},
	Mostly:    true,
	Condition: true,
	Notes: []string{
		"A row with a NULL on either side that ignore_row_if leaves counts as expected, as in Great Expectations on databases: nobody can tell which is greater.",
		"Text is compared by code point.",
	},
	Example: `{column_A: arrived, column_B: sent, or_equal: true}`,
	AsRule:  `arrived >= sent`,
	compile: func(c *call) {
		orEqual, ok := c.boolean("or_equal", false)
		if !ok {
			return
		}
		for _, name := range []string{"column_A", "column_B"} {
			column, found := c.column(name)
			if !found {
				return
			}
			if t := rule.Of(column); !t.IsOrdered() && !t.IsText() {
				c.list.Add(c.e.Args.Get(name).Pos, "type-mismatch", "%s is %s, which has no order", column.Name, t.Type())
				return
			}
		}
		if orEqual {
			c.pair(">=", " IS FALSE", "%s is below %s")
		} else {
			c.pair(">", " IS FALSE", "%s is not above %s")
		}
	},
}
