package expectation

var columnSumToBeBetween = Kind{
	Name:      "expect_column_sum_to_be_between",
	Doc:       "The sum of the column is within bounds.",
	Params:    bounds,
	Condition: true,
	compile:   statistic("sum", "sum"),
}
