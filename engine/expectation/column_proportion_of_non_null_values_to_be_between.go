package expectation

var columnProportionOfNonNullValuesToBeBetween = Kind{
	Name:      "expect_column_proportion_of_non_null_values_to_be_between",
	Doc:       "The share of rows in which the column is not NULL is within bounds.",
	Params:    bounds,
	Condition: true,
	compile:   statistic("filled_fraction", "share of values that are not NULL"),
}
