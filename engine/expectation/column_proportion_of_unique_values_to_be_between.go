package expectation

var columnProportionOfUniqueValuesToBeBetween = Kind{
	Name:      "expect_column_proportion_of_unique_values_to_be_between",
	Doc:       "The share of different values among the values of the column is within bounds.",
	Params:    bounds,
	Condition: true,
	compile:   statistic("unique_fraction", "share of different values"),
}
