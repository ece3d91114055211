package expectation

var columnProportionOfNonNullValuesToBeBetween = Kind{
	Name:      "expect_column_proportion_of_non_null_values_to_be_between",
	Doc:       "The share of rows in which the column is not NULL is within bounds.",
	Params:    bounds,
	Condition: true,
	Notes: []string{
		"Great Expectations has it since 1.5.",
		"min_value above max_value is a failure in Great Expectations; lint warns of it.",
	},
	Example: `{column: weight, min_value: 0.9}`,
	AsRule:  `null_fraction(weight) <= 0.1`,
	compile: statistic("filled_fraction", "share of values that are not NULL"),
}
