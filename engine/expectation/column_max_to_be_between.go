package expectation

var columnMaxToBeBetween = Kind{
	Name:      "expect_column_max_to_be_between",
	Doc:       "The largest value of the column is within bounds.",
	Params:    bounds,
	Condition: true,
	compile:   statistic("max", "maximum"),
}
