package expectation

var columnMeanToBeBetween = Kind{
	Name:      "expect_column_mean_to_be_between",
	Doc:       "The mean of the column is within bounds.",
	Params:    bounds,
	Condition: true,
	Notes: []string{
		"NULLs are left out.",
		"An aggregate of nothing, an empty table or a column of NULLs, is within no bounds: it fails, even without bounds.",
		"min_value above max_value is a failure in Great Expectations; lint warns of it.",
	},
	Example: `{column: weight, min_value: 1, max_value: 15}`,
	AsRule:  `mean(weight) >= 1 and mean(weight) <= 15`,
	compile: statistic("mean", "mean"),
}
