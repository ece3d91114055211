package expectation

var columnSumToBeBetween = Kind{
	Name:      "expect_column_sum_to_be_between",
	Doc:       "The sum of the column is within bounds.",
	Params:    bounds,
	Condition: true,
	Notes: []string{
		"NULLs are left out.",
		"An aggregate of nothing, an empty table or a column of NULLs, is within no bounds: it fails, even without bounds.",
		"min_value above max_value is a failure in Great Expectations; lint warns of it.",
	},
	Example: `{column: weight, min_value: 10}`,
	AsRule:  `sum(weight) >= 10`,
	compile: statistic("sum", "sum"),
}
