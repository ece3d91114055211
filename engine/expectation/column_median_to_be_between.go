package expectation

var columnMedianToBeBetween = Kind{
	Name:      "expect_column_median_to_be_between",
	Doc:       "The median of the column is within bounds.",
	Params:    bounds,
	Condition: true,
	compile:   statistic("median", "median"),
}
