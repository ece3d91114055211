package expectation

var columnMinToBeBetween = Kind{
	Name:      "expect_column_min_to_be_between",
	Doc:       "The smallest value of the column is within bounds.",
	Params:    bounds,
	Condition: true,
	Notes: []string{
		"An aggregate of nothing, an empty table or a column of NULLs, is within no bounds: it fails, even without bounds.",
		"Bounds are numbers beside a column of numbers and dates beside one of dates; a column of text has none.",
		"min_value above max_value is a failure in Great Expectations; lint warns of it.",
	},
	Example: `{column: sent, min_value: 2024-01-01}`,
	AsRule:  `min(sent) >= "2024-01-01"`,
	compile: statistic("min", "minimum"),
}
