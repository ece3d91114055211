package expectation

var columnMaxToBeBetween = Kind{
	Name:      "expect_column_max_to_be_between",
	Doc:       "The largest value of the column is within bounds.",
	Params:    bounds,
	Condition: true,
	Notes: []string{
		"An aggregate of nothing, an empty table or a column of NULLs, is within no bounds: it fails, even without bounds.",
		"Bounds are numbers beside a column of numbers and dates beside one of dates; a column of text has none.",
		"min_value above max_value is a failure in Great Expectations; lint warns of it.",
	},
	Example: `{column: weight, max_value: 20}`,
	AsRule:  `max(weight) <= 20`,
	compile: statistic("max", "maximum"),
}
