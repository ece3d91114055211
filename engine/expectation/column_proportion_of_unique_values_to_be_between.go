package expectation

var columnProportionOfUniqueValuesToBeBetween = Kind{
	Name:      "expect_column_proportion_of_unique_values_to_be_between",
	Doc:       "The share of different values among the values of the column is within bounds.",
	Params:    bounds,
	Condition: true,
	Notes: []string{
		"It is the number of different values over the number of values, from 0 to 1. NULL is no value; of nothing it is 0.",
		"min_value above max_value is a failure in Great Expectations; lint warns of it.",
	},
	Example: `{column: code, min_value: 0.9}`,
	AsRule:  `count_distinct(code) / count(code != nil) >= 0.9`,
	compile: statistic("unique_fraction", "share of different values"),
}
