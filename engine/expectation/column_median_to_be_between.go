package expectation

var columnMedianToBeBetween = Kind{
	Name:      "expect_column_median_to_be_between",
	Doc:       "The median of the column is within bounds.",
	Params:    bounds,
	Condition: true,
	Notes: []string{
		"NULLs are left out. Of an even number of values it is the mean of the two in the middle.",
		"An aggregate of nothing, an empty table or a column of NULLs, is within no bounds: it fails, even without bounds.",
		"min_value above max_value is a failure in Great Expectations; lint warns of it.",
	},
	Example: `{column: weight, min_value: 1, max_value: 10}`,
	AsRule:  `median(weight) >= 1 and median(weight) <= 10`,
	compile: statistic("median", "median"),
}
