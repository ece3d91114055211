package expectation

var columnStdevToBeBetween = Kind{
	Name:      "expect_column_stdev_to_be_between",
	Doc:       "The standard deviation of the column, as of a sample, is within bounds.",
	Params:    bounds,
	Condition: true,
	compile:   statistic("stddev", "standard deviation"),
}
