package expectation

var columnMinToBeBetween = Kind{
	Name:      "expect_column_min_to_be_between",
	Doc:       "The smallest value of the column is within bounds.",
	Params:    bounds,
	Condition: true,
	compile:   statistic("min", "minimum"),
}
