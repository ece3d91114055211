package expectation

var columnStdevToBeBetween = Kind{
	Name:      "expect_column_stdev_to_be_between",
	Doc:       "The standard deviation of the column, as of a sample, is within bounds.",
	Params:    bounds,
	Condition: true,
	Notes: []string{
		"It is that of a sample, which divides by n - 1: of one value there is none, and it fails.",
		"NULLs are left out. An aggregate of nothing, an empty table or a column of NULLs, is within no bounds: it fails, even without bounds.",
		"min_value above max_value is a failure in Great Expectations; lint warns of it.",
	},
	Example: `{column: weight, max_value: 10}`,
	AsRule:  `stddev(weight) <= 10`,
	compile: statistic("stddev", "standard deviation"),
}
