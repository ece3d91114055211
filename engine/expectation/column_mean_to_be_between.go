package expectation

var columnMeanToBeBetween = Kind{
	Name:      "expect_column_mean_to_be_between",
	Doc:       "The mean of the column is within bounds.",
	Params:    bounds,
	Condition: true,
	compile:   statistic("mean", "mean"),
}
